package dev.bulwark.logs.query;

/** How much text a query may still hold, in characters. */
final class Room {
  private long left;

  Room(long characters) {
    this.left = characters;
  }

  /** Takes some; false where there is no more. */
  boolean take(long characters) {
    if (characters > left) {
      return false;
    }
    left -= characters;
    return true;
  }

  /** Takes some in any case. */
  void use(long characters) {
    left -= characters;
  }

  void giveBack(long characters) {
    left += characters;
  }

  boolean isExceeded() {
    return left < 0;
  }
}

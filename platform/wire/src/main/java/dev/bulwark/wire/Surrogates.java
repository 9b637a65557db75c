package dev.bulwark.wire;

/** Halves of surrogate pairs, which stand for characters beyond U+FFFF. */
final class Surrogates {
  private Surrogates() {}

  /**
   * A text that has an encoding: an escape can name half of a surrogate pair, which no byte
   * sequence stands for, so that two texts would be stored, or signed, as one.
   */
  static String paired(String text) throws DecodeException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw new DecodeException(null);
        }
        i++;
      }
    }
    return text;
  }
}

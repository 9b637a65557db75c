package dev.bulwark.base;

/** An AWS account id: twelve decimal digits. */
public record AccountId(String value) implements Comparable<AccountId> {

  /** The number of digits. */
  public static final int LENGTH = 12;

  /**
   * @throws IllegalArgumentException if {@code value} is not twelve digits
   */
  public AccountId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("Not an account id of twelve digits");
    }
  }

  /** Short for the constructor. */
  public static AccountId of(String value) {
    return new AccountId(value);
  }

  /** A new account's id: at random, and without zeros in front, which spreadsheets lose. */
  public static AccountId random() {
    return ofNumber(Randomness.secure().nextLong(100_000_000_000L, 1_000_000_000_000L));
  }

  /** Whether {@code text} has the form of an account id. */
  public static boolean isValid(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  static AccountId ofNumber(long number) {
    var digits = Long.toString(number);
    return new AccountId("0".repeat(LENGTH - digits.length()) + digits);
  }

  long toNumber() {
    return Long.parseLong(value);
  }

  @Override
  public int compareTo(AccountId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.base.Randomness;

/** Identifiers in CloudHSM's form: a kind and 11 characters of lower-case base32. */
final class CloudHsmIds {
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LENGTH = 11;

  private CloudHsmIds() {}

  static String make(String kind) {
    var id = new StringBuilder(kind).append('-');
    for (byte random : Randomness.bytes(LENGTH)) {
      id.append(DIGITS.charAt(random & 31));
    }
    return id.toString();
  }
}

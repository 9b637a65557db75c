package dev.bulwark.identity.iam;

/** Base32 (RFC 4648) without padding: how seeds and the ids of certificates are written. */
final class Base32 {
  private static final char[] ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".toCharArray();

  private Base32() {}

  static String encode(byte[] bytes) {
    var text = new StringBuilder((bytes.length * 8 + 4) / 5);
    int waiting = 0;
    int bits = 0;
    for (byte value : bytes) {
      waiting = (waiting << 8 | value & 0xff) & 0xfff;
      for (bits += 8; bits >= 5; bits -= 5) {
        text.append(ALPHABET[waiting >> bits - 5 & 31]);
      }
    }
    if (bits > 0) {
      text.append(ALPHABET[waiting << 5 - bits & 31]);
    }
    return text.toString();
  }
}

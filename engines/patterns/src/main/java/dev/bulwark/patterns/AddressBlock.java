package dev.bulwark.patterns;

import java.net.InetAddress;
import java.util.Optional;

/** A block of IP addresses, as {@code 10.0.0.0/24} or {@code 2001:db8::/32}. */
record AddressBlock(byte[] address, int bits) {
  private static final int LONGEST_TEXT = 45;

  static AddressBlock parse(String text) throws PatternException {
    int slash = text.indexOf('/');
    if (slash < 0 || slash != text.lastIndexOf('/')) {
      throw new PatternException("Malformed CIDR, one '/' required");
    }
    var mask = text.substring(slash + 1);
    if (!mask.matches("\\d{1,3}")) {
      throw new PatternException("Malformed CIDR, mask bits must be an integer");
    }
    var written = text.substring(0, slash);
    var address =
        address(written)
            .orElseThrow(() -> new PatternException("Nonstandard IP address: " + written));
    int bits = Integer.parseInt(mask);
    if (bits > address.length * 8) {
      throw new PatternException(
          "Malformed CIDR, mask bits must not be over " + address.length * 8);
    }
    return new AddressBlock(address, bits);
  }

  /** Whether an address is in it. */
  boolean contains(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != other[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0;
  }

  /** An address that is written as one; names are never looked up. */
  static Optional<byte[]> address(String text) {
    if (text.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

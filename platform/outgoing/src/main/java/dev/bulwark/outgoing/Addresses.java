package dev.bulwark.outgoing;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Which addresses Bulwark connects to on somebody's behalf.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4 special-purpose
 *     addresses</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6 special-purpose
 *     addresses</a>
 */
final class Addresses {
  private Addresses() {}

  /**
   * Nobody's servers: unspecified, multicast and link-local addresses, where clouds serve the
   * credentials of their machines, and where EC2 serves them in IPv6.
   */
  static boolean isForbidden(InetAddress address) {
    return address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || address.isLinkLocalAddress()
        || isMetadataService(address.getAddress());
  }

  private static boolean isMetadataService(byte[] bytes) {
    return bytes.length == 16
        && bytes[0] == (byte) 0xfd
        && bytes[1] == 0
        && bytes[2] == 0x0e
        && bytes[3] == (byte) 0xc2;
  }

  /** Addresses that only a private network or this machine gives a meaning to. */
  static boolean isPrivate(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || (address instanceof Inet6Address
            ? isPrivate6(address.getAddress())
            : isPrivate4(address.getAddress()));
  }

  private static boolean isPrivate4(byte[] b) {
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    return first == 0
        || first >= 240
        || (first == 100 && (second & 0xc0) == 64)
        || (first == 192 && second == 0 && b[2] == 0)
        || (first == 198 && (second & 0xfe) == 18);
  }

  /** Unique local ones, and those that stand for an IPv4 address behind a translator. */
  private static boolean isPrivate6(byte[] b) {
    return (b[0] & 0xfe) == 0xfc
        || (b[0] == 0 && b[1] == 0x64 && b[2] == (byte) 0xff && b[3] == (byte) 0x9b)
        || (b[0] == 0x20 && b[1] == 0x02)
        || (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0)
        || (b[0] == 0 && b[1] == 0);
  }
}

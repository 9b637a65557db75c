package dev.bulwark.outgoing;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses Bulwark connects to on somebody's behalf.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4 special-purpose
 *     addresses</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6 special-purpose
 *     addresses</a>
 */
final class Addresses {
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] COMPATIBLE = new byte[12];

  private Addresses() {}

  /**
   * Where clouds serve the credentials and configurations of their machines, beside the link-local
   * addresses: EC2 in IPv6, Azure, Alibaba Cloud, Oracle Cloud.
   */
  private static final Set<InetAddress> METADATA_SERVICES =
      Stream.of("fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192")
          .map(InetAddress::ofLiteral)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Nobody's servers: unspecified, multicast and link-local addresses, those of metadata services,
   * and those of IPv6 that stand for one of these.
   */
  static boolean isForbidden(InetAddress address) {
    var translated = translated(address.getAddress());
    return address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || address.isLinkLocalAddress()
        || METADATA_SERVICES.contains(address)
        || (translated != null && isForbidden(translated));
  }

  /**
   * The address of IPv4 that a gateway makes of one of IPv6: NAT64 (RFC 6052), 6to4 (RFC 3056), and
   * IPv4-compatible ones; null where there is none.
   */
  private static @Nullable InetAddress translated(byte[] b) {
    if (b.length != 16) {
      return null;
    }
    int from =
        b[0] == 0x20 && b[1] == 0x02
            ? 2
            : Arrays.equals(b, 0, 12, NAT64, 0, 12) || Arrays.equals(b, 0, 12, COMPATIBLE, 0, 12)
                ? 12
                : -1;
    try {
      return from < 0 ? null : InetAddress.getByAddress(Arrays.copyOfRange(b, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
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

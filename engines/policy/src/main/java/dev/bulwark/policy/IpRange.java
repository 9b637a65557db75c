package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/**
 * A range of IPv4 or IPv6 addresses in CIDR form; without a length it is one address. Parsing never
 * asks a name server.
 *
 * @param high the upper 64 bits; 0 for IPv4
 * @param low the lower 64 bits
 */
public record IpRange(boolean v6, long high, long low, int prefix) {
  private static final String MAPPED = "::ffff:";

  /**
   * Parses {@code 203.0.113.0/24}, {@code 2001:db8::/32}, or one address; null where it is neither.
   * One IPv4 address that is written as IPv6 is the IPv4 address; a range of such is one of IPv6
   * addresses, which no request comes from.
   */
  public static @Nullable IpRange parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return address(text, true);
    }
    var address = address(text.substring(0, slash), false);
    if (address == null) {
      return null;
    }
    int from = text.startsWith("+", slash + 1) ? slash + 2 : slash + 1;
    int bits = decimal(text, from, text.length(), 128);
    return bits < 0 || bits > address.prefix
        ? null
        : new IpRange(address.v6, address.high, address.low, bits);
  }

  /**
   * The address in a request; null where it is none, such as a range, or IPv6 that ends in dotted
   * numbers but for {@code ::ffff:}, which is IPv4.
   */
  static @Nullable IpRange ofRequest(String text) {
    if (text.indexOf('/') >= 0) {
      return null;
    }
    boolean mixed = text.indexOf(':') >= 0 && text.indexOf('.') >= 0;
    return mixed && !text.regionMatches(true, 0, MAPPED, 0, MAPPED.length())
        ? null
        : address(text, true);
  }

  /**
   * Whether IAM stores a policy with that range: one of IPv6 addresses must begin where it says and
   * be written without dotted numbers, one of IPv4 addresses need not.
   */
  static boolean isStorable(String text) {
    var range = parse(text);
    if (range == null || text.indexOf(':') < 0) {
      return range != null;
    }
    boolean begins =
        range.prefix >= 64
            ? rest(range.low, range.prefix - 64) == 0
            : rest(range.high, range.prefix) == 0 && range.low == 0;
    return begins && text.indexOf('.') < 0;
  }

  /** Whether it holds an address, or all of a range that is not wider. */
  public boolean contains(IpRange address) {
    if (v6 != address.v6) {
      return false;
    }
    int bits = v6 ? prefix : prefix + 96;
    if (bits >= 64) {
      return high == address.high && same(low, address.low, bits - 64);
    }
    return same(high, address.high, bits);
  }

  /** What is below so many upper bits, fewer than 64 or all. */
  private static long rest(long value, int bits) {
    return bits >= 64 ? 0 : value << bits;
  }

  private static boolean same(long a, long b, int bits) {
    return bits == 0 || (a ^ b) >>> (64 - bits) == 0;
  }

  private static @Nullable IpRange address(String text, boolean mapped) {
    if (text.indexOf(':') >= 0) {
      return v6(text, mapped);
    }
    long value = v4(text, 0);
    return value < 0 ? null : new IpRange(false, 0, value, 32);
  }

  private static long v4(String text, int from) {
    long value = 0;
    int start = from;
    for (int part = 0; part < 4; part++) {
      int end = part == 3 ? text.length() : text.indexOf('.', start);
      int octet = end < 0 ? -1 : decimal(text, start, end, 255);
      if (octet < 0) {
        return -1;
      }
      value = value << 8 | octet;
      start = end + 1;
    }
    return value;
  }

  private static int decimal(String text, int start, int end, int max) {
    if (end - start < 1 || end - start > 3) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value > max ? -1 : value;
  }

  private static @Nullable IpRange v6(String text, boolean mapped) {
    int[] groups = new int[8];
    int count = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      if (count == 8) {
        return null;
      }
      int end = text.indexOf(':', at);
      if (end < 0) {
        end = text.length();
      }
      if (text.indexOf('.', at) >= 0 && end == text.length()) {
        long tail = v4(text, at);
        if (tail < 0 || count > 6) {
          return null;
        }
        groups[count++] = (int) (tail >>> 16);
        groups[count++] = (int) (tail & 0xFFFF);
        at = end;
        break;
      }
      int group = hex(text, at, end);
      if (group < 0) {
        return null;
      }
      groups[count++] = group;
      at = end;
      if (at < text.length()) {
        at++;
        if (at == text.length()) {
          return null;
        }
        if (text.charAt(at) == ':') {
          if (gap >= 0) {
            return null;
          }
          gap = count;
          at++;
        }
      }
    }
    if (gap < 0 ? count != 8 : count > 7) {
      return null;
    }
    int[] all = new int[8];
    int headCount = gap < 0 ? count : gap;
    System.arraycopy(groups, 0, all, 0, headCount);
    System.arraycopy(groups, headCount, all, 8 - (count - headCount), count - headCount);
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = high << 16 | all[i];
      low = low << 16 | all[i + 4];
    }
    // A dual-stack socket reports IPv4 clients as ::ffff:a.b.c.d; policies mean the IPv4 address.
    if (mapped && high == 0 && low >>> 32 == 0xFFFF) {
      return new IpRange(false, 0, low & 0xFFFFFFFFL, 32);
    }
    return new IpRange(true, high, low, 128);
  }

  private static int hex(String text, int start, int end) {
    if (end - start < 1 || end - start > 4) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0 || text.charAt(i) > 'f') {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}

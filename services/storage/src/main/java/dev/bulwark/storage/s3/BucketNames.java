package dev.bulwark.storage.s3;

import java.util.List;

/**
 * The rules for names of new buckets.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html">Bucket
 *     naming rules</a>
 */
final class BucketNames {
  private static final List<String> RESERVED_PREFIXES = List.of("xn--", "sthree-", "amzn-s3-demo-");
  private static final List<String> RESERVED_SUFFIXES =
      List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

  private BucketNames() {}

  /** Whether a bucket may be given this name. */
  static boolean isValid(String name) {
    int length = name.length();
    if (length < 3 || length > 63 || !isAlphanumeric(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < length; i++) {
      char c = name.charAt(i);
      boolean afterDot = name.charAt(i - 1) == '.';
      if (!isAlphanumeric(c) && c != '-' && c != '.') {
        return false;
      }
      if (c == '.' && afterDot) {
        return false;
      }
    }
    return isAlphanumeric(name.charAt(length - 1))
        && !isIpv4(name)
        && RESERVED_PREFIXES.stream().noneMatch(name::startsWith)
        && RESERVED_SUFFIXES.stream().noneMatch(name::endsWith);
  }

  /**
   * Whether a bucket could ever have been given this name; older rules allowed more than today's.
   */
  static boolean isPossible(String name) {
    return name.length() >= 3
        && name.length() <= 255
        && name.chars()
            .allMatch(
                c ->
                    isAlphanumeric((char) c)
                        || (c >= 'A' && c <= 'Z')
                        || c == '-'
                        || c == '.'
                        || c == '_');
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static boolean isIpv4(String name) {
    int dots = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots == 3;
  }
}

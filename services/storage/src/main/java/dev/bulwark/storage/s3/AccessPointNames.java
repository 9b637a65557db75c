package dev.bulwark.storage.s3;

import dev.bulwark.base.Arn;
import dev.bulwark.base.Randomness;
import dev.bulwark.state.Key;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Under which names access points are reached.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-names.html">Access
 *     points naming rules</a>
 */
final class AccessPointNames {
  static final String ALIAS_END = "-s3alias";
  private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9-]{1,48}[a-z0-9]");
  private static final Pattern HOST_LABEL = Pattern.compile("(.{3,50})-([0-9]{12})");
  private static final String HOST = ".s3-accesspoint";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int PREFIX = 20;
  private static final int METADATA = 34;

  private AccessPointNames() {}

  static boolean isValid(String name) {
    return VALID.matcher(name).matches() && !name.endsWith(ALIAS_END);
  }

  /** A new alias: looks like a bucket's name, and is none. */
  static String alias(String name) {
    var out = new StringBuilder(name.substring(0, Math.min(PREFIX, name.length())));
    while (out.charAt(out.length() - 1) == '-') {
      out.setLength(out.length() - 1);
    }
    out.append('-');
    for (byte random : Randomness.bytes(METADATA)) {
      out.append(ALPHABET.charAt((random & 0xff) % ALPHABET.length()));
    }
    return out.append(ALIAS_END).toString();
  }

  /**
   * The key of the access point that a host's label or an ARN names; null where it can be none.
   *
   * @param name {@code NAME-ACCOUNT}, with or without {@code .s3-accesspoint} behind it, or an ARN
   */
  static @Nullable String key(String name) {
    if (name.startsWith("arn:")) {
      return Arn.tryParse(name)
          .filter(arn -> arn.service().equals("s3") && arn.resource().startsWith("accesspoint/"))
          .map(arn -> Key.of(arn.account(), arn.resource().substring("accesspoint/".length())))
          .orElse(null);
    }
    int host = name.indexOf(HOST);
    var match = HOST_LABEL.matcher(host < 0 ? name : name.substring(0, host));
    return match.matches() ? Key.of(match.group(2), match.group(1)) : null;
  }
}

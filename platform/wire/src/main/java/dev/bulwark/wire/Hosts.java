package dev.bulwark.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes host names apart: which service or which bucket they name. */
final class Hosts {
  private static final List<String> KNOWN =
      List.of("amazonaws.com", "amazonaws.com.cn", "localhost");

  private final Set<String> bases;

  Hosts(Set<String> baseHosts) {
    bases = new HashSet<>(KNOWN);
    baseHosts.forEach(host -> bases.add(host.toLowerCase(Locale.ROOT)));
  }

  /**
   * A host.
   *
   * @param bucket the bucket of a virtual-host style address, or null
   * @param serviceLabel the label where AWS's host names have the service, or null
   */
  record Host(@Nullable String bucket, @Nullable String serviceLabel) {
    static final Host PLAIN = new Host(null, null);
  }

  /** Takes a Host header apart. */
  Host parse(@Nullable String header) {
    if (header == null || header.isEmpty() || header.charAt(0) == '[') {
      return Host.PLAIN;
    }
    var colon = header.lastIndexOf(':');
    var name = (colon < 0 ? header : header.substring(0, colon)).toLowerCase(Locale.ROOT);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (bases.contains(name)) {
      return Host.PLAIN;
    }
    var s3 = s3Label(name);
    if (s3 == 0) {
      return new Host(null, "s3");
    }
    if (s3 > 0) {
      return new Host(name.substring(0, s3 - 1), "s3");
    }
    // The longest base that fits: one base may lie below another.
    for (var dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      if (bases.contains(name.substring(dot + 1))) {
        var first = name.indexOf('.');
        return new Host(name.substring(0, dot), name.substring(0, first));
      }
    }
    return Host.PLAIN;
  }

  /**
   * Where the label {@code s3} (or {@code s3-us-west-2}, {@code s3-fips} …) begins: the last such;
   * -1 where there is none.
   */
  private static int s3Label(String name) {
    for (var start = name.lastIndexOf('.'); ; start = name.lastIndexOf('.', start - 1)) {
      var label = start + 1;
      if (name.startsWith("s3", label)) {
        var next = label + 2;
        if (next < name.length() && (name.charAt(next) == '.' || isDashed(name, next))) {
          return label;
        }
      }
      if (start < 0) {
        return -1;
      }
    }
  }

  /**
   * AWS's old form: s3-region; below any other base, a label such as {@code s3-logs} is a bucket.
   */
  private static boolean isDashed(String name, int dash) {
    return name.charAt(dash) == '-' && name.contains(".amazonaws.com");
  }
}

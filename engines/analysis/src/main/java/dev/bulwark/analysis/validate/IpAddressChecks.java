package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.policy.ConditionOperator;
import dev.bulwark.policy.IpRange;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** IP ranges: their form, and whether they are addresses that requests to AWS can come from. */
final class IpAddressChecks implements PolicyValidator.Check {
  private static final String SOURCE_IP = "aws:sourceip";

  /** RFC 1918, RFC 6598, RFC 4193, loopback and link-local addresses. */
  private static final List<IpRange> PRIVATE =
      Stream.of(
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "fc00::/7",
              "fe80::/10",
              "::1")
          .map(IpRange::parse)
          .map(range -> Objects.requireNonNull(range))
          .toList();

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        var operator = condition.operator();
        if (operator != null && operator.family() == Operator.Family.IP_ADDRESS) {
          check(condition, operator, findings);
        }
      }
    }
  }

  private static void check(Condition condition, Operator operator, Findings findings) {
    List<IpRange> ranges = new ArrayList<>();
    for (var value : condition.values()) {
      if (value.hasVariable()) {
        continue;
      }
      var range = IpRange.parse(value.text());
      if (range == null) {
        findings.add(
            Issue.TYPE_MISMATCH_IP_RANGE,
            List.of(value.location()),
            "operator",
            condition.operatorText());
        continue;
      }
      ranges.add(range);
      var better = masked(range);
      if (better != null) {
        findings.add(Issue.IMPROVE_IP_RANGE, List.of(value.location()), "addr", better);
      }
    }
    if (condition.isAbout(SOURCE_IP) && !ranges.isEmpty()) {
      privateRanges(condition, operator, ranges, findings);
    }
  }

  private static void privateRanges(
      Condition condition, Operator operator, List<IpRange> ranges, Findings findings) {
    long hidden = ranges.stream().filter(IpAddressChecks::isPrivate).count();
    if (hidden == 0) {
      return;
    }
    boolean all = hidden == condition.values().size();
    boolean negated = operator.base() == ConditionOperator.NOT_IP_ADDRESS;
    Issue issue;
    if (negated) {
      issue = all ? Issue.PRIVATE_NOT_IP_ADDRESS : Issue.PRIVATE_NOT_IP_ADDRESS_SUBSET;
    } else {
      issue = all ? Issue.PRIVATE_IP_ADDRESS : Issue.PRIVATE_IP_ADDRESS_SUBSET;
    }
    findings.add(issue, condition.location());
  }

  private static boolean isPrivate(IpRange range) {
    return PRIVATE.stream()
        .anyMatch(known -> known.prefix() <= range.prefix() && known.contains(range));
  }

  /** The range without bits that its length cuts off; null where it has none. */
  private static @Nullable String masked(IpRange range) {
    int bits = range.v6() ? range.prefix() : range.prefix() + 96;
    long high = range.v6() ? keep(range.high(), bits) : 0;
    long low = keep(range.low(), bits - 64);
    if (!range.v6()) {
      low &= 0xFFFFFFFFL;
    }
    if (high == range.high() && low == range.low()) {
      return null;
    }
    return (range.v6() ? v6(high, low) : v4(low)) + "/" + range.prefix();
  }

  private static long keep(long value, int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= 64 ? value : value & -1L << (64 - bits);
  }

  private static String v4(long value) {
    return (value >> 24 & 255)
        + "."
        + (value >> 16 & 255)
        + "."
        + (value >> 8 & 255)
        + "."
        + (value & 255);
  }

  private static String v6(long high, long low) {
    var groups = new ArrayList<String>();
    for (var half : new long[] {high, low}) {
      for (int shift = 48; shift >= 0; shift -= 16) {
        groups.add(HexFormat.of().toHexDigits((short) (half >> shift)).replaceFirst("^0{1,3}", ""));
      }
    }
    return String.join(":", groups).replaceFirst("(:0)+$", "::");
  }
}

package dev.bulwark.analysis.compare;

import dev.bulwark.policy.Condition;
import dev.bulwark.policy.Condition.Quantifier;
import dev.bulwark.policy.ConditionOperator;
import dev.bulwark.policy.IpRange;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a condition makes of a grant to everyone: whether those who fulfil it are a fixed set, and
 * whether they are all trusted.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status">The
 *     meaning of "public"</a>
 */
final class Narrowing {
  private static final Set<ConditionOperator> OPERATORS =
      EnumSet.of(
          ConditionOperator.STRING_EQUALS,
          ConditionOperator.STRING_EQUALS_IGNORE_CASE,
          ConditionOperator.STRING_LIKE,
          ConditionOperator.ARN_EQUALS,
          ConditionOperator.ARN_LIKE,
          ConditionOperator.IP_ADDRESS);

  private static final Set<String> ACCOUNT_KEYS =
      Set.of(
          "aws:principalaccount",
          "aws:sourceaccount",
          "aws:sourceowner",
          "kms:calleraccount",
          "s3:dataaccesspointaccount",
          "aws:vpceaccount");
  private static final Set<String> ARN_KEYS =
      Set.of("aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn");
  private static final Set<String> ORGANIZATION_KEYS =
      Set.of("aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid");
  private static final Set<String> PATH_KEYS =
      Set.of("aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths");
  private static final Set<String> OTHER_KEYS =
      Set.of(
          "aws:sourcevpc",
          "aws:sourcevpce",
          "aws:sourcevpcarn",
          "aws:userid",
          "s3:x-amz-server-side-encryption-aws-kms-key-id",
          "lambda:functionurlauthtype",
          "elasticfilesystem:accesspointarn");
  private static final String SOURCE_IP = "aws:sourceip";
  private static final int WIDEST_IPV4 = 8;
  private static final int WIDEST_IPV6 = 32;

  private Narrowing() {}

  /** Whether the requests that fulfil the conditions come from a fixed set of callers. */
  static boolean isFixed(List<Condition> conditions) {
    return conditions.stream().anyMatch(Narrowing::fixes);
  }

  /** Whether those callers are all in the zone of trust. */
  static boolean isTrusted(List<Condition> conditions, ZoneOfTrust zone) {
    return conditions.stream().anyMatch(condition -> fixes(condition) && trusts(condition, zone));
  }

  private static boolean fixes(Condition condition) {
    var key = condition.key().toLowerCase(Locale.ROOT);
    return OPERATORS.contains(condition.operator())
        && condition.quantifier() != Quantifier.FOR_ALL_VALUES
        && !condition.ifExists()
        && !condition.values().isEmpty()
        && all(condition, value -> !value.contains("${") && isFixed(key, value));
  }

  private static boolean all(Condition condition, Predicate<String> test) {
    return condition.values().stream().allMatch(test);
  }

  private static boolean isWild(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  private static boolean isFixed(String key, String value) {
    if (key.equals(SOURCE_IP)) {
      var range = IpRange.parse(value);
      return range != null && range.prefix() >= (range.v6() ? WIDEST_IPV6 : WIDEST_IPV4);
    }
    if (ARN_KEYS.contains(key)) {
      return !isWild(value) || isAccount(account(value));
    }
    if (PATH_KEYS.contains(key)) {
      int slash = value.indexOf('/');
      return slash > 0 && !isWild(value.substring(0, slash));
    }
    return (ACCOUNT_KEYS.contains(key)
            || ORGANIZATION_KEYS.contains(key)
            || OTHER_KEYS.contains(key))
        && !isWild(value);
  }

  private static boolean trusts(Condition condition, ZoneOfTrust zone) {
    var key = condition.key().toLowerCase(Locale.ROOT);
    if (ACCOUNT_KEYS.contains(key)) {
      return all(condition, zone::trustsAccount);
    }
    if (ARN_KEYS.contains(key)) {
      return all(condition, arn -> zone.trustsAccount(account(arn)));
    }
    var organization = zone.organizationId();
    if (organization == null) {
      return false;
    }
    if (ORGANIZATION_KEYS.contains(key)) {
      return all(condition, organization::equals);
    }
    return PATH_KEYS.contains(key) && all(condition, path -> path.startsWith(organization + "/"));
  }

  static String account(String arn) {
    var parts = arn.split(":", 6);
    return parts.length < 6 ? "" : parts[4];
  }

  private static boolean isAccount(String text) {
    return text.length() == 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}

package dev.bulwark.storage.s3;

import dev.bulwark.policy.Condition;
import dev.bulwark.policy.ConditionOperator;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.Principals.Principal;
import dev.bulwark.policy.Statement;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a bucket policy makes a bucket public: it does unless each grant is to fixed principals,
 * or under a condition with fixed values.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status">The
 *     meaning of "public"</a>
 */
final class PublicPolicies {
  private static final Set<String> FIXING_KEYS =
      Set.of(
          "aws:sourceip",
          "aws:sourcearn",
          "aws:sourcevpc",
          "aws:sourcevpce",
          "aws:sourceowner",
          "aws:sourceaccount",
          "aws:userid",
          "aws:principalorgid",
          "aws:principalorgpaths",
          "aws:principalaccount",
          "aws:principalarn",
          "s3:x-amz-server-side-encryption-aws-kms-key-id",
          "s3:dataaccesspointaccount",
          "s3:dataaccesspointarn");

  private static final Set<ConditionOperator> FIXING_OPERATORS =
      EnumSet.of(
          ConditionOperator.STRING_EQUALS,
          ConditionOperator.STRING_EQUALS_IGNORE_CASE,
          ConditionOperator.STRING_LIKE,
          ConditionOperator.ARN_EQUALS,
          ConditionOperator.ARN_LIKE,
          ConditionOperator.IP_ADDRESS);

  private static final int WIDEST_IPV4 = 8;
  private static final int WIDEST_IPV6 = 32;

  private PublicPolicies() {}

  static boolean isPublic(Policy policy) {
    return policy.statements().stream().anyMatch(PublicPolicies::grantsToEverybody);
  }

  private static boolean grantsToEverybody(Statement statement) {
    return statement.effect() == Effect.ALLOW
        && namesEverybody(statement)
        && statement.conditions().stream().noneMatch(PublicPolicies::fixes);
  }

  private static boolean namesEverybody(Statement statement) {
    var principals = statement.principals();
    return principals == null
        || principals.negated()
        || principals.values().stream().anyMatch(Principal.Everyone.class::isInstance);
  }

  private static boolean fixes(Condition condition) {
    var key = condition.key().toLowerCase(Locale.ROOT);
    return FIXING_OPERATORS.contains(condition.operator())
        && condition.quantifier() != Condition.Quantifier.FOR_ALL_VALUES
        && !condition.ifExists()
        && FIXING_KEYS.contains(key)
        && condition.values().stream().allMatch(value -> isFixed(key, value));
  }

  private static boolean isFixed(String key, String value) {
    if (value.contains("${")) {
      return false;
    }
    return switch (key) {
      case "aws:sourceip" -> isNarrow(value);
      case "aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn" -> hasFixedAccount(value);
      default -> value.indexOf('*') < 0 && value.indexOf('?') < 0;
    };
  }

  private static boolean isNarrow(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0) {
      return true;
    }
    try {
      int bits = Integer.parseInt(cidr.substring(slash + 1));
      return bits >= (cidr.indexOf(':') >= 0 ? WIDEST_IPV6 : WIDEST_IPV4);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** An ARN is as good as fixed where its account is, or, as S3's have none, all of it. */
  private static boolean hasFixedAccount(String arn) {
    var parts = arn.split(":", 6);
    if (parts.length < 6) {
      return false;
    }
    var account = parts[4];
    boolean wild = arn.indexOf('*') >= 0 || arn.indexOf('?') >= 0;
    return !wild || (!account.isEmpty() && account.indexOf('*') < 0 && account.indexOf('?') < 0);
  }
}

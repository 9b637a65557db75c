package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.catalog.ConditionKey;
import dev.bulwark.analysis.validate.Draft.Condition;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether condition keys exist, and whether their operators suit them. */
final class ConditionKeyChecks implements PolicyValidator.Check {
  private static final String GLOBAL = "aws:";

  private final AuthorizationReference reference;

  ConditionKeyChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        check(condition, statement.isAllow(), findings);
      }
    }
  }

  private void check(Condition condition, boolean allow, Findings findings) {
    var key = condition.lowerKey();
    int colon = key.lastIndexOf(':', key.indexOf('/') < 0 ? key.length() : key.indexOf('/'));
    if (colon <= 0 || colon == key.length() - 1) {
      colon = key.indexOf(':');
    }
    if (colon <= 0 || colon == key.length() - 1) {
      findings.add(Issue.INVALID_CONDITION_KEY_FORMAT, condition.keyLocation());
      return;
    }
    if (key.equals("aws:arn")) {
      findings.add(Issue.UNSUPPORTED_GLOBAL_CONDITION_KEY, condition.keyLocation());
      return;
    }
    var known = find(key);
    if (known != null) {
      suits(condition, known, allow, findings);
    } else if (!lacksTagKey(condition, findings)) {
      unknown(condition, key.substring(0, key.indexOf(':')), findings);
    }
  }

  private @Nullable ConditionKey find(String key) {
    var global = reference.globalKey(key);
    if (global.isPresent()) {
      return global.get();
    }
    return reference
        .service(key.substring(0, key.indexOf(':')))
        .flatMap(service -> service.key(key))
        .or(() -> reference.service("sts").flatMap(sts -> sts.key(key)))
        .orElse(null);
  }

  private void unknown(Condition condition, String prefix, Findings findings) {
    if (condition.lowerKey().startsWith(GLOBAL)) {
      findings.add(
          Issue.INVALID_GLOBAL_CONDITION_KEY,
          List.of(condition.keyLocation()),
          "key",
          condition.key());
    } else if (reference.service(prefix).isPresent()) {
      findings.add(
          Issue.INVALID_SERVICE_CONDITION_KEY,
          List.of(condition.keyLocation()),
          "key",
          condition.key(),
          "service",
          prefix);
    } else if (prefix.indexOf('.') < 0 && !reference.isFederation(prefix)) {
      // Host names are those of identity providers, of which there are more than AWS knows.
      findings.add(Issue.INVALID_SERVICE, List.of(condition.keyLocation()), "service", prefix);
    }
  }

  /** Such as aws:ResourceTag without the name of a tag. */
  private boolean lacksTagKey(Condition condition, Findings findings) {
    var key = condition.lowerKey();
    var bare = key.endsWith("/") ? key : key + "/";
    var service = reference.service(key.substring(0, key.indexOf(':')));
    var keys =
        Stream.concat(
            reference.globalKeys().stream(),
            service.stream().flatMap(facts -> facts.keys().stream()));
    var meant =
        keys.filter(ConditionKey::takesTagKey)
            .filter(known -> known.stem().toLowerCase(Locale.ROOT).equals(bare))
            .findFirst();
    meant.ifPresent(
        known ->
            findings.add(
                Issue.MISSING_TAG_KEY_IN_CONDITION,
                List.of(condition.keyLocation()),
                "conditionKeyName",
                known.stem()));
    return meant.isPresent();
  }

  private static void suits(
      Condition condition, ConditionKey key, boolean allow, Findings findings) {
    var operator = condition.operator();
    if (operator == null || operator.family() == Operator.Family.NULL) {
      return;
    }
    if (key.multivalued() && operator.qualifier().isEmpty()) {
      findings.add(
          Issue.MISSING_QUALIFIER, List.of(condition.keyLocation()), "key", condition.key());
    }
    // What holds for requests without the key lets them in where it stands in an Allow.
    if (allow && !key.multivalued() && operator.isForAllValues()) {
      findings.add(
          Issue.FORALLVALUES_WITH_SINGLE_VALUED_KEY,
          List.of(condition.keyLocation()),
          "key",
          condition.key());
    }
    type(condition, operator, key, findings);
  }

  private static void type(
      Condition condition, Operator operator, ConditionKey key, Findings findings) {
    var expected = family(key.type());
    var family = operator.family();
    if (family == expected
        || family == Operator.Family.BINARY
        || (expected == Operator.Family.STRING && family == Operator.Family.ARN)
        || isEpoch(condition, family)) {
      return;
    }
    if (expected == Operator.Family.ARN && family == Operator.Family.STRING) {
      if (operator.takesWildcards()
          && condition.values().stream().anyMatch(Draft.Literal::hasWildcard)) {
        mismatch(Issue.STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS, condition, expected, findings);
      }
      return;
    }
    mismatch(Issue.TYPE_MISMATCH, condition, expected, findings);
  }

  private static boolean isEpoch(Condition condition, Operator.Family family) {
    return condition.isAbout("aws:epochtime") && family == Operator.Family.NUMERIC;
  }

  private static void mismatch(
      Issue issue, Condition condition, Operator.Family expected, Findings findings) {
    findings.add(
        issue,
        List.of(condition.operatorLocation(), condition.keyLocation()),
        "allowed",
        expected.title(),
        "operator",
        condition.operatorText(),
        "key",
        condition.key());
  }

  private static Operator.Family family(ConditionKey.Type type) {
    return switch (type) {
      case STRING -> Operator.Family.STRING;
      case ARN -> Operator.Family.ARN;
      case BOOLEAN -> Operator.Family.BOOLEAN;
      case NUMERIC -> Operator.Family.NUMERIC;
      case DATE -> Operator.Family.DATE;
      case IP_ADDRESS -> Operator.Family.IP_ADDRESS;
    };
  }
}

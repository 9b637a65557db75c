package dev.bulwark.service;

import dev.bulwark.access.DecisionLog;
import dev.bulwark.access.DecisionLog.Decided;
import dev.bulwark.policy.Condition;
import dev.bulwark.policy.Decision;
import dev.bulwark.policy.Explanation;
import dev.bulwark.policy.NearMiss;
import dev.bulwark.policy.PolicySource;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Statement;
import dev.bulwark.wire.JsonText;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of a call as its event keeps them: a JSON array, beside the record that accounts
 * see. An allow takes some 280 bytes, a denial with its steps a few thousand at the most.
 */
final class DecisionRecords {
  private static final byte[] NONE = {};

  /** What an allow takes, with some room. */
  private static final int USUAL = 512;

  private static final int MOST_VALUES = 10;
  private static final int LONGEST_VALUE = 300;
  private static final int MOST_MATCHES = 5;

  private static final Set<PolicyType> NOTHING = Set.of();
  private static final Set<PolicyType> OF_RESOURCES =
      Set.of(PolicyType.RESOURCE_BASED, PolicyType.RESOURCE_CONTROL, PolicyType.ROLE_TRUST);

  private DecisionRecords() {}

  /**
   * @param recipient the account that can read it: what policies say that another account has laid
   *     on its resources is not for it
   */
  static byte[] encode(@Nullable DecisionLog log, String recipient) {
    if (log == null || log.decided().isEmpty()) {
      return NONE;
    }
    if (log.decided().size() == 1 && Made.isPlain(log.decided().getFirst())) {
      return plain(log.decided().getFirst(), recipient);
    }
    return made(log.decided(), recipient);
  }

  private static byte[] made(List<Decided> all, String recipient) {
    var json = new JsonText(USUAL * all.size()).beginArray();
    for (var decided : all) {
      put(json, decided, recipient);
    }
    return json.endArray().toByteArray();
  }

  /** An allow that rested on no condition keys: what there was to tell, and what was made of it. */
  private record Made(
      String action,
      String resource,
      @Nullable String owner,
      boolean mustAllow,
      Decision decision,
      String policies,
      String recipient,
      byte[] json) {

    static boolean isPlain(Decided decided) {
      return decided.decision().allowed() && decided.keys().isEmpty();
    }

    static Made of(Decided decided, String recipient) {
      var target = decided.target();
      return new Made(
          target.action(),
          target.resourceArn(),
          target.resourceAccount(),
          target.resourcePolicyMustAllow(),
          decided.decision(),
          decided.policies(),
          recipient,
          made(List.of(decided), recipient));
    }

    boolean is(Decided other, String otherRecipient) {
      var target = other.target();
      return action.equals(target.action())
          && resource.equals(target.resourceArn())
          && Objects.equals(owner, target.resourceAccount())
          && mustAllow == target.resourcePolicyMustAllow()
          && decision.decidedBy() == other.decision().decidedBy()
          && Objects.equals(decision.source(), other.decision().source())
          // A statement is long to compare, and policies are kept.
          && decision.statement() == other.decision().statement()
          && policies.equals(other.policies())
          && recipient.equals(otherRecipient);
    }
  }

  /** Since who may do a thing does it again and again. */
  private static final AtomicReferenceArray<@Nullable Made> MADE = new AtomicReferenceArray<>(256);

  private static byte[] plain(Decided decided, String recipient) {
    var target = decided.target();
    int hash = 31 * target.action().hashCode() + target.resourceArn().hashCode();
    int slot = (hash ^ hash >>> 16) & MADE.length() - 1;
    var known = MADE.get(slot);
    if (known == null || !known.is(decided, recipient)) {
      known = Made.of(decided, recipient);
      MADE.set(slot, known);
    }
    return known.json();
  }

  /** The access advisor finds actions by their being the first property. */
  private static void put(JsonText json, Decided decided, String recipient) {
    var target = decided.target();
    var decision = decided.decision();
    var owner = target.resourceAccount();
    var hidden = owner == null || owner.equals(recipient) ? NOTHING : OF_RESOURCES;
    json.begin()
        .put("action", target.action())
        .put("resource", target.resourceArn())
        .put("owner", target.resourceAccount())
        .put("outcome", decision.outcome().name());
    if (target.resourcePolicyMustAllow()) {
      json.put("mustAllow", true);
    }
    if (decision.decidedBy() != null) {
      json.put("type", decision.decidedBy().name());
    }
    if (decision.decidedBy() == null || !hidden.contains(decision.decidedBy())) {
      putSource(json, decision.source(), decision.statement());
    }
    json.put("policies", decided.policies());
    if (!decided.keys().isEmpty()) {
      json.beginArray("keys");
      decided
          .keys()
          .forEach(
              (key, value) -> {
                json.begin().put("key", key);
                putValues(json, "values", value == null ? List.of() : value.values());
                json.end();
              });
      json.endArray();
    }
    if (decided.explanation() != null) {
      putSteps(json, decided.explanation(), hidden);
      putNearMisses(json, decided.nearMisses(), hidden);
    }
    json.end();
  }

  private static void putSource(
      JsonText json, @Nullable PolicySource source, @Nullable Statement statement) {
    if (source != null && !source.name().isEmpty()) {
      json.put("policy", source.name());
    }
    if (statement != null) {
      json.put("statement", statement.index()).put("sid", statement.sid());
    }
  }

  private static void putSteps(JsonText json, Explanation explanation, Set<PolicyType> hidden) {
    json.beginArray("steps");
    for (var step : explanation.steps()) {
      var told = !hidden.contains(step.type());
      json.begin()
          .put("type", step.type().name())
          .put("level", step.level())
          .put("outcome", step.outcome().name())
          .beginArray("matched");
      step.matched().stream()
          .limit(told ? MOST_MATCHES : 0)
          .forEach(
              match -> {
                json.begin();
                putSource(json, match.source(), match.statement());
                json.put("effect", match.statement().effect().name()).beginArray("conditions");
                for (var condition : match.statement().conditions()) {
                  json.begin();
                  putCondition(json, condition);
                  json.end();
                }
                json.endArray().end();
              });
      json.endArray();
      putValues(json, "missing", told ? step.missing() : List.of());
      json.end();
    }
    json.endArray();
  }

  private static void putNearMisses(
      JsonText json, List<NearMiss> nearMisses, Set<PolicyType> hidden) {
    json.beginArray("nearMisses");
    for (var miss : nearMisses) {
      if (hidden.contains(miss.type())) {
        continue;
      }
      json.begin().put("type", miss.type().name()).put("level", miss.level());
      putSource(json, miss.source(), miss.statement());
      json.put("aboutResource", miss.resource()).put("aboutPrincipal", miss.principal());
      if (!miss.resource()) {
        putValues(
            json,
            miss.statement().notResource() ? "notResources" : "resources",
            miss.statement().resources());
      }
      json.beginArray("failed");
      for (var failed : miss.failed()) {
        json.begin();
        putCondition(json, failed.condition());
        putValues(json, "actual", failed.actual());
        json.end();
      }
      json.endArray().end();
    }
    json.endArray();
  }

  private static void putCondition(JsonText json, Condition condition) {
    var quantifier =
        switch (condition.quantifier()) {
          case NONE -> "";
          case FOR_ALL_VALUES -> "ForAllValues:";
          case FOR_ANY_VALUE -> "ForAnyValue:";
        };
    json.put(
            "operator",
            quantifier + condition.operator().text() + (condition.ifExists() ? "IfExists" : ""))
        .put("key", condition.key());
    putValues(json, "wanted", condition.values());
  }

  private static void putValues(JsonText json, String name, List<String> values) {
    json.beginArray(name);
    for (var i = 0; i < Math.min(values.size(), MOST_VALUES); i++) {
      var value = values.get(i);
      json.add(value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…");
    }
    json.endArray();
  }
}

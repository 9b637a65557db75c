package dev.bulwark.access;

import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.policy.Decision;
import dev.bulwark.policy.Explanation;
import dev.bulwark.policy.NearMiss;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided in a call, kept so that it can be told later why: of an allow what decided, of a
 * denial every step. Belongs to one call and one thread.
 */
public final class DecisionLog {
  /** Decisions of a call; a deletion of a thousand objects is a thousand more. */
  private static final int MOST = 20;

  /** Denials whose steps are kept. */
  private static final int MOST_EXPLAINED = 3;

  private static final int NEAR_MISSES_OF_A_LAYER = 3;

  /**
   * A decision.
   *
   * @param policies what {@link PolicySet#fingerprints} says of the policies
   * @param keys the condition keys that policies asked for, in lower case; with null where the
   *     request lacked one
   * @param explanation of a denial; null for an allow
   * @param nearMisses of a denial
   */
  public record Decided(
      AuthorizationTarget target,
      Decision decision,
      String policies,
      Map<String, @Nullable ContextValue> keys,
      @Nullable Explanation explanation,
      List<NearMiss> nearMisses) {}

  private final List<Decided> decided = new ArrayList<>(1);
  private int explained;

  /** The decisions, in order. */
  public List<Decided> decided() {
    return decided;
  }

  /** Facts that remember which keys were asked for, and what the answer was. */
  static final class Observed implements ContextSource {
    private final ContextSource facts;
    private @Nullable Map<String, @Nullable ContextValue> asked;

    Observed(ContextSource facts) {
      this.facts = facts;
    }

    @Override
    public @Nullable ContextValue get(String key) {
      var map = asked;
      if (map == null) {
        map = new HashMap<>();
        asked = map;
      }
      if (map.containsKey(key)) {
        return map.get(key);
      }
      var value = facts.get(key);
      map.put(key, value);
      return value;
    }

    private Map<String, @Nullable ContextValue> asked() {
      return asked == null ? Map.of() : asked;
    }
  }

  void add(
      AuthorizationTarget target,
      AuthorizationRequest request,
      PolicySet policies,
      Observed facts,
      Decision decision) {
    if (decided.size() >= MOST) {
      return;
    }
    var explain = !decision.allowed() && explained < MOST_EXPLAINED;
    if (explain) {
      explained++;
    }
    decided.add(
        new Decided(
            target,
            decision,
            policies.fingerprints(),
            facts.asked(),
            explain ? PolicyEvaluator.explain(request, policies) : null,
            explain
                ? PolicyEvaluator.nearMisses(request, policies, NEAR_MISSES_OF_A_LAYER)
                : List.of()));
  }
}

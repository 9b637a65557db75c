package dev.bulwark.policy;

import java.util.List;

/**
 * A decision with each step that was looked at, in order of evaluation.
 *
 * @param decision the same as {@link PolicyEvaluator#evaluate} gives
 */
public record Explanation(Decision decision, List<Step> steps) {

  /**
   * One layer of policies.
   *
   * @param level for SCPs and RCPs the level from the root of the organization, from 0; else 0
   * @param matched statements that match the request, in order of policies
   */
  public record Step(PolicyType type, int level, Decision.Outcome outcome, List<Match> matched) {}

  /** A statement that matches the request. */
  public record Match(PolicySource source, Statement statement) {}
}

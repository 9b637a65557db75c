package dev.bulwark.policy;

import java.util.List;

/**
 * A decision with each step that was looked at, in order of evaluation.
 *
 * @param decision the same as {@link PolicyEvaluator#evaluate} gives
 */
public record Explanation(Decision decision, List<Step> steps) {

  /** The condition keys that the request lacks, over all steps. */
  public List<String> missing() {
    return steps.stream().flatMap(step -> step.missing().stream()).distinct().toList();
  }

  /**
   * One layer of policies.
   *
   * @param level for SCPs and RCPs the level from the root of the organization, from 0; else 0
   * @param matched statements that match the request, in order of policies
   * @param missing condition keys that statements about the action and the resource ask for and
   *     that the request lacks, as they are written there, whether or not they made a difference
   */
  public record Step(
      PolicyType type,
      int level,
      Decision.Outcome outcome,
      List<Match> matched,
      List<String> missing) {}

  /** A statement that matches the request. */
  public record Match(PolicySource source, Statement statement) {}
}

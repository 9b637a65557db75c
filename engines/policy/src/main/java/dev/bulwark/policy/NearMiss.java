package dev.bulwark.policy;

import java.util.List;

/**
 * A statement that would allow the request but for some of its parts: what a change of policies or
 * of the request can start from.
 *
 * @param level as in {@link Explanation.Step}
 * @param resource whether it is about the resource
 * @param principal whether it is about the requester
 * @param failed the conditions that do not hold
 */
public record NearMiss(
    PolicyType type,
    int level,
    PolicySource source,
    Statement statement,
    boolean resource,
    boolean principal,
    List<Failed> failed) {

  /**
   * A condition that does not hold.
   *
   * @param actual the values in the request; empty where it lacks the key
   */
  public record Failed(Condition condition, List<String> actual) {}

  /** How far the statement is from allowing the request: less is nearer. */
  public int distance() {
    return failed.size() + (principal ? 0 : 2) + (resource ? 0 : 3);
  }
}

package dev.bulwark.identity.accessanalyzer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A recommendation for a finding, as stored: what to do about each policy that allows too much. */
record RecommendationRecord(
    String findingId, String resourceArn, Instant started, Instant completed, List<Step> steps) {

  RecommendationRecord {
    steps = List.copyOf(steps);
  }

  /**
   * What to do about a policy.
   *
   * @param policyId the ARN of a managed policy, or the name of an inline one
   * @param updated when the policy was last changed; null for inline ones
   * @param replacement what to put in its place; null where it is to go
   */
  record Step(String policyId, @Nullable Instant updated, @Nullable String replacement) {}
}

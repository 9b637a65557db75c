package dev.bulwark.identity.accessanalyzer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An access preview as stored.
 *
 * @param configurations the proposed configuration by the resource's ARN
 * @param failure the reason's code; null where it was completed
 */
record PreviewRecord(
    String id,
    Instant created,
    Map<String, Proposed> configurations,
    @Nullable String failure,
    List<Previewed> findings) {

  /**
   * A proposed configuration.
   *
   * @param restrictPublic null where Block Public Access was not proposed
   */
  record Proposed(
      String type,
      @Nullable String policy,
      @Nullable Boolean ignoreAcls,
      @Nullable Boolean restrictPublic) {}

  /**
   * A finding of the proposed configuration, or one of today that it would resolve.
   *
   * @param existing the finding of today; null where there is none
   */
  record Previewed(
      String id,
      FindingRecord finding,
      String change,
      @Nullable String existing,
      FindingRecord.@Nullable Status existingStatus) {}
}

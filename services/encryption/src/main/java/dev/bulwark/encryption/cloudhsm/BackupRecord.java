package dev.bulwark.encryption.cloudhsm;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backup as stored; what it holds is a {@link Content}.
 *
 * @param retentionDays of its cluster, as long as that was there
 * @param copied when it was copied from another Region; null for others
 * @param deletion when it is gone; null unless it was deleted
 * @param policy its resource policy
 */
record BackupRecord(
    String accountId,
    String region,
    String id,
    String clusterId,
    Instant created,
    @Nullable Instant copied,
    @Nullable Source source,
    boolean neverExpires,
    int retentionDays,
    @Nullable Instant deletion,
    String hsmType,
    String mode,
    Map<String, String> tags,
    @Nullable String policy) {

  /** Where a copy comes from. */
  record Source(String region, String backupId, String clusterId) {}

  /**
   * What brings a cluster back.
   *
   * @param file the name of the sealed archive of its tokens
   */
  record Content(
      ClusterSecrets secrets,
      ClusterRecord.@Nullable CertificateRecord certificates,
      String file) {}

  public BackupRecord {
    tags = Map.copyOf(tags);
  }

  String arn() {
    return arn(region, accountId, id);
  }

  static String arn(String region, String accountId, String id) {
    return "arn:aws:cloudhsm:" + region + ":" + accountId + ":backup/" + id;
  }

  /** Whether its time is over, by its cluster's policy or by its owner's wish. */
  boolean isGone(Instant now) {
    return deletion != null
        ? !deletion.isAfter(now)
        : !neverExpires && !created.plus(Duration.ofDays(retentionDays)).isAfter(now);
  }

  String state() {
    return deletion == null ? "READY" : "PENDING_DELETION";
  }

  BackupRecord withDeletion(@Nullable Instant when) {
    return changed(neverExpires, retentionDays, when, tags, policy);
  }

  BackupRecord withNeverExpires(boolean value) {
    return changed(value, retentionDays, deletion, tags, policy);
  }

  BackupRecord withRetention(int days) {
    return changed(neverExpires, days, deletion, tags, policy);
  }

  BackupRecord withTags(Map<String, String> value) {
    return changed(neverExpires, retentionDays, deletion, value, policy);
  }

  BackupRecord withPolicy(@Nullable String value) {
    return changed(neverExpires, retentionDays, deletion, tags, value);
  }

  /** The same with what of it can change. */
  private BackupRecord changed(
      boolean forEver,
      int days,
      @Nullable Instant when,
      Map<String, String> newTags,
      @Nullable String newPolicy) {
    return new BackupRecord(
        accountId, region, id, clusterId, created, copied, source, forEver, days, when, hsmType,
        mode, newTags, newPolicy);
  }
}

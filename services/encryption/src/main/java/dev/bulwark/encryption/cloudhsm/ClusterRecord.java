package dev.bulwark.encryption.cloudhsm;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as stored, without its secrets: those are {@link ClusterSecrets}.
 *
 * @param mode a label that clients see; it changes nothing here
 * @param subnets by Availability Zone
 * @param sourceBackupId null unless it was made from a backup
 * @param certificates null until its first HSM
 */
record ClusterRecord(
    String accountId,
    String region,
    String id,
    Instant created,
    String hsmType,
    String mode,
    int retentionDays,
    String vpcId,
    String securityGroup,
    Map<String, String> subnets,
    @Nullable String sourceBackupId,
    State state,
    List<HsmRecord> hsms,
    @Nullable CertificateRecord certificates,
    Map<String, String> tags) {

  /** By the names of the API. */
  enum State {
    UNINITIALIZED,
    INITIALIZED,
    ACTIVE
  }

  /** One HSM: a place from which the cluster's tokens are served. */
  record HsmRecord(String id, String zone, String subnetId, String eniId, String ip) {}

  /**
   * PEM, each.
   *
   * @param cluster signed by the owner; null until the cluster is initialized
   * @param trustAnchor of the owner; null until the cluster is initialized
   */
  record CertificateRecord(
      String csr,
      String hsm,
      String hardware,
      String manufacturer,
      @Nullable String cluster,
      @Nullable String trustAnchor) {}

  public ClusterRecord {
    subnets = Map.copyOf(subnets);
    hsms = List.copyOf(hsms);
    tags = Map.copyOf(tags);
  }

  String arn() {
    return arn(region, accountId, id);
  }

  static String arn(String region, String accountId, String id) {
    return "arn:aws:cloudhsm:" + region + ":" + accountId + ":cluster/" + id;
  }

  ClusterRecord withRetention(int days) {
    return changed(days, state, hsms, certificates, tags);
  }

  ClusterRecord withTags(Map<String, String> value) {
    return changed(retentionDays, state, hsms, certificates, value);
  }

  ClusterRecord with(
      State newState, List<HsmRecord> newHsms, @Nullable CertificateRecord newCertificates) {
    return changed(retentionDays, newState, newHsms, newCertificates, tags);
  }

  /** The same with what of it can change. */
  private ClusterRecord changed(
      int days,
      State newState,
      List<HsmRecord> newHsms,
      @Nullable CertificateRecord newCertificates,
      Map<String, String> newTags) {
    return new ClusterRecord(
        accountId,
        region,
        id,
        created,
        hsmType,
        mode,
        days,
        vpcId,
        securityGroup,
        subnets,
        sourceBackupId,
        newState,
        newHsms,
        newCertificates,
        newTags);
  }
}

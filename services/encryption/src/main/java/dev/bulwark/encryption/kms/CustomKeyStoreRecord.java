package dev.bulwark.encryption.kms;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A custom key store on a CloudHSM cluster, as stored.
 *
 * @param certificate of the cluster, which those that are made from its backups have, too; null in
 *     stores of before this was kept
 * @param password of the cluster's crypto user {@code kmsuser}, sealed for the store's id
 * @param error why it could not be connected; null in other states
 */
record CustomKeyStoreRecord(
    String accountId,
    String region,
    String id,
    String name,
    String clusterId,
    String trustAnchor,
    @Nullable String certificate,
    Instant created,
    byte[] password,
    State state,
    @Nullable String error) {

  /** By the names of the API; the states between are passed within one call. */
  enum State {
    DISCONNECTED,
    CONNECTED,
    FAILED
  }

  /** Whether KMS would log in to the same cluster, by the same password. */
  boolean logsInAs(CustomKeyStoreRecord other) {
    return clusterId.equals(other.clusterId) && Arrays.equals(password, other.password);
  }

  CustomKeyStoreRecord with(State newState, @Nullable String newError) {
    return changed(name, clusterId, password, newState, newError);
  }

  CustomKeyStoreRecord with(String newName, String newClusterId, byte[] newPassword) {
    return changed(newName, newClusterId, newPassword, state, error);
  }

  private CustomKeyStoreRecord changed(
      String newName,
      String newClusterId,
      byte[] newPassword,
      State newState,
      @Nullable String newError) {
    return new CustomKeyStoreRecord(
        accountId,
        region,
        id,
        newName,
        newClusterId,
        trustAnchor,
        certificate,
        created,
        newPassword,
        newState,
        newError);
  }
}

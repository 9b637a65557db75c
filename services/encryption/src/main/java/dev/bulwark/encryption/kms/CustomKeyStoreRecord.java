package dev.bulwark.encryption.kms;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A custom key store on a CloudHSM cluster, as stored.
 *
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

  CustomKeyStoreRecord with(State newState, @Nullable String newError) {
    return new CustomKeyStoreRecord(
        accountId, region, id, name, clusterId, trustAnchor, created, password, newState, newError);
  }

  CustomKeyStoreRecord with(String newName, String newClusterId, byte[] newPassword) {
    return new CustomKeyStoreRecord(
        accountId,
        region,
        id,
        newName,
        newClusterId,
        trustAnchor,
        created,
        newPassword,
        state,
        error);
  }
}

package dev.bulwark.encryption.kms;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An external key store, as stored.
 *
 * @param endpoint with {@code https://}, without a port
 * @param path from the endpoint to the proxy's API
 * @param secret what requests to the proxy are signed with, sealed for the store's id
 * @param error why it could not be connected; null in other states
 */
record ExternalStoreRecord(
    String accountId,
    String region,
    String id,
    String name,
    String endpoint,
    String path,
    String accessKeyId,
    byte[] secret,
    Instant created,
    CustomKeyStoreRecord.State state,
    @Nullable String error) {

  ExternalStoreRecord with(CustomKeyStoreRecord.State newState, @Nullable String newError) {
    return new ExternalStoreRecord(
        accountId,
        region,
        id,
        name,
        endpoint,
        path,
        accessKeyId,
        secret,
        created,
        newState,
        newError);
  }

  ExternalStoreRecord withName(String newName) {
    return new ExternalStoreRecord(
        accountId, region, id, newName, endpoint, path, accessKeyId, secret, created, state, error);
  }

  /** The same with another proxy, or other ways to it. */
  ExternalStoreRecord withProxy(
      String newEndpoint, String newPath, String newAccessKeyId, byte[] newSecret) {
    return new ExternalStoreRecord(
        accountId,
        region,
        id,
        name,
        newEndpoint,
        newPath,
        newAccessKeyId,
        newSecret,
        created,
        state,
        error);
  }
}

package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What of a key never changes.
 *
 * @param keyId a UUID, or {@code mrk-} and 32 hexadecimal digits
 * @param awsManaged whether a service of AWS made it for the account
 * @param keyStoreId the custom key store that holds it; null for all others
 * @param externalKeyId what the external key manager calls the key that encrypts with it; null
 *     outside of external key stores
 */
public record KeyIdentity(
    String accountId,
    String region,
    String keyId,
    Instant created,
    KeySpec spec,
    KeyUsage usage,
    KeyOrigin origin,
    boolean awsManaged,
    @Nullable String keyStoreId,
    @Nullable String externalKeyId) {

  String arn() {
    return "arn:aws:kms:" + region + ":" + accountId + ":key/" + keyId;
  }

  /** The same key in another Region. */
  KeyIdentity in(String otherRegion, Instant replicated) {
    return new KeyIdentity(
        accountId,
        otherRegion,
        keyId,
        replicated,
        spec,
        usage,
        origin,
        awsManaged,
        keyStoreId,
        externalKeyId);
  }
}

package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import java.time.Instant;

/**
 * What of a key never changes.
 *
 * @param keyId a UUID, or {@code mrk-} and 32 hexadecimal digits
 * @param awsManaged whether a service of AWS made it for the account
 */
public record KeyIdentity(
    String accountId,
    String region,
    String keyId,
    Instant created,
    KeySpec spec,
    KeyUsage usage,
    KeyOrigin origin,
    boolean awsManaged) {

  String arn() {
    return "arn:aws:kms:" + region + ":" + accountId + ":key/" + keyId;
  }

  /** The same key in another Region. */
  KeyIdentity in(String otherRegion, Instant replicated) {
    return new KeyIdentity(
        accountId, otherRegion, keyId, replicated, spec, usage, origin, awsManaged);
  }
}

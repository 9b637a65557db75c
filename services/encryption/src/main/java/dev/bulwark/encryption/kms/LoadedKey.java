package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key with what each use of it would have to work out.
 *
 * @param policy compiled; null for a key that is not there
 * @param row its key in the table of keys
 */
record LoadedKey(KeyRecord record, String arn, @Nullable Policy policy, String row) {
  private LoadedKey(KeyRecord record, @Nullable Policy policy) {
    this(record, record.arn(), policy, KmsTables.key(record.identity()));
  }

  /**
   * What stands for a key of another account that is not there: it allows nobody anything, so that
   * callers are refused as they are at a key that is closed to them, and learn nothing.
   */
  static LoadedKey absent(String accountId, String region, String keyId) {
    var identity =
        new KeyIdentity(
            accountId,
            region,
            keyId,
            Instant.EPOCH,
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsage.ENCRYPT_DECRYPT,
            KeyOrigin.AWS_KMS,
            false,
            null,
            null);
    var record =
        new KeyRecord(
            identity, "", false, null, "", Map.of(), List.of(), KeyRecord.Rotation.NONE, null);
    return new LoadedKey(record, null);
  }

  static LoadedKey of(KeyRecord record) {
    try {
      return new LoadedKey(record, Policy.parse(record.policy(), PolicyKind.RESOURCE));
    } catch (PolicyException e) {
      throw new IllegalStateException("the stored policy of " + record.arn(), e);
    }
  }
}

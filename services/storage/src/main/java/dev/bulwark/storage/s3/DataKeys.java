package dev.bulwark.storage.s3;

import dev.bulwark.service.Caller;
import java.util.Map;

/**
 * What S3 asks of KMS, in the name of its callers. All throw what KMS would answer, as {@link
 * dev.bulwark.schema.ApiException}.
 */
public interface DataKeys {

  /** A data key of 256 bits. */
  record DataKey(String keyArn, byte[] plaintext, byte[] ciphertext) {}

  /** A new data key; {@code kms:GenerateDataKey}. */
  DataKey generate(Caller caller, String keyId, Map<String, String> context);

  /** A new data key that its user makes, and KMS encrypts; {@code kms:Encrypt}. */
  DataKey wrap(Caller caller, String keyId, Map<String, String> context);

  /** A data key from its cipher text; {@code kms:Decrypt}. */
  byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> context);

  /**
   * Demands what using a key would take, where its data key is at hand already: the permission, and
   * a key that can be used. Returns the key's ARN.
   *
   * @param action {@code kms:GenerateDataKey} or {@code kms:Decrypt}
   */
  String require(Caller caller, String action, String keyId, Map<String, String> context);
}

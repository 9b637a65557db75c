package dev.bulwark.messaging;

import dev.bulwark.service.Caller;
import java.util.Map;

/**
 * What messages are encrypted with where a queue or topic names a KMS key, in the name of whom the
 * service acts for. The composition root fills it in.
 *
 * <p>All throw what KMS would answer, as {@link dev.bulwark.schema.ApiException}.
 */
public interface MessageKeys {
  /**
   * A data key of 256 bits.
   *
   * @param ciphertext for {@link #decrypt}
   */
  record DataKey(byte[] plaintext, byte[] ciphertext) {}

  /** A new data key; {@code kms:GenerateDataKey}. */
  DataKey generate(Caller caller, String keyId, Map<String, String> encryptionContext);

  /** What a data key's ciphertext holds; {@code kms:Decrypt}. */
  byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> encryptionContext);
}

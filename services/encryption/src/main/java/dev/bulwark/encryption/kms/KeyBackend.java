package dev.bulwark.encryption.kms;

import java.util.Map;

/**
 * Where the material of a symmetric key does its work: in this process, from the vault, for all
 * origins but those of custom key stores, each of which brings a backend of its own. What it makes
 * is the whole ciphertext that clients see.
 */
public interface KeyBackend {
  /** A ciphertext under the key's current material. */
  byte[] encrypt(KeyRecord key, Map<String, String> context, byte[] plaintext);

  /**
   * What {@link #encrypt} was given.
   *
   * @throws dev.bulwark.schema.ApiException InvalidCiphertextException, or what keeps the material
   *     from being used
   */
  Decrypted decrypt(KeyRecord key, Map<String, String> context, byte[] ciphertext);

  /** A plaintext, and with which material it was encrypted. */
  record Decrypted(byte[] plaintext, String materialId) {}
}

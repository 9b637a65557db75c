package dev.bulwark.cryptography;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The root key of an unsealed vault, and what HKDF-SHA-256 (RFC 5869) makes of it: one key for the
 * log's records, one for its index, one for domain keys, and a check value that tells root keys
 * apart.
 */
final class RootKeys implements KeyLog.Protection, AutoCloseable {
  private static final byte[] SALT = SealedBytes.utf8("bulwark key vault 1");

  private final byte[] root;
  private final byte[] check;
  private final SymmetricKey records;
  private final SymmetricKey domains;
  private final SymmetricKey index;
  private final SecureRandom random;

  /**
   * @param root becomes this object's own, to be wiped with it
   */
  RootKeys(byte[] root, SecureRandom random) {
    this.root = root;
    this.random = random;
    this.check = Arrays.copyOf(derive("check"), 8);
    this.records = SymmetricKey.of(derive("log records"));
    this.domains = SymmetricKey.of(derive("domain keys"));
    this.index = SymmetricKey.of(derive("log index"));
  }

  static RootKeys generate(SecureRandom random) {
    var root = new byte[KeyVault.ROOT_BYTES];
    random.nextBytes(root);
    return new RootKeys(root, random);
  }

  private byte[] derive(String purpose) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(new SecretKeySpec(root, "HKDF"))
                  .addSalt(SALT)
                  .thenExpand(SealedBytes.utf8(purpose), 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HKDF", e);
    }
  }

  byte[] check() {
    return check.clone();
  }

  byte[] root() {
    return root;
  }

  @Override
  public byte[] protect(byte[] logId, long sequence, byte[] record) {
    return SealedBytes.seal(records, place(logId, sequence), record, random);
  }

  @Override
  public byte[] expose(byte[] logId, long sequence, byte[] payload) {
    return SealedBytes.open(records, place(logId, sequence), payload);
  }

  private static byte[] place(byte[] logId, long sequence) {
    return ByteBuffer.allocate(logId.length + 8).put(logId).putLong(sequence).array();
  }

  /** What only this key says of the bytes of an index. */
  byte[] authenticate(byte[] bytes) {
    return index.fingerprint(bytes);
  }

  byte[] wrapDomain(String name, byte[] key) {
    return SealedBytes.seal(domains, SealedBytes.utf8(name), key, random);
  }

  byte[] unwrapDomain(String name, byte[] wrapped) {
    return SealedBytes.open(domains, SealedBytes.utf8(name), wrapped);
  }

  @Override
  public void close() {
    Arrays.fill(root, (byte) 0);
  }
}

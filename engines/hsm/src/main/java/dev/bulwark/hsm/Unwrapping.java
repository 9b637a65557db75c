package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.util.Arrays;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * How long a wrapped key is. SoftHSM2 takes one of any length, so the token decrypts it first, and
 * what comes of it is wiped.
 */
final class Unwrapping {
  private static final int BLOCK = 16;

  private Unwrapping() {}

  /**
   * Requires a wrapped key to be of a length.
   *
   * @param wrapping what the unwrapping key is, of AES or RSA
   * @throws HsmException BAD_DATA where it is not, or not what the key unwraps
   */
  static void requireLength(
      TokenSession session, long key, KeySpec wrapping, byte[] wrapped, int bytes) {
    byte[] secret;
    try {
      secret =
          wrapping.kind() == KeySpec.Kind.RSA
              ? Oaep.decrypt(session, key, wrapping.bytes(), Hash.SHA_1, Hash.SHA_1, wrapped)
              : unwrap(session, key, wrapped);
    } catch (HsmException e) {
      throw e.kind() == Kind.BAD_DATA ? bad(e) : e;
    }
    int length = secret.length;
    Arrays.fill(secret, (byte) 0);
    if (length != bytes) {
      throw bad(null);
    }
  }

  static HsmException bad(@Nullable Throwable cause) {
    return new HsmException(
        Kind.BAD_DATA, "The wrapped key is not what this key unwraps, or of another length", cause);
  }

  private static byte[] unwrap(TokenSession session, long key, byte[] wrapped) {
    // SoftHSM2 has RFC 5649 for C_UnwrapKey alone.
    var engine = new RFC5649WrapEngine(new InToken(session, key));
    // Which key it is the token knows.
    engine.init(false, new KeyParameter(new byte[BLOCK]));
    try {
      return engine.unwrap(wrapped, 0, wrapped.length);
    } catch (InvalidCipherTextException e) {
      throw bad(e);
    }
  }

  /** The block cipher, decrypting in the token. */
  private record InToken(TokenSession session, long key) implements BlockCipher {
    @Override
    public void init(boolean forEncryption, CipherParameters any) {}

    @Override
    public String getAlgorithmName() {
      return "AES";
    }

    @Override
    public int getBlockSize() {
      return BLOCK;
    }

    @Override
    public int processBlock(byte[] from, int at, byte[] to, int where) {
      var block =
          session.apply(
              "Decrypt",
              Pkcs11.mechanism(session.arena(), Ck.AES_ECB),
              key,
              Arrays.copyOfRange(from, at, at + BLOCK),
              BLOCK);
      System.arraycopy(block, 0, to, where, BLOCK);
      Arrays.fill(block, (byte) 0);
      return BLOCK;
    }

    @Override
    public void reset() {}
  }
}

package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ParametersWithRandom;

/**
 * RSA-OAEP of RFC 8017. SoftHSM2 has it with SHA-1 alone, so the token computes with its key, and
 * Bouncy Castle does the encoding.
 */
final class Oaep {
  private Oaep() {}

  /** The bare RSA function, in the token. */
  private static final class InToken implements AsymmetricBlockCipher {
    private final TokenSession session;
    private final long key;
    private final int bytes;
    private boolean encrypting;

    InToken(TokenSession session, long key, int bytes) {
      this.session = session;
      this.key = key;
      this.bytes = bytes;
    }

    @Override
    public void init(boolean forEncryption, CipherParameters any) {
      encrypting = forEncryption;
    }

    @Override
    public int getInputBlockSize() {
      return encrypting ? bytes - 1 : bytes;
    }

    @Override
    public int getOutputBlockSize() {
      return encrypting ? bytes : bytes - 1;
    }

    @Override
    public byte[] processBlock(byte[] in, int from, int length) {
      var whole = new byte[bytes];
      System.arraycopy(in, from, whole, bytes - length, length);
      try {
        var result =
            session.apply(
                encrypting ? "Encrypt" : "Decrypt",
                Pkcs11.mechanism(session.arena(), Ck.RSA_X_509),
                key,
                whole,
                bytes);
        if (encrypting) {
          return result;
        }
        var block = Arrays.copyOfRange(result, 1, bytes);
        Arrays.fill(result, (byte) 0);
        return block;
      } finally {
        Arrays.fill(whole, (byte) 0);
      }
    }
  }

  static byte[] encrypt(
      TokenSession session, long key, int bytes, Hash hash, Hash mgf, byte[] plaintext) {
    return process(session, key, bytes, hash, mgf, plaintext, true);
  }

  static byte[] decrypt(
      TokenSession session, long key, int bytes, Hash hash, Hash mgf, byte[] ciphertext) {
    if (ciphertext.length != bytes) {
      throw bad();
    }
    return process(session, key, bytes, hash, mgf, ciphertext, false);
  }

  private static byte[] process(
      TokenSession session,
      long key,
      int bytes,
      Hash hash,
      Hash mgf,
      byte[] input,
      boolean encrypting) {
    var cipher =
        new OAEPEncoding(new InToken(session, key, bytes), digest(hash), digest(mgf), new byte[0]);
    // Which key it is the token knows.
    cipher.init(encrypting, new ParametersWithRandom(new AsymmetricKeyParameter(!encrypting)));
    if (encrypting && input.length > cipher.getInputBlockSize()) {
      throw bad();
    }
    try {
      return cipher.processBlock(input, 0, input.length);
    } catch (InvalidCipherTextException e) {
      throw bad();
    }
  }

  private static Digest digest(Hash hash) {
    return switch (hash) {
      case SHA_1 -> new SHA1Digest();
      case SHA_256 -> SHA256Digest.newInstance();
      case SHA_384 -> new SHA384Digest();
      case SHA_512 -> new SHA512Digest();
    };
  }

  private static HsmException bad() {
    return new HsmException(Kind.BAD_DATA, "The data is not what this key takes");
  }
}

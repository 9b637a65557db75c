package dev.bulwark.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * AES-GCM in a token. Without associated data SoftHSM2 before 2.7 reads past an empty buffer, which
 * ends the process where its C++ library checks for that: then the token encrypts the blocks, and
 * Bouncy Castle does the mode.
 */
final class Gcm {
  private static final int BLOCK = 16;

  private Gcm() {}

  static byte[] encrypt(
      TokenSession session, long key, byte[] nonce, byte[] aad, byte[] plaintext) {
    if (aad.length == 0) {
      return process(session, key, nonce, plaintext, true);
    }
    return session.apply(
        "Encrypt",
        Pkcs11.gcm(session.arena(), nonce, aad),
        key,
        plaintext,
        plaintext.length + Token.TAG);
  }

  static byte[] decrypt(
      TokenSession session, long key, byte[] nonce, byte[] aad, byte[] ciphertext) {
    if (aad.length == 0) {
      return process(session, key, nonce, ciphertext, false);
    }
    return session.apply(
        "Decrypt", Pkcs11.gcm(session.arena(), nonce, aad), key, ciphertext, ciphertext.length);
  }

  private static byte[] process(
      TokenSession session, long key, byte[] nonce, byte[] input, boolean encrypting) {
    session
        .library()
        .call("C_EncryptInit", session.id(), Pkcs11.mechanism(session.arena(), Ck.AES_ECB), key);
    var gcm = GCMBlockCipher.newInstance(new InToken(session));
    // Which key it is the token knows.
    var any = new KeyParameter(new byte[BLOCK]);
    gcm.init(encrypting, new AEADParameters(any, Token.TAG * 8, nonce));
    var out = new byte[gcm.getOutputSize(input.length)];
    try {
      int length = gcm.processBytes(input, 0, input.length, out, 0);
      length += gcm.doFinal(out, length);
      return length == out.length ? out : Arrays.copyOf(out, length);
    } catch (InvalidCipherTextException e) {
      Arrays.fill(out, (byte) 0);
      throw new HsmException(Kind.BAD_DATA, "The data is not what this key takes");
    }
  }

  /** The block cipher, in a session that encrypts in ECB. */
  private static final class InToken implements BlockCipher {
    private final TokenSession session;
    private final MemorySegment in;
    private final MemorySegment out;
    private final MemorySegment length;

    InToken(TokenSession session) {
      this.session = session;
      this.in = session.arena().allocate(BLOCK);
      this.out = session.arena().allocate(2 * BLOCK);
      this.length = session.arena().allocate(JAVA_LONG);
    }

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
      MemorySegment.copy(from, at, in, JAVA_BYTE, 0, BLOCK);
      length.set(JAVA_LONG, 0, out.byteSize());
      session.library().call("C_EncryptUpdate", session.id(), in, (long) BLOCK, out, length);
      if (length.get(JAVA_LONG, 0) != BLOCK) {
        throw new HsmException(Kind.FAILED, "The token does not encrypt block by block");
      }
      MemorySegment.copy(out, JAVA_BYTE, 0, to, where, BLOCK);
      return BLOCK;
    }

    @Override
    public void reset() {}
  }
}

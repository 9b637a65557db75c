package dev.bulwark.messaging;

import dev.bulwark.base.Randomness;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Contents under a data key of KMS, beside what opens it: AES-GCM, bound to an id.
 *
 * @param arn of the queue or bus in whose encryption context the data key was made
 * @param dataKey its ciphertext
 */
public record DataKeyEnvelope(String arn, byte[] dataKey, byte[] nonce, byte[] sealed) {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  /** Seals contents. */
  public static DataKeyEnvelope seal(
      String arn, MessageKeys.DataKey key, byte[] content, String id) {
    var nonce = Randomness.bytes(NONCE);
    return new DataKeyEnvelope(
        arn,
        key.ciphertext(),
        nonce,
        crypt(Cipher.ENCRYPT_MODE, key.plaintext(), nonce, content, id));
  }

  /** What {@link #put} wrote. */
  public static DataKeyEnvelope get(ByteBuffer in) {
    var arn = new String(take(in, in.getInt()), StandardCharsets.UTF_8);
    return new DataKeyEnvelope(
        arn, take(in, in.getInt()), take(in, NONCE), take(in, in.remaining()));
  }

  private static byte[] take(ByteBuffer in, int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** How many bytes {@link #put} writes. */
  public int size() {
    return 4
        + arn.getBytes(StandardCharsets.UTF_8).length
        + 4
        + dataKey.length
        + NONCE
        + sealed.length;
  }

  /** How many bytes the contents have. */
  public int contentSize() {
    return sealed.length - TAG_BITS / 8;
  }

  /** Writes it. */
  public ByteBuffer put(ByteBuffer out) {
    var name = arn.getBytes(StandardCharsets.UTF_8);
    return out.putInt(name.length)
        .put(name)
        .putInt(dataKey.length)
        .put(dataKey)
        .put(nonce)
        .put(sealed);
  }

  /** The contents. */
  public byte[] open(byte[] key, String id) {
    return crypt(Cipher.DECRYPT_MODE, key, nonce, sealed, id);
  }

  private static byte[] crypt(int mode, byte[] key, byte[] nonce, byte[] input, String id) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("contents that their key does not open", e);
    }
  }
}

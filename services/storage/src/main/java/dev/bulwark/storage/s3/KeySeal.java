package dev.bulwark.storage.s3;

import dev.bulwark.base.Randomness;
import dev.bulwark.state.SealException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Sealed under a key of the object's own, with AES-256-GCM (NIST SP 800-38D): a random nonce of 12
 * bytes, the cipher text, the tag of 16. A key seals no more than the 2^27 blocks of one object.
 */
final class KeySeal implements ContentSeal {
  private static final int NONCE = 12;
  private static final int TAG = 16;

  /** Spare ones: few, since each holds its last key. */
  private static final ArrayBlockingQueue<Cipher> CIPHERS = new ArrayBlockingQueue<>(64);

  private final Supplier<byte[]> source;
  private final boolean shared;
  private @Nullable SecretKey key;

  private KeySeal(Supplier<byte[]> source, boolean shared) {
    this.source = source;
    this.shared = shared;
  }

  /** Under a key that each request has to bring, or to have opened. */
  static KeySeal of(byte[] key) {
    var seal = new KeySeal(() -> key, false);
    // At once, for the bytes may be wiped.
    seal.key();
    return seal;
  }

  /** Under a key that is derived where it is needed, by requests whose right to it was settled. */
  static KeySeal derived(Supplier<byte[]> key) {
    return new KeySeal(key, true);
  }

  private SecretKey key() {
    var known = key;
    if (known == null) {
      known = new SecretKeySpec(source.get(), "AES");
      key = known;
    }
    return known;
  }

  @Override
  public int overhead() {
    return NONCE + TAG;
  }

  @Override
  public byte[] seal(Form form, byte[] plain, byte[] place) {
    var sealed = new byte[NONCE + plain.length + TAG];
    System.arraycopy(Randomness.bytes(NONCE), 0, sealed, 0, NONCE);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, sealed, form, place);
      cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
      CIPHERS.offer(cipher);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot seal", e);
    }
  }

  @Override
  public byte[] open(Form form, byte[] sealed, byte[] place) {
    if (sealed.length < overhead()) {
      throw new SealException("These are no sealed bytes");
    }
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, sealed, form, place);
      var plain = cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
      CIPHERS.offer(cipher);
      return plain;
    } catch (AEADBadTagException e) {
      throw new SealException("The sealed bytes, or what they belong to, have been changed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot open seals", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, Form form, byte[] place)
      throws GeneralSecurityException {
    // Before a cipher is taken, for this may ask KMS.
    var secret = key();
    var spare = CIPHERS.poll();
    var cipher = spare != null ? spare : Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, secret, new GCMParameterSpec(TAG * 8, nonce, 0, NONCE));
    cipher.updateAAD(form.purpose().getBytes(StandardCharsets.US_ASCII));
    cipher.updateAAD(place);
    return cipher;
  }

  @Override
  public boolean isShared() {
    return shared;
  }
}

package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES/GCM/NoPadding. The cluster makes the nonce of what it encrypts, another one each time: {@code
 * getIV} tells it after {@code doFinal}, and none can be given.
 */
final class GcmCipher extends CipherSpi {
  private static final int TAG_BITS = 128;
  private static final int NONCE = 12;
  private static final byte[] NOTHING = {};

  private final Buffer data = new Buffer();
  private final Buffer aad = new Buffer();
  private HsmKey.@Nullable Secret key;
  private boolean encrypting;
  private byte @Nullable [] nonce;

  @Override
  protected void engineInit(int mode, Key given, SecureRandom any) throws InvalidKeyException {
    if (mode != Cipher.ENCRYPT_MODE) {
      throw new InvalidKeyException("decrypting takes the nonce, as a GCMParameterSpec");
    }
    begin(given, true, null);
  }

  @Override
  protected void engineInit(
      int mode, Key given, @Nullable AlgorithmParameterSpec spec, SecureRandom any)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (mode == Cipher.ENCRYPT_MODE) {
      if (spec != null) {
        throw new InvalidAlgorithmParameterException(
            "the cluster makes the nonce: give none, and take it from getIV after doFinal");
      }
      begin(given, true, null);
    } else if (mode == Cipher.DECRYPT_MODE
        && spec instanceof GCMParameterSpec gcm
        && gcm.getTLen() == TAG_BITS
        && gcm.getIV().length == NONCE) {
      begin(given, false, gcm.getIV());
    } else {
      throw new InvalidAlgorithmParameterException(
          "a GCMParameterSpec with a tag of 128 bits and a nonce of 12 bytes is needed");
    }
  }

  @Override
  protected void engineInit(
      int mode, Key given, @Nullable AlgorithmParameters parameters, SecureRandom any)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    try {
      engineInit(
          mode,
          given,
          parameters == null ? null : parameters.getParameterSpec(GCMParameterSpec.class),
          any);
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException(e);
    }
  }

  private void begin(Key given, boolean toEncrypt, byte @Nullable [] iv)
      throws InvalidKeyException {
    var own = HsmKeys.own(given, HsmKey.Secret.class);
    if (!own.getAlgorithm().equals("AES")) {
      throw new InvalidKeyException("an AES key is needed");
    }
    key = own;
    encrypting = toEncrypt;
    nonce = iv;
    data.take();
    aad.take();
  }

  @Override
  protected void engineUpdateAAD(byte[] bytes, int from, int length) {
    aad.add(bytes, from, length);
  }

  @Override
  protected byte[] engineUpdate(byte[] bytes, int from, int length) {
    data.add(bytes, from, length);
    return NOTHING;
  }

  @Override
  protected int engineUpdate(byte[] bytes, int from, int length, byte[] out, int at) {
    data.add(bytes, from, length);
    return 0;
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] bytes, int from, int length)
      throws AEADBadTagException {
    if (bytes != null) {
      data.add(bytes, from, length);
    }
    var own = key;
    if (own == null) {
      throw new IllegalStateException("the cipher was not initialized");
    }
    var input = data.take();
    var associated = aad.take();
    if (encrypting) {
      var answer = own.cluster().ask(Operation.ENCRYPT, own.name(), associated, input);
      nonce = answer.fields().getFirst();
      return answer.fields().get(1);
    }
    try {
      return own.cluster()
          .ask(Operation.DECRYPT, own.name(), nonce == null ? NOTHING : nonce, associated, input)
          .fields()
          .getFirst();
    } catch (CloudHsmException e) {
      if (e.status() == Status.BAD_DATA) {
        throw new AEADBadTagException(e.getMessage());
      }
      throw e;
    }
  }

  @Override
  protected int engineDoFinal(byte @Nullable [] bytes, int from, int length, byte[] out, int at)
      throws ShortBufferException, AEADBadTagException {
    if (out.length - at < engineGetOutputSize(length)) {
      throw new ShortBufferException("the output does not fit");
    }
    var result = engineDoFinal(bytes, from, length);
    System.arraycopy(result, 0, out, at, result.length);
    return result.length;
  }

  @Override
  protected int engineGetOutputSize(int length) {
    int all = data.size() + length;
    return encrypting ? all + TAG_BITS / 8 : Math.max(0, all - TAG_BITS / 8);
  }

  @Override
  protected byte @Nullable [] engineGetIV() {
    var own = nonce;
    return own == null ? null : own.clone();
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    var own = nonce;
    if (own == null) {
      return null;
    }
    try {
      var parameters = AlgorithmParameters.getInstance("GCM");
      parameters.init(new GCMParameterSpec(TAG_BITS, own));
      return parameters;
    } catch (GeneralSecurityException e) {
      throw new ProviderException(e);
    }
  }

  @Override
  protected int engineGetBlockSize() {
    return 16;
  }

  @Override
  protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
    if (!mode.equalsIgnoreCase("GCM")) {
      throw new NoSuchAlgorithmException(mode);
    }
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    if (!padding.equalsIgnoreCase("NoPadding")) {
      throw new NoSuchPaddingException(padding);
    }
  }
}

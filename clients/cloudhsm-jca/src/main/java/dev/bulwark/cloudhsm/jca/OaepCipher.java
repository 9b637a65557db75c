package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.MGF1ParameterSpec;
import java.util.Set;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * RSA with OAEP. The cluster decrypts; what takes the public key alone, the JDK does. Where no
 * parameters are given, MGF1 is with SHA-1, as the JDK has it.
 */
final class OaepCipher extends CipherSpi {
  private static final Set<String> HASHES = Set.of("SHA-1", "SHA-256", "SHA-384", "SHA-512");
  private static final byte[] NOTHING = {};

  private final OAEPParameterSpec standard;
  private final Buffer data = new Buffer();
  private HsmKey.@Nullable RsaPrivate key;
  private @Nullable Cipher local;
  private OAEPParameterSpec parameters;

  OaepCipher(String hash) {
    standard =
        new OAEPParameterSpec(hash, "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
    parameters = standard;
  }

  @Override
  protected void engineInit(int mode, Key given, SecureRandom random) throws InvalidKeyException {
    try {
      engineInit(mode, given, standard, random);
    } catch (InvalidAlgorithmParameterException e) {
      throw new InvalidKeyException(e);
    }
  }

  @Override
  protected void engineInit(
      int mode, Key given, @Nullable AlgorithmParameterSpec spec, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    parameters = check(spec == null ? standard : spec);
    data.take();
    key = null;
    local = null;
    if (mode == Cipher.DECRYPT_MODE || mode == Cipher.UNWRAP_MODE) {
      key = HsmKeys.own(given, HsmKey.RsaPrivate.class);
    } else if (given instanceof PublicKey) {
      try {
        var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
        cipher.init(mode, given, parameters, random);
        local = cipher;
      } catch (NoSuchAlgorithmException
          | NoSuchPaddingException
          | java.security.NoSuchProviderException e) {
        throw new InvalidKeyException(e);
      }
    } else {
      throw new InvalidKeyException("a public key is needed");
    }
  }

  @Override
  protected void engineInit(
      int mode, Key given, @Nullable AlgorithmParameters given2, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    try {
      engineInit(
          mode,
          given,
          given2 == null ? null : given2.getParameterSpec(OAEPParameterSpec.class),
          random);
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException(e);
    }
  }

  private static OAEPParameterSpec check(AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (spec instanceof OAEPParameterSpec oaep
        && HASHES.contains(oaep.getDigestAlgorithm())
        && oaep.getMGFParameters() instanceof MGF1ParameterSpec mgf
        && HASHES.contains(mgf.getDigestAlgorithm())
        && oaep.getPSource() instanceof PSource.PSpecified label
        && label.getValue().length == 0) {
      return oaep;
    }
    throw new InvalidAlgorithmParameterException(
        "an OAEPParameterSpec with SHA-1, SHA-256, SHA-384 or SHA-512, MGF1 and no label is needed");
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
      throws BadPaddingException, IllegalBlockSizeException {
    if (bytes != null) {
      data.add(bytes, from, length);
    }
    var input = data.take();
    return local != null ? local.doFinal(input) : decrypt(input);
  }

  private byte[] decrypt(byte[] input) throws BadPaddingException {
    var own = key;
    if (own == null) {
      throw new IllegalStateException("the cipher was not initialized");
    }
    var mgf = (MGF1ParameterSpec) parameters.getMGFParameters();
    try {
      return own.cluster()
          .ask(
              Operation.DECRYPT_OAEP,
              own.name(),
              name(parameters.getDigestAlgorithm()),
              name(mgf.getDigestAlgorithm()),
              input)
          .fields()
          .getFirst();
    } catch (CloudHsmException e) {
      if (e.status() == Status.BAD_DATA) {
        throw new BadPaddingException(e.getMessage());
      }
      throw e;
    }
  }

  private static String name(String hash) {
    return hash.replace('-', '_');
  }

  @Override
  protected byte[] engineWrap(Key given) throws InvalidKeyException, IllegalBlockSizeException {
    if (local == null) {
      throw new IllegalStateException("the cipher was not initialized to wrap");
    }
    return local.wrap(given);
  }

  /** A key for this process; {@link HsmKeys#unwrap} leaves it in the cluster. */
  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (type != Cipher.SECRET_KEY) {
      throw new NoSuchAlgorithmException("RSA-OAEP wraps secret keys alone");
    }
    try {
      return new SecretKeySpec(decrypt(wrapped), algorithm);
    } catch (BadPaddingException e) {
      throw new InvalidKeyException(e);
    }
  }

  @Override
  protected int engineDoFinal(byte @Nullable [] bytes, int from, int length, byte[] out, int at)
      throws ShortBufferException, BadPaddingException, IllegalBlockSizeException {
    var result = engineDoFinal(bytes, from, length);
    if (out.length - at < result.length) {
      throw new ShortBufferException("the output does not fit");
    }
    System.arraycopy(result, 0, out, at, result.length);
    return result.length;
  }

  @Override
  protected int engineGetOutputSize(int length) {
    return 512;
  }

  @Override
  protected int engineGetKeySize(Key given) throws InvalidKeyException {
    if (given instanceof java.security.interfaces.RSAKey rsa) {
      return rsa.getModulus().bitLength();
    }
    throw new InvalidKeyException("an RSA key is needed");
  }

  @Override
  protected byte @Nullable [] engineGetIV() {
    return null;
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    try {
      var made = AlgorithmParameters.getInstance("OAEP");
      made.init(parameters);
      return made;
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  @Override
  protected int engineGetBlockSize() {
    return 0;
  }

  @Override
  protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
    if (!mode.equalsIgnoreCase("ECB")) {
      throw new NoSuchAlgorithmException(mode);
    }
  }

  @Override
  protected void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException(padding);
  }
}

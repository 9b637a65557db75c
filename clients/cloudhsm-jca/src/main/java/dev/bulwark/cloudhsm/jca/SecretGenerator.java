package dev.bulwark.cloudhsm.jca;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.UUID;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Makes AES or HMAC keys in the cluster. */
final class SecretGenerator extends KeyGeneratorSpi {
  private final HsmKeys keys;
  private final String prefix;
  private final List<Integer> sizes;
  private int bits;
  private @Nullable String name;

  /**
   * A generator.
   *
   * @param prefix of the cluster's names for such keys
   * @param sizes that there are; the last one is taken where none is given
   */
  SecretGenerator(HsmKeys keys, String prefix, List<Integer> sizes) {
    this.keys = keys;
    this.prefix = prefix;
    this.sizes = sizes;
    this.bits = sizes.getLast();
  }

  @Override
  protected void engineInit(SecureRandom any) {
    bits = sizes.getLast();
    name = null;
  }

  @Override
  protected void engineInit(int size, SecureRandom any) {
    if (!sizes.contains(size)) {
      throw new InvalidParameterException("keys have " + sizes + " bits");
    }
    bits = size;
    name = null;
  }

  @Override
  protected void engineInit(AlgorithmParameterSpec spec, SecureRandom any)
      throws InvalidAlgorithmParameterException {
    if (!(spec instanceof HsmKeySpec given) || !sizes.contains(given.bits())) {
      throw new InvalidAlgorithmParameterException(
          "an HsmKeySpec with " + sizes + " bits is needed");
    }
    bits = given.bits();
    name = given.name();
  }

  @Override
  protected SecretKey engineGenerateKey() {
    return keys.makeSecret(name == null ? "key-" + UUID.randomUUID() : name, prefix + bits);
  }
}

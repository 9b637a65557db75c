package dev.bulwark.cloudhsm.jca;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes pairs in the cluster. */
final class PairGenerator extends KeyPairGeneratorSpi {
  private static final Map<String, Integer> CURVES =
      Map.of(
          "secp256r1", 256,
          "NIST P-256", 256,
          "secp384r1", 384,
          "NIST P-384", 384,
          "secp521r1", 521,
          "NIST P-521", 521);

  private final HsmKeys keys;
  private final String prefix;
  private final List<Integer> sizes;
  private int bits;
  private @Nullable String name;

  /**
   * A generator.
   *
   * @param prefix of the cluster's names for such pairs
   * @param sizes that there are; the first one is taken where none is given
   */
  PairGenerator(HsmKeys keys, String prefix, List<Integer> sizes) {
    this.keys = keys;
    this.prefix = prefix;
    this.sizes = sizes;
    this.bits = sizes.getFirst();
  }

  @Override
  public void initialize(int size, SecureRandom any) {
    if (!sizes.contains(size)) {
      throw new InvalidParameterException("pairs have " + sizes + " bits");
    }
    bits = size;
    name = null;
  }

  @Override
  public void initialize(AlgorithmParameterSpec spec, SecureRandom any)
      throws InvalidAlgorithmParameterException {
    int size =
        switch (spec) {
          case HsmKeySpec own -> own.bits();
          case ECGenParameterSpec curve -> CURVES.getOrDefault(curve.getName(), 0);
          case RSAKeyGenParameterSpec rsa
              when rsa.getPublicExponent().equals(RSAKeyGenParameterSpec.F4) ->
              rsa.getKeysize();
          default -> 0;
        };
    if (!sizes.contains(size)) {
      throw new InvalidAlgorithmParameterException("pairs have " + sizes + " bits");
    }
    bits = size;
    name = spec instanceof HsmKeySpec own ? own.name() : null;
  }

  @Override
  public KeyPair generateKeyPair() {
    return keys.makePair(name == null ? "key-" + UUID.randomUUID() : name, prefix + bits);
  }
}

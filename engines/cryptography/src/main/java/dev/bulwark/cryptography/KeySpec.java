package dev.bulwark.cryptography;

/**
 * The kinds of keys, by AWS's names.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html">Key
 *     spec reference</a>
 */
public enum KeySpec {
  SYMMETRIC_DEFAULT(Family.SYMMETRIC, 256, "AES"),
  RSA_2048(Family.RSA, 2048, "RSA"),
  RSA_3072(Family.RSA, 3072, "RSA"),
  RSA_4096(Family.RSA, 4096, "RSA"),
  ECC_NIST_P256(Family.NIST_CURVE, 256, "secp256r1"),
  ECC_NIST_P384(Family.NIST_CURVE, 384, "secp384r1"),
  ECC_NIST_P521(Family.NIST_CURVE, 521, "secp521r1"),
  ECC_SECG_P256K1(Family.SECG_CURVE, 256, "secp256k1"),
  ECC_NIST_EDWARDS25519(Family.EDWARDS_CURVE, 255, "Ed25519"),
  HMAC_224(Family.HMAC, 224, "HmacSHA224"),
  HMAC_256(Family.HMAC, 256, "HmacSHA256"),
  HMAC_384(Family.HMAC, 384, "HmacSHA384"),
  HMAC_512(Family.HMAC, 512, "HmacSHA512"),
  ML_DSA_44(Family.ML_DSA, 44, "ML-DSA-44"),
  ML_DSA_65(Family.ML_DSA, 65, "ML-DSA-65"),
  ML_DSA_87(Family.ML_DSA, 87, "ML-DSA-87");

  /** What keys have in common that are used in the same way. */
  public enum Family {
    SYMMETRIC,
    RSA,
    NIST_CURVE,
    SECG_CURVE,
    EDWARDS_CURVE,
    HMAC,
    ML_DSA
  }

  private final Family family;
  private final int bits;
  private final String javaName;

  KeySpec(Family family, int bits, String javaName) {
    this.family = family;
    this.bits = bits;
    this.javaName = javaName;
  }

  public Family family() {
    return family;
  }

  /** The size in bits by which the key is called; for ML-DSA the number of its parameter set. */
  public int bits() {
    return bits;
  }

  /** What Java calls the curve, the parameter set or the algorithm. */
  String javaName() {
    return javaName;
  }

  /** Whether the key is a pair, with a public half. */
  public boolean isPair() {
    return family != Family.SYMMETRIC && family != Family.HMAC;
  }

  /** The bytes of a secret that is no pair. */
  public int secretBytes() {
    return bits / 8;
  }
}

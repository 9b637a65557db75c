package dev.bulwark.cryptography;

import java.util.Arrays;
import java.util.List;

/**
 * How messages are signed, by AWS's names.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html">Key
 *     spec reference</a>
 */
public enum SigningAlgorithm {
  RSASSA_PKCS1_V1_5_SHA_256("SHA256withRSA", "SHA-256", 32),
  RSASSA_PKCS1_V1_5_SHA_384("SHA384withRSA", "SHA-384", 48),
  RSASSA_PKCS1_V1_5_SHA_512("SHA512withRSA", "SHA-512", 64),
  RSASSA_PSS_SHA_256("RSASSA-PSS", "SHA-256", 32),
  RSASSA_PSS_SHA_384("RSASSA-PSS", "SHA-384", 48),
  RSASSA_PSS_SHA_512("RSASSA-PSS", "SHA-512", 64),
  ECDSA_SHA_256("SHA256withECDSA", "SHA-256", 32),
  ECDSA_SHA_384("SHA384withECDSA", "SHA-384", 48),
  ECDSA_SHA_512("SHA512withECDSA", "SHA-512", 64),
  ED25519_SHA_512("Ed25519", "SHA-512", 64),
  ED25519_PH_SHA_512("Ed25519", "SHA-512", 64),
  ML_DSA_SHAKE_256("ML-DSA", "SHAKE256", 64);

  /** What of a message the caller sends. */
  public enum Input {
    /** The message itself. */
    RAW,
    /** Its digest by the algorithm's hash. */
    DIGEST,
    /**
     * ML-DSA's message representative µ: SHAKE256 over the public key's hash and the message (FIPS
     * 204, algorithm 7, step 6).
     */
    EXTERNAL_MU
  }

  private final String javaName;
  private final String hash;
  private final int digestBytes;

  SigningAlgorithm(String javaName, String hash, int digestBytes) {
    this.javaName = javaName;
    this.hash = hash;
    this.digestBytes = digestBytes;
  }

  String javaName() {
    return javaName;
  }

  String hash() {
    return hash;
  }

  /** The length of a {@link Input#DIGEST} or {@link Input#EXTERNAL_MU}. */
  public int digestBytes() {
    return digestBytes;
  }

  boolean isPss() {
    return this == RSASSA_PSS_SHA_256 || this == RSASSA_PSS_SHA_384 || this == RSASSA_PSS_SHA_512;
  }

  /** What the algorithm can be given. */
  public List<Input> inputs() {
    return switch (this) {
      case ED25519_SHA_512 -> List.of(Input.RAW);
      case ED25519_PH_SHA_512 -> List.of(Input.DIGEST);
      case ML_DSA_SHAKE_256 -> List.of(Input.RAW, Input.EXTERNAL_MU);
      default -> List.of(Input.RAW, Input.DIGEST);
    };
  }

  /** The algorithms of a kind of keys, in the order in which AWS lists them. */
  public static List<SigningAlgorithm> of(KeySpec spec) {
    return switch (spec) {
      case RSA_2048, RSA_3072, RSA_4096 ->
          Arrays.stream(values()).filter(a -> a.name().startsWith("RSASSA")).toList();
      case ECC_NIST_P256, ECC_SECG_P256K1 -> List.of(ECDSA_SHA_256);
      case ECC_NIST_P384 -> List.of(ECDSA_SHA_384);
      case ECC_NIST_P521 -> List.of(ECDSA_SHA_512);
      case ECC_NIST_EDWARDS25519 -> List.of(ED25519_SHA_512, ED25519_PH_SHA_512);
      case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> List.of(ML_DSA_SHAKE_256);
      default -> List.of();
    };
  }
}

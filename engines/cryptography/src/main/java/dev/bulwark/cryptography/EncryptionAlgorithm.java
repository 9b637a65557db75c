package dev.bulwark.cryptography;

import java.util.List;

/** How RSA keys encrypt, by AWS's names; symmetric keys encrypt as {@link Envelope} says. */
public enum EncryptionAlgorithm {
  SYMMETRIC_DEFAULT("", 0),
  RSAES_OAEP_SHA_1("SHA-1", 20),
  RSAES_OAEP_SHA_256("SHA-256", 32);

  private final String hash;
  private final int hashBytes;

  EncryptionAlgorithm(String hash, int hashBytes) {
    this.hash = hash;
    this.hashBytes = hashBytes;
  }

  String hash() {
    return hash;
  }

  /** The algorithms of a kind of keys; empty where it does not encrypt. */
  public static List<EncryptionAlgorithm> of(KeySpec spec) {
    return switch (spec.family()) {
      case SYMMETRIC -> List.of(SYMMETRIC_DEFAULT);
      case RSA -> List.of(RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256);
      default -> List.of();
    };
  }

  /** How many bytes a key of that kind can encrypt at once. */
  public int maxPlaintext(KeySpec spec) {
    return this == SYMMETRIC_DEFAULT ? 4096 : spec.bits() / 8 - 2 * hashBytes - 2;
  }
}

package dev.bulwark.cryptography;

/** Key material in the form in which it does its work. */
public sealed interface UsableKey permits SymmetricKey, MacKey, KeyPair {

  KeySpec spec();

  /** The usable form of some material, which may be closed afterwards. */
  static UsableKey of(KeyMaterial material) {
    return switch (material.spec().family()) {
      case SYMMETRIC -> SymmetricKey.of(material);
      case HMAC -> MacKey.of(material);
      default -> KeyPair.of(material);
    };
  }
}

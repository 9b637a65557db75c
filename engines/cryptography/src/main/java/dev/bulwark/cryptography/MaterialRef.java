package dev.bulwark.cryptography;

/**
 * Which material of which key.
 *
 * @param accountId 12 digits
 * @param materialId 64 hexadecimal digits, from {@link KeyVault#identify}
 */
public record MaterialRef(String accountId, String region, String keyId, String materialId) {
  /** Whose domain key the material is under. */
  String domain() {
    return accountId + "/" + region;
  }

  /** What a sealed material is bound to. */
  String binding(KeySpec spec) {
    return "material 1|" + domain() + "|" + keyId + "|" + materialId + "|" + spec;
  }
}

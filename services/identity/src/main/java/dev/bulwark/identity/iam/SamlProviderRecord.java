package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SAML provider as stored; its metadata document and private keys stand apart.
 *
 * @param uuid in upper-case letters and digits, which outlives no deletion
 * @param encryptionMode {@code Required} or {@code Allowed}; null where assertions come in plain
 * @param privateKeys the oldest first
 */
public record SamlProviderRecord(
    String accountId,
    String name,
    String uuid,
    Instant created,
    Instant validUntil,
    @Nullable String encryptionMode,
    List<KeyInfo> privateKeys,
    Map<String, String> tags) {

  static final String TYPE = "AWS::IAM::SAMLProvider";
  static final String ARN_TYPE = "saml-provider";

  /** Which private keys there are. */
  public record KeyInfo(String keyId, Instant uploaded) {}

  public SamlProviderRecord {
    privateKeys = List.copyOf(privateKeys);
    tags = Map.copyOf(tags);
  }

  public String arn() {
    return arn(accountId, name);
  }

  static String arn(String accountId, String name) {
    return "arn:aws:iam::" + accountId + ":" + ARN_TYPE + "/" + name;
  }

  SamlProviderRecord withValidUntil(Instant time) {
    return new SamlProviderRecord(
        accountId, name, uuid, created, time, encryptionMode, privateKeys, tags);
  }

  SamlProviderRecord withEncryption(@Nullable String mode, List<KeyInfo> keys) {
    return new SamlProviderRecord(accountId, name, uuid, created, validUntil, mode, keys, tags);
  }

  SamlProviderRecord withTags(Map<String, String> newTags) {
    return new SamlProviderRecord(
        accountId, name, uuid, created, validUntil, encryptionMode, privateKeys, newTags);
  }
}

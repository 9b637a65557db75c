package dev.bulwark.encryption.kms;

import java.time.Instant;

/**
 * An alias as stored.
 *
 * @param name with {@code alias/}
 */
record AliasRecord(
    String accountId, String region, String name, String keyId, Instant created, Instant updated) {
  String arn() {
    return arn(accountId, region, name);
  }

  /** Of the key that it is another name for. */
  String keyArn() {
    return "arn:aws:kms:" + region + ":" + accountId + ":key/" + keyId;
  }

  static String arn(String accountId, String region, String name) {
    return "arn:aws:kms:" + region + ":" + accountId + ":" + name;
  }
}

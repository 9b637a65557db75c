package dev.bulwark.encryption.kms;

import dev.bulwark.base.Arn;
import dev.bulwark.service.Caller;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Finds keys by what requests call them: id, ARN, alias, alias ARN. */
final class KeyFinder {
  static final String ALIAS = "alias/";

  /** An {@code x} stands for a hexadecimal digit. */
  private static final String KEY_ID = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

  private static final String MULTI_REGION_KEY_ID = "mrk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

  private final KmsTables tables;

  KeyFinder(KmsTables tables) {
    this.tables = tables;
  }

  /**
   * A key that was found.
   *
   * @param alias by which the request named it; null where it did not
   */
  record Found(LoadedKey key, @Nullable String alias) {
    KeyRecord record() {
      return key.record();
    }
  }

  /**
   * The key that a request names by id or ARN alone.
   *
   * @throws dev.bulwark.schema.ApiException NotFoundException
   */
  Found byId(String name, Caller caller) {
    return find(name, caller, false);
  }

  /** The key that a request names, also by an alias. */
  Found byName(String name, Caller caller) {
    return find(name, caller, true);
  }

  private Found find(String name, Caller caller, boolean aliases) {
    var account = caller.principal().accountId();
    if (!name.startsWith("arn:")) {
      return aliases && name.startsWith(ALIAS)
          ? ofAlias(account, caller.region(), name, caller.time())
          : new Found(ofId(account, caller.region(), name, caller.time()), null);
    }
    var arn = Arn.tryParse(name).orElseThrow(() -> KmsErrors.invalidArn(name));
    if (!arn.service().equals("kms") || arn.account().isEmpty()) {
      throw KmsErrors.invalidArn(name);
    }
    if (!arn.region().equals(caller.region())) {
      throw KmsErrors.otherRegion(arn.region());
    }
    return switch (arn.resourceType()) {
      case "key" ->
          new Found(ofId(arn.account(), arn.region(), arn.resourceId(), caller.time()), null);
      case "alias" -> {
        if (!aliases) {
          throw KmsErrors.invalidArn(name);
        }
        yield ofAlias(arn.account(), arn.region(), arn.resource(), caller.time());
      }
      default -> throw KmsErrors.invalidArn(name);
    };
  }

  private Found ofAlias(String account, String region, String name, Instant now) {
    var alias = tables.findAlias(account, region, name);
    if (alias == null) {
      throw KmsErrors.noSuchAlias(AliasRecord.arn(account, region, name));
    }
    return new Found(ofId(account, region, alias.keyId(), now), name);
  }

  private LoadedKey ofId(String account, String region, String keyId, Instant now) {
    if (!has(KEY_ID, keyId) && !has(MULTI_REGION_KEY_ID, keyId)) {
      throw KmsErrors.invalidKeyId(keyId);
    }
    var key = tables.findKey(account, region, keyId);
    if (key == null || key.record().isGone(now)) {
      throw KmsErrors.noSuchKey("arn:aws:kms:" + region + ":" + account + ":key/" + keyId);
    }
    return key;
  }

  private static boolean has(String form, String keyId) {
    if (keyId.length() != form.length()) {
      return false;
    }
    for (var i = 0; i < form.length(); i++) {
      var c = keyId.charAt(i);
      var digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (form.charAt(i) == 'x' ? !digit : c != form.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The key of a ciphertext, or null where there is none here. */
  @Nullable LoadedKey ofCiphertext(String account, String region, String keyId, Instant now) {
    var key = tables.findKey(account, region, keyId);
    return key == null || key.record().isGone(now) ? null : key;
  }
}

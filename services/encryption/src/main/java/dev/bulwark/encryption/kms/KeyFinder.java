package dev.bulwark.encryption.kms;

import dev.bulwark.base.Arn;
import dev.bulwark.cryptography.Envelope;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
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

    String arn() {
      return key.arn();
    }

    /**
     * The same, where it is there.
     *
     * @throws dev.bulwark.schema.ApiException NotFoundException
     */
    Found present() {
      if (key.policy() == null) {
        throw KmsErrors.noSuchKey(record().arn());
      }
      return this;
    }
  }

  /**
   * The key that a request names by id or ARN alone. One of another account may not be {@link
   * Found#present}: only who is allowed to ask learns of that.
   *
   * @throws dev.bulwark.schema.ApiException NotFoundException
   */
  Found byId(String name, Caller caller) {
    return find(name, caller, false);
  }

  /** A key that was looked up for a call, by the name or the ciphertext that the call has. */
  private record Kept(Object by, Found found) {}

  /** The key that a request names, also by an alias; looked up once for a call. */
  Found byName(String name, Caller caller) {
    var known = kept(name, caller);
    return known != null ? known : keep(name, find(name, caller, true), caller);
  }

  private static @Nullable Found kept(Object by, Caller caller) {
    return caller instanceof Call call && call.kept() instanceof Kept kept && kept.by() == by
        ? kept.found()
        : null;
  }

  private static Found keep(Object by, Found found, Caller caller) {
    if (caller instanceof Call call) {
      call.keep(new Kept(by, found));
    }
    return found;
  }

  /**
   * The key of a ciphertext, which names it; looked up once for a call.
   *
   * @throws dev.bulwark.schema.ApiException AccessDeniedException where it is not here
   */
  Found byCiphertext(byte[] ciphertext, Supplier<Envelope> envelope, Caller caller) {
    var known = kept(ciphertext, caller);
    if (known != null) {
      return known;
    }
    var named = envelope.get();
    var key = ofCiphertext(named.accountId(), caller.region(), named.keyId(), caller.time());
    if (key == null) {
      throw KmsErrors.ciphertextOfUnknownKey();
    }
    return keep(ciphertext, new Found(key, null), caller);
  }

  private Found find(String name, Caller caller, boolean aliases) {
    var account = caller.principal().accountId();
    if (!name.startsWith("arn:")) {
      return name.startsWith(ALIAS)
          ? ofAlias(account, caller.region(), name, aliases, caller)
          : new Found(ofId(account, caller.region(), name, caller), null);
    }
    var arn = Arn.tryParse(name).orElseThrow(() -> KmsErrors.invalidArn(name));
    if (!arn.service().equals("kms") || arn.account().isEmpty() || !arn.partition().equals("aws")) {
      throw KmsErrors.invalidArn(name);
    }
    if (!arn.region().equals(caller.region())) {
      throw KmsErrors.otherRegion(arn.region());
    }
    return switch (arn.resourceType()) {
      case "key" -> new Found(ofId(arn.account(), arn.region(), arn.resourceId(), caller), null);
      case "alias" -> ofAlias(arn.account(), arn.region(), arn.resource(), aliases, caller);
      default -> throw KmsErrors.invalidArn(name);
    };
  }

  private Found ofAlias(
      String account, String region, String name, boolean aliases, Caller caller) {
    if (!aliases) {
      throw KmsErrors.noAliases();
    }
    var alias = tables.findAlias(account, region, name);
    if (alias == null) {
      throw KmsErrors.noSuchAlias(AliasRecord.arn(account, region, name));
    }
    return new Found(ofId(account, region, alias.keyId(), caller), name);
  }

  private LoadedKey ofId(String account, String region, String keyId, Caller caller) {
    // Keys that are there have ids of the right form: only the others are looked at by digits.
    var key = keyId.length() == KEY_ID.length() ? tables.findKey(account, region, keyId) : null;
    if (key != null && !key.record().isGone(caller.time())) {
      return key;
    }
    if (!has(KEY_ID, keyId) && !has(MULTI_REGION_KEY_ID, keyId)) {
      throw KmsErrors.invalidKeyId(keyId);
    }
    if (!account.equals(caller.principal().accountId())) {
      return LoadedKey.absent(account, region, keyId);
    }
    throw KmsErrors.noSuchKey("arn:aws:kms:" + region + ":" + account + ":key/" + keyId);
  }

  /** The same key in another Region, where it is there. */
  Optional<Found> inRegion(Found key, String region, Caller caller) {
    var record = key.record();
    return Optional.ofNullable(
            ofCiphertext(record.accountId(), region, record.keyId(), caller.time()))
        .map(there -> new Found(there, null));
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

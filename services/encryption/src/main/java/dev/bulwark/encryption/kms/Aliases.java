package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.AliasListEntry;
import dev.bulwark.api.kms.CreateAliasRequest;
import dev.bulwark.api.kms.DeleteAliasRequest;
import dev.bulwark.api.kms.ListAliasesRequest;
import dev.bulwark.api.kms.ListAliasesResponse;
import dev.bulwark.api.kms.UpdateAliasRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Aliases: other names of keys.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html">Aliases</a>
 */
final class Aliases {
  private static final String TYPE = "AWS::KMS::Alias";
  private static final Pattern NAME = Pattern.compile("alias/[a-zA-Z0-9/_-]+");

  private final KeyStore keys;
  private final KeyAccess access;
  private final KmsQuotas quotas;
  private final Pages pages;

  Aliases(KeyStore keys, KeyAccess access, KmsQuotas quotas, Pages pages) {
    this.keys = keys;
    this.access = access;
    this.quotas = quotas;
    this.pages = pages;
  }

  // What callers must be allowed: the same action on the alias and on each key that it concerns

  List<Permission> creating(CreateAliasRequest in, Call call) {
    check(in.aliasName());
    requireKey(in.targetKeyId());
    return List.of(
        onAlias("kms:CreateAlias", in.aliasName(), call),
        onKey("kms:CreateAlias", keys.finder().byId(in.targetKeyId(), call), call));
  }

  List<Permission> updating(UpdateAliasRequest in, Call call) {
    check(in.aliasName());
    requireKey(in.targetKeyId());
    var current = find(in.aliasName(), call);
    return List.of(
        onAlias("kms:UpdateAlias", in.aliasName(), call),
        onKey("kms:UpdateAlias", keys.finder().byId(current.keyId(), call), call),
        onKey("kms:UpdateAlias", keys.finder().byId(in.targetKeyId(), call), call));
  }

  List<Permission> deleting(DeleteAliasRequest in, Call call) {
    check(in.aliasName());
    var current = find(in.aliasName(), call);
    return List.of(
        onAlias("kms:DeleteAlias", in.aliasName(), call),
        onKey("kms:DeleteAlias", keys.finder().byId(current.keyId(), call), call));
  }

  private static Permission onAlias(String action, String name, Call call) {
    return new Permission(
        action,
        Resource.of(arn(name, call)),
        KeyContext.of(call.principal().accountId()).toContext());
  }

  private Permission onKey(String action, KeyFinder.Found key, Call call) {
    return access.permission(action, key.key(), call, access.context(key, call));
  }

  private static String arn(String name, Call call) {
    return AliasRecord.arn(call.accountId(), call.region(), name);
  }

  private static void check(String name) {
    if (!name.startsWith(KeyFinder.ALIAS)) {
      throw KmsErrors.aliasPrefix();
    }
    if (name.startsWith(ManagedKeys.PREFIX)) {
      throw KmsErrors.aliasReserved();
    }
    if (!NAME.matcher(name).matches()) {
      throw KmsErrors.aliasCharacters(name);
    }
  }

  private static void requireKey(String target) {
    if (target.startsWith(KeyFinder.ALIAS) || target.contains(":alias/")) {
      throw KmsErrors.aliasOfAlias();
    }
  }

  private AliasRecord find(String name, Call call) {
    var alias = keys.tables().findAlias(call.accountId(), call.region(), name);
    if (alias == null) {
      throw KmsErrors.noSuchAlias(arn(name, call));
    }
    return alias;
  }

  // Handlers

  private KeyRecord target(String name, Call call) {
    var key = keys.byId(name, call);
    KeyStates.requireCustomerManaged(key);
    KeyStates.requireNotLeaving(key, call.time());
    return key;
  }

  private void requireRoom(WriteTx tx, KeyRecord key) {
    var held =
        keys.tables()
            .aliasesOf(
                tx,
                key.identity(),
                KmsTables.aliasesOf(key.identity()).limit(quotas.aliasesOfKey()));
    if (held.size() >= quotas.aliasesOfKey()) {
      throw KmsErrors.limit(
          "The key %s has reached the quota of %d aliases."
              .formatted(key.arn(), quotas.aliasesOfKey()));
    }
  }

  Unit create(CreateAliasRequest in, Call call) {
    var key = target(in.targetKeyId(), call);
    var now = Keys.now(call);
    var alias =
        new AliasRecord(call.accountId(), call.region(), in.aliasName(), key.keyId(), now, now);
    call.concerns(TYPE, alias.arn());
    var table = keys.tables().aliases;
    return call.write(
        tx -> {
          if (table.contains(tx, KmsTables.key(alias))) {
            throw KmsErrors.aliasExists(alias.arn());
          }
          requireRoom(tx, key);
          table.insert(tx, KmsTables.key(alias), alias);
          call.changed(tx, TYPE, alias.name(), alias.arn(), null, alias);
          return Unit.UNIT;
        });
  }

  Unit update(UpdateAliasRequest in, Call call) {
    var key = target(in.targetKeyId(), call);
    var known = find(in.aliasName(), call);
    var table = keys.tables().aliases;
    call.concerns(TYPE, known.arn());
    return call.write(
        tx -> {
          var before = table.get(tx, KmsTables.key(known));
          if (before == null) {
            throw KmsErrors.noSuchAlias(known.arn());
          }
          var old =
              keys.tables().keys.get(tx, Key.of(call.accountId(), call.region(), before.keyId()));
          if (old != null && (old.usage() != key.usage() || !sameKind(old, key))) {
            throw KmsErrors.validation(
                "The alias %s cannot be moved between keys of different types or usages."
                    .formatted(known.arn()));
          }
          if (!before.keyId().equals(key.keyId())) {
            requireRoom(tx, key);
          }
          var after =
              new AliasRecord(
                  before.accountId(),
                  before.region(),
                  before.name(),
                  key.keyId(),
                  before.created(),
                  Keys.now(call));
          table.put(tx, KmsTables.key(after), after);
          call.changed(tx, TYPE, after.name(), after.arn(), before, after);
          return Unit.UNIT;
        });
  }

  /** Both symmetric, both HMAC, or both pairs. */
  private static boolean sameKind(KeyRecord one, KeyRecord other) {
    return one.spec().isPair() == other.spec().isPair();
  }

  Unit delete(DeleteAliasRequest in, Call call) {
    var known = find(in.aliasName(), call);
    var table = keys.tables().aliases;
    call.concerns(TYPE, known.arn());
    return call.write(
        tx -> {
          var before = table.get(tx, KmsTables.key(known));
          if (before == null) {
            throw KmsErrors.noSuchAlias(known.arn());
          }
          table.delete(tx, KmsTables.key(known));
          KeyStore.tell(call, before.keyArn());
          call.changed(tx, TYPE, known.name(), known.arn(), before, null);
          return Unit.UNIT;
        });
  }

  /** A key of the caller's account: listing needs no permission on the key itself. */
  private KeyRecord own(String name, Call call) {
    var key = keys.finder().byId(name, call).record();
    if (!key.accountId().equals(call.accountId())) {
      throw KmsErrors.noSuchKey(key.arn());
    }
    return key;
  }

  ListAliasesResponse list(ListAliasesRequest in, Call call) {
    var tables = keys.tables();
    var key = in.keyId() == null ? null : own(in.keyId(), call);
    var page =
        tables
            .store()
            .read(
                tx ->
                    pages.<AliasRecord>of(
                        (after, limit) ->
                            key == null
                                ? tables.aliases.scan(
                                    tx,
                                    Scan.prefix(Key.prefix(call.accountId(), call.region()))
                                        .after(after)
                                        .limit(limit))
                                : tables.aliasesOf(
                                    tx,
                                    key.identity(),
                                    KmsTables.aliasesOf(key.identity()).after(after).limit(limit)),
                        in.limit(),
                        50,
                        in.marker(),
                        "aliases|" + (key == null ? arn("", call) : key.arn())));
    return ListAliasesResponse.builder()
        .aliases(
            page.items().stream()
                .map(
                    alias ->
                        AliasListEntry.builder()
                            .aliasName(alias.name())
                            .aliasArn(alias.arn())
                            .targetKeyId(alias.keyId())
                            .creationDate(alias.created())
                            .lastUpdatedDate(alias.updated())
                            .build())
                .toList())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }
}

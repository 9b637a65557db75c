package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CancelKeyDeletionRequest;
import dev.bulwark.api.kms.CancelKeyDeletionResponse;
import dev.bulwark.api.kms.CreateKeyRequest;
import dev.bulwark.api.kms.CreateKeyResponse;
import dev.bulwark.api.kms.DescribeKeyRequest;
import dev.bulwark.api.kms.DescribeKeyResponse;
import dev.bulwark.api.kms.DisableKeyRequest;
import dev.bulwark.api.kms.EnableKeyRequest;
import dev.bulwark.api.kms.KeyListEntry;
import dev.bulwark.api.kms.KeyMetadata;
import dev.bulwark.api.kms.ListKeysRequest;
import dev.bulwark.api.kms.ListKeysResponse;
import dev.bulwark.api.kms.ScheduleKeyDeletionRequest;
import dev.bulwark.api.kms.ScheduleKeyDeletionResponse;
import dev.bulwark.api.kms.UpdateKeyDescriptionRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys: their making, their description, their end. */
final class Keys {
  private static final int DEFAULT_WINDOW = 30;

  private final KeyStore keys;
  private final Materials materials;
  private final KeyPolicies policies;
  private final Rotations rotations;
  private final ManagedKeys managed;
  private final CustomKeyStores keyStores;
  private final ClusterBackend clusterKeys;
  private final KmsQuotas quotas;
  private final Pages pages;

  Keys(
      KeyStore keys,
      Materials materials,
      KeyPolicies policies,
      Rotations rotations,
      ManagedKeys managed,
      CustomKeyStores keyStores,
      ClusterBackend clusterKeys,
      KmsQuotas quotas,
      Pages pages) {
    this.keys = keys;
    this.materials = materials;
    this.policies = policies;
    this.rotations = rotations;
    this.managed = managed;
    this.keyStores = keyStores;
    this.clusterKeys = clusterKeys;
    this.quotas = quotas;
    this.pages = pages;
  }

  /** What CreateKey asks for, with AWS's defaults. */
  record Wanted(KeySpec spec, KeyUsage usage, KeyOrigin origin) {}

  static Wanted wanted(CreateKeyRequest in) {
    var spec = in.keySpec() == null ? in.customerMasterKeySpec() : in.keySpec();
    if ("SM2".equals(spec)) {
      throw KmsErrors.unsupported("The key spec SM2 is available in China Regions only.");
    }
    var kind = spec == null ? KeySpec.SYMMETRIC_DEFAULT : KeySpec.valueOf(spec);
    if (in.keyUsage() == null && kind != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsErrors.validation(
          "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
    }
    var usage = in.keyUsage() == null ? KeyUsage.ENCRYPT_DECRYPT : KeyUsage.valueOf(in.keyUsage());
    if (!KeyUsage.of(kind).contains(usage)) {
      throw KmsErrors.validation("KeyUsage " + usage + " is not compatible with KeySpec " + kind);
    }
    var origin = in.origin() == null ? KeyOrigin.AWS_KMS : KeyOrigin.valueOf(in.origin());
    if (origin == KeyOrigin.EXTERNAL && kind.family() == KeySpec.Family.ML_DSA) {
      throw KmsErrors.unsupported("Key material of " + kind + " cannot be imported.");
    }
    return new Wanted(kind, usage, origin);
  }

  CreateKeyResponse create(CreateKeyRequest in, Call call) {
    var wanted = wanted(in);
    var keyStore = keyStore(in, wanted, call);
    boolean multiRegion = Boolean.TRUE.equals(in.multiRegion());
    var identity =
        new KeyIdentity(
            call.accountId(),
            call.region(),
            multiRegion ? "mrk-" + Ids.uuid().replace("-", "") : Ids.uuid(),
            now(call),
            wanted.spec(),
            wanted.usage(),
            wanted.origin(),
            false,
            keyStore == null ? null : keyStore.id());
    var tags = KmsTags.read(in.tags());
    if (tags.size() > quotas.tagsOfKey()) {
      throw KmsErrors.tag("Too many tags");
    }
    var key =
        new KeyRecord(
            identity,
            in.description() == null ? "" : in.description(),
            true,
            null,
            policies.accept(in.policy(), in.bypassPolicyLockoutSafetyCheck(), identity, call),
            tags,
            List.of(),
            KeyRecord.Rotation.NONE,
            multiRegion ? new KeyRecord.MultiRegion(call.region(), List.of()) : null);
    call.concerns(KeyStore.TYPE, key.arn());
    if (wanted.origin() == KeyOrigin.EXTERNAL) {
      return call.write(tx -> insert(tx, call, key));
    }
    if (keyStore != null) {
      clusterKeys.make(keyStore, key.keyId());
      try {
        return call.write(tx -> insert(tx, call, key));
      } catch (RuntimeException e) {
        clusterKeys.destroy(keyStore, key.keyId());
        throw e;
      }
    }
    try (var material = materials.make(wanted.spec())) {
      var id = materials.identify(identity, material);
      var complete = key.withMaterials(List.of(MaterialRecord.first(id, material.publicKey())));
      return materials.keep(
          identity,
          id,
          material,
          () ->
              call.write(
                  tx -> {
                    materials.note(tx);
                    return insert(tx, call, complete);
                  }));
    }
  }

  /** The custom key store that a request names; null for keys of none. */
  private @Nullable CustomKeyStoreRecord keyStore(CreateKeyRequest in, Wanted wanted, Call call) {
    var id = in.customKeyStoreId();
    boolean custom = wanted.origin() != KeyOrigin.AWS_KMS && wanted.origin() != KeyOrigin.EXTERNAL;
    if (id == null) {
      if (custom) {
        throw KmsErrors.validation("Origin " + wanted.origin() + " requires a CustomKeyStoreId.");
      }
      return null;
    }
    var store = keyStores.forNewKey(id, call);
    if (wanted.origin() != KeyOrigin.AWS_CLOUDHSM) {
      throw KmsErrors.validation(
          "Origin " + wanted.origin() + " is not valid for the custom key store " + id + ".");
    }
    if (wanted.spec() != KeySpec.SYMMETRIC_DEFAULT || Boolean.TRUE.equals(in.multiRegion())) {
      throw KmsErrors.unsupported(
          "Custom key stores support symmetric encryption keys of a single Region only.");
    }
    return store;
  }

  private CreateKeyResponse insert(WriteTx tx, Call call, KeyRecord key) {
    requireRoom(tx, key);
    keys.put(tx, call, null, key);
    return CreateKeyResponse.builder().keyMetadata(KeyViews.metadata(key, call.time())).build();
  }

  private void requireRoom(WriteTx tx, KeyRecord key) {
    if (keys.tables().keys.count(tx, Key.prefix(key.accountId(), key.region())) >= quotas.keys()) {
      throw KmsErrors.limit(
          "Key quota for this account in this region is %d.".formatted(quotas.keys()));
    }
  }

  /** Times of KMS have milliseconds. */
  static Instant now(Call call) {
    return call.time().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Describes a key. An alias of AWS whose key nobody needed yet gets it now. */
  DescribeKeyResponse describe(DescribeKeyRequest in, Call call) {
    managed.makeForAlias(in.keyId(), call);
    var key = rotations.caughtUp(keys.byName(in.keyId(), call), call.time());
    var view = KeyViews.metadata(key, call.time());
    return DescribeKeyResponse.builder()
        .keyMetadata(key.identity().keyStoreId() == null ? view : inKeyStore(key, view))
        .build();
  }

  /** A key is unavailable while its custom key store is not connected, whatever else it is. */
  private KeyMetadata inKeyStore(KeyRecord key, KeyMetadata view) {
    var store = clusterKeys.store(key);
    var shown = view.toBuilder().customKeyStoreId(key.identity().keyStoreId());
    if (store != null) {
      shown.cloudHsmClusterId(store.clusterId());
    }
    if (key.deletion() == null && !clusterKeys.isAvailable(key)) {
      shown.keyState("Unavailable").enabled(false);
    }
    return shown.build();
  }

  ListKeysResponse list(ListKeysRequest in, Call call) {
    var tables = keys.tables();
    var page =
        tables
            .store()
            .read(
                tx ->
                    pages.of(
                        (after, limit) ->
                            tables.keys.scan(
                                tx,
                                Scan.prefix(Key.prefix(call.accountId(), call.region()))
                                    .after(after)
                                    .limit(limit)),
                        in.limit(),
                        100,
                        in.marker(),
                        "keys|" + call.accountId() + "|" + call.region()));
    return ListKeysResponse.builder()
        .keys(
            page.items().stream()
                .filter(key -> !key.isGone(call.time()))
                .map(key -> KeyListEntry.builder().keyId(key.keyId()).keyArn(key.arn()).build())
                .toList())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }

  Unit enable(EnableKeyRequest in, Call call) {
    return switchTo(in.keyId(), call, true);
  }

  Unit disable(DisableKeyRequest in, Call call) {
    return switchTo(in.keyId(), call, false);
  }

  private Unit switchTo(String name, Call call, boolean enabled) {
    return keys.change(
        name,
        call,
        key -> {
          KeyStates.requireSwitchable(key, call.time());
          return key.withEnabled(enabled);
        });
  }

  Unit describeAs(UpdateKeyDescriptionRequest in, Call call) {
    return keys.change(
        in.keyId(),
        call,
        key -> {
          KeyStates.requireNotLeaving(key, call.time());
          return key.withDescription(in.description());
        });
  }

  ScheduleKeyDeletionResponse scheduleDeletion(ScheduleKeyDeletionRequest in, Call call) {
    int window = window(in.pendingWindowInDays());
    return keys.change(
        in.keyId(),
        call,
        key -> {
          KeyStates.requireNotLeaving(key, call.time());
          var regions = key.multiRegion();
          boolean waits = key.isPrimary() && regions != null && !regions.replicas().isEmpty();
          var date = waits ? null : now(call).plus(Duration.ofDays(window));
          return key.withDeletion(new KeyRecord.Deletion(date, window));
        },
        key ->
            ScheduleKeyDeletionResponse.builder()
                .keyId(key.arn())
                .deletionDate(key.deletion() == null ? null : key.deletion().date())
                .keyState(key.state(call.time()).text())
                .pendingWindowInDays(window)
                .build());
  }

  private static int window(@Nullable Integer days) {
    if (days == null) {
      return DEFAULT_WINDOW;
    }
    if (days < 7 || days > 30) {
      throw KmsErrors.validation(
          "1 validation error detected: Value '%d' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value %s than or equal to %d"
              .formatted(days, days < 7 ? "greater" : "less", days < 7 ? 7 : 30));
    }
    return days;
  }

  CancelKeyDeletionResponse cancelDeletion(CancelKeyDeletionRequest in, Call call) {
    return keys.change(
        in.keyId(),
        call,
        key -> {
          if (!key.state(call.time()).isDeletion()) {
            throw KmsErrors.notPendingDeletion(key.arn());
          }
          return key.withDeletion(null).withEnabled(false);
        },
        key -> CancelKeyDeletionResponse.builder().keyId(key.arn()).build());
  }
}

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
import dev.bulwark.api.kms.XksKeyConfigurationType;
import dev.bulwark.base.Ids;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keys: their making, their description, their end. */
final class Keys {
  private static final int DEFAULT_WINDOW = 30;

  private final KeyStore keys;
  private final Materials materials;
  private final KeyPolicies policies;
  private final MultiRegionRole multiRegionRole;
  private final Rotations rotations;
  private final ManagedKeys managed;
  private final CustomKeyStores keyStores;
  private final ClusterBackend clusterKeys;
  private final ExternalKeyStores externalStores;
  private final KeyStoreTables keyStoreTables;
  private final KmsQuotas quotas;
  private final Pages pages;

  Keys(
      KeyStore keys,
      Materials materials,
      KeyPolicies policies,
      MultiRegionRole multiRegionRole,
      Rotations rotations,
      ManagedKeys managed,
      CustomKeyStores keyStores,
      ClusterBackend clusterKeys,
      ExternalKeyStores externalStores,
      KeyStoreTables keyStoreTables,
      KmsQuotas quotas,
      Pages pages) {
    this.keys = keys;
    this.materials = materials;
    this.policies = policies;
    this.multiRegionRole = multiRegionRole;
    this.rotations = rotations;
    this.managed = managed;
    this.keyStores = keyStores;
    this.clusterKeys = clusterKeys;
    this.externalStores = externalStores;
    this.keyStoreTables = keyStoreTables;
    this.quotas = quotas;
    this.pages = pages;
  }

  CreateKeyResponse create(CreateKeyRequest in, Call call) {
    var wanted = WantedKey.of(in);
    var cluster = wanted.origin() == KeyOrigin.AWS_CLOUDHSM ? clusterStore(in, call) : null;
    if (wanted.origin() == KeyOrigin.EXTERNAL_KEY_STORE) {
      externalStores.forNewKey(store(in), in, call);
    }
    boolean multiRegion = Boolean.TRUE.equals(in.multiRegion());
    if (multiRegion && !multiRegionRole.exists(call.accountId())) {
      requireMakingRole(call);
    }
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
            in.customKeyStoreId(),
            in.xksKeyId());
    var tags = KmsTags.ofNewKey(in.tags(), quotas);
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
    if (cluster != null) {
      var token = clusterKeys.make(cluster, key.keyId());
      try {
        return call.write(tx -> insert(tx, call, key));
      } catch (RuntimeException e) {
        clusterKeys.undo(token, key.keyId());
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

  /** The role is made in the name of whoever makes the first multi-Region key of the account. */
  private static void requireMakingRole(Call call) {
    call.via("kms.amazonaws.com")
        .require(
            new Permission(
                "iam:CreateServiceLinkedRole",
                Resource.of(MultiRegionRole.arn(call.accountId())),
                Context.builder().put("iam:AWSServiceName", MultiRegionRole.SERVICE).build()));
  }

  private static String store(CreateKeyRequest in) {
    return Objects.requireNonNull(in.customKeyStoreId());
  }

  private CustomKeyStoreRecord clusterStore(CreateKeyRequest in, Call call) {
    if (externalStores.has(store(in), call)) {
      throw KmsErrors.validation(
          "Origin AWS_CLOUDHSM is not valid for the custom key store " + store(in) + ".");
    }
    return keyStores.forNewKey(store(in), call);
  }

  private CreateKeyResponse insert(WriteTx tx, Call call, KeyRecord key) {
    keys.requireRoom(tx, key.identity(), quotas);
    keyStoreTables.requireConnected(tx, key.identity());
    keyStoreTables.claim(tx, key.identity());
    keys.put(tx, call, null, key);
    if (key.multiRegion() != null) {
      multiRegionRole.make(tx, call);
    }
    return CreateKeyResponse.builder().keyMetadata(view(key, call)).build();
  }

  /** Times of KMS have milliseconds. */
  static Instant now(Caller caller) {
    return caller.time().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Describes a key. An alias of AWS whose key nobody needed yet gets it now. */
  DescribeKeyResponse describe(DescribeKeyRequest in, Call call) {
    managed.makeForAlias(in.keyId(), call);
    var key = rotations.caughtUp(keys.byName(in.keyId(), call), call.time());
    return DescribeKeyResponse.builder().keyMetadata(view(key, call)).build();
  }

  private KeyMetadata view(KeyRecord key, Call call) {
    var view = KeyViews.metadata(key, call.time());
    return key.identity().keyStoreId() == null ? view : inKeyStore(key, view);
  }

  /** A key is unavailable while its custom key store is not connected, whatever else it is. */
  private KeyMetadata inKeyStore(KeyRecord key, KeyMetadata view) {
    var shown = view.toBuilder().customKeyStoreId(key.identity().keyStoreId());
    boolean external = key.origin() == KeyOrigin.EXTERNAL_KEY_STORE;
    if (external) {
      shown.xksKeyConfiguration(
          XksKeyConfigurationType.builder().id(key.identity().externalKeyId()).build());
    } else {
      var store = clusterKeys.store(key);
      shown.cloudHsmClusterId(store == null ? null : store.clusterId());
    }
    boolean available = external ? externalStores.isConnected(key) : clusterKeys.isAvailable(key);
    if (key.deletion() == null && !available) {
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
    rotations.caughtUp(keys.byId(name, call), call.time());
    return keys.change(
        name,
        call,
        key -> {
          KeyStates.requireSwitchable(key, call.time());
          return enabled && !key.enabled()
              ? key.withEnabled(true).withRotation(key.rotation().resumed(now(call)))
              : key.withEnabled(enabled);
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
    rotations.caughtUp(keys.byId(in.keyId(), call), call.time());
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

package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateKeyRequest;
import dev.bulwark.api.kms.CreateKeyResponse;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.api.kms.ReplicateKeyRequest;
import dev.bulwark.api.kms.ReplicateKeyResponse;
import dev.bulwark.api.kms.UpdatePrimaryRegionRequest;
import dev.bulwark.base.Region;
import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.ServiceRequest;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are one key in several Regions: the same id and material, and policies, aliases and
 * grants of their own.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html">Multi-Region
 *     keys</a>
 */
final class MultiRegionKeys {
  private final KeyStore keys;
  private final Materials materials;
  private final KeyPolicies policies;
  private final KmsQuotas quotas;

  MultiRegionKeys(KeyStore keys, Materials materials, KeyPolicies policies, KmsQuotas quotas) {
    this.keys = keys;
    this.materials = materials;
    this.policies = policies;
    this.quotas = quotas;
  }

  ReplicateKeyResponse replicate(ReplicateKeyRequest in, Call call) {
    var primary = keys.byId(in.keyId(), call);
    requirePrimary(primary);
    KeyStates.requireUsable(primary, call.time());
    var region = in.replicaRegion();
    if (!Region.isKnown(region)) {
      throw KmsErrors.noSuchRegion(region);
    }
    if (!Region.of(region).partition().equals(call.partition())) {
      throw KmsErrors.otherPartition();
    }
    if (region.equals(primary.region())) {
      throw KmsErrors.primaryIsThere(region);
    }
    var identity = primary.identity().in(region, Keys.now(call));
    if (keys.tables().findKey(identity.accountId(), region, identity.keyId()) != null) {
      throw KmsErrors.replicaExists();
    }
    var replica =
        new KeyRecord(
            identity,
            in.description() == null ? "" : in.description(),
            true,
            null,
            policies.accept(in.policy(), in.bypassPolicyLockoutSafetyCheck(), identity, call),
            KmsTags.ofNewKey(in.tags(), quotas),
            primary.origin() == KeyOrigin.EXTERNAL
                ? primary.materials().stream().map(MaterialRecord::deleted).toList()
                : primary.materials(),
            KeyRecord.Rotation.NONE,
            primary.multiRegion());
    return keepCopies(
        primary, replica, 0, () -> call.write(tx -> insert(tx, call, in, primary, replica)));
  }

  /** Imported material is not copied: each Region gets its own import. */
  private <T> T keepCopies(
      KeyRecord primary, KeyRecord replica, int from, Supplier<T> transaction) {
    if (primary.origin() == KeyOrigin.EXTERNAL || from == primary.materials().size()) {
      return transaction.get();
    }
    var id = primary.materials().get(from).id();
    try (var copy = materials.copy(primary.identity(), id)) {
      return materials.keep(
          replica.identity(), id, copy, () -> keepCopies(primary, replica, from + 1, transaction));
    }
  }

  private ReplicateKeyResponse insert(
      WriteTx tx, Call call, ReplicateKeyRequest in, KeyRecord primary, KeyRecord replica) {
    replica.materials().stream()
        .filter(MaterialRecord::present)
        .forEach(one -> materials.note(tx, replica.identity(), one.id()));
    var tables = keys.tables();
    if (tables.keys.contains(tx, KmsTables.key(replica.identity()))) {
      throw KmsErrors.replicaExists();
    }
    keys.requireRoom(tx, replica.identity(), quotas);
    var current = keys.require(tx, primary.identity(), call);
    requirePrimary(current);
    KeyStates.requireUsable(current, call.time());
    if (!ids(current).equals(ids(primary))) {
      throw KmsErrors.rotatedMeanwhile(primary.arn());
    }
    var regions = new TreeSet<>(Objects.requireNonNull(current.multiRegion()).replicas());
    regions.add(replica.region());
    var all = new KeyRecord.MultiRegion(current.region(), List.copyOf(regions));
    var made = replica.withMultiRegion(all);
    forEachRegion(tx, current, one -> one.withMultiRegion(all), call);
    keys.put(tx, call, null, made);
    var answer =
        ReplicateKeyResponse.builder()
            .replicaKeyMetadata(KeyViews.metadata(made, call.time()))
            .replicaPolicy(policies.show(made))
            .replicaTags(KeyViews.tags(made.tags()))
            .build();
    recordMaking(tx, call, in, answer);
    return answer;
  }

  /** In the replica's Region somebody has made a key. */
  private static void recordMaking(
      WriteTx tx, Call call, ReplicateKeyRequest in, ReplicateKeyResponse made) {
    var key = made.replicaKeyMetadata();
    var request =
        CreateKeyRequest.builder()
            .policy(made.replicaPolicy())
            .description(key.description())
            .keyUsage(key.keyUsage())
            .customerMasterKeySpec(key.customerMasterKeySpec())
            .keySpec(key.keySpec())
            .origin(key.origin())
            .bypassPolicyLockoutSafetyCheck(
                Boolean.TRUE.equals(in.bypassPolicyLockoutSafetyCheck()))
            .tags(made.replicaTags())
            .multiRegion(true)
            .build();
    call.record(
        tx,
        in.replicaRegion(),
        new ServiceRequest(
            KmsApi.CREATE_KEY,
            request,
            false,
            List.of(new ResourceName(KeyStore.TYPE, key.arn())),
            null,
            null,
            CreateKeyResponse.builder().keyMetadata(key).build(),
            null));
  }

  private static List<String> ids(KeyRecord key) {
    return key.materials().stream().map(MaterialRecord::id).toList();
  }

  private static void requirePrimary(KeyRecord key) {
    if (!key.isPrimary()) {
      throw KmsErrors.unsupported(key.arn() + " is not a multi-region primary key.");
    }
  }

  Unit updatePrimary(UpdatePrimaryRegionRequest in, Call call) {
    var primary = keys.byId(in.keyId(), call).identity();
    var next = in.primaryRegion();
    return call.write(
        tx -> {
          var current = keys.require(tx, primary, call);
          var regions = current.multiRegion();
          if (regions == null) {
            throw KmsErrors.unsupported(current.arn() + " is not a multi-Region key.");
          }
          if (!current.isPrimary()) {
            throw KmsErrors.notPrimary(current.arn());
          }
          KeyStates.requireUsable(current, call.time());
          if (next.equals(current.region())) {
            return Unit.UNIT;
          }
          var replica = keys.tables().keys.get(tx, KmsTables.key(primary.in(next, call.time())));
          if (replica == null || !regions.replicas().contains(next)) {
            throw KmsErrors.noReplica(current.keyId());
          }
          KeyStates.requireUsable(replica, call.time());
          var others = new TreeSet<>(regions.replicas());
          others.remove(next);
          others.add(current.region());
          var changed = new KeyRecord.MultiRegion(next, List.copyOf(others));
          var schedule = current.rotation();
          forEachRegion(
              tx,
              current,
              one ->
                  one.withMultiRegion(changed)
                      .withRotation(one.region().equals(next) ? schedule : KeyRecord.Rotation.NONE),
              call);
          recordBecomingPrimary(tx, call, replica);
          return Unit.UNIT;
        });
  }

  /** In the Region to which the primary moves there is an event of its own. */
  private static void recordBecomingPrimary(WriteTx tx, Call call, KeyRecord key) {
    call.record(
        tx,
        key.region(),
        new ServiceRequest(
            KmsApi.UPDATE_PRIMARY_REGION,
            UpdatePrimaryRegionRequest.builder()
                .keyId(key.arn())
                .primaryRegion(key.region())
                .build(),
            false,
            List.of(),
            null,
            null,
            KeyStore.told(key.arn()),
            null));
  }

  /** The key in each of its Regions, its own first. */
  static List<KeyIdentity> everywhere(KeyRecord key) {
    var all = new ArrayList<KeyIdentity>();
    all.add(key.identity());
    var regions = key.multiRegion();
    if (regions != null) {
      var names = new TreeSet<>(regions.replicas());
      names.add(regions.primary());
      names.remove(key.region());
      names.forEach(region -> all.add(key.identity().in(region, key.identity().created())));
    }
    return all;
  }

  /**
   * Demands that a key has come to no other Region since it was found.
   *
   * @throws dev.bulwark.schema.ApiException ConflictException
   */
  void requireSame(WriteTx tx, KeyRecord found) {
    var now = keys.tables().keys.get(tx, KmsTables.key(found.identity()));
    if (now != null && !everywhere(now).equals(everywhere(found))) {
      throw KmsErrors.conflict(found.arn() + " is being replicated or deleted.");
    }
  }

  /** Changes a key in all of its Regions alike. */
  void forEachRegion(
      WriteTx tx, KeyRecord key, UnaryOperator<KeyRecord> change, @Nullable Call call) {
    var tables = keys.tables();
    for (var identity : everywhere(key)) {
      var before = tables.keys.get(tx, KmsTables.key(identity));
      if (before != null) {
        var after = change.apply(before);
        if (call == null) {
          tables.keys.put(tx, KmsTables.key(identity), after);
        } else {
          keys.put(tx, call, before, after);
        }
      }
    }
  }

  /** Keeps new material for the key in all of its Regions, and then runs the transaction. */
  <T> T keepEverywhere(
      KeyRecord key, String materialId, KeyMaterial material, Supplier<T> transaction) {
    return keep(everywhere(key), 0, materialId, material, transaction);
  }

  private <T> T keep(
      List<KeyIdentity> targets,
      int from,
      String materialId,
      KeyMaterial material,
      Supplier<T> transaction) {
    return from == targets.size()
        ? transaction.get()
        : materials.keep(
            targets.get(from),
            materialId,
            material,
            () -> keep(targets, from + 1, materialId, material, transaction));
  }
}

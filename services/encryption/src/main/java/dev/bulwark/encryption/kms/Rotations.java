package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.ConflictException;
import dev.bulwark.api.kms.DisableKeyRotationRequest;
import dev.bulwark.api.kms.EnableKeyRotationRequest;
import dev.bulwark.api.kms.GetKeyRotationStatusRequest;
import dev.bulwark.api.kms.GetKeyRotationStatusResponse;
import dev.bulwark.api.kms.ListKeyRotationsRequest;
import dev.bulwark.api.kms.ListKeyRotationsResponse;
import dev.bulwark.api.kms.RotateKeyOnDemandRequest;
import dev.bulwark.api.kms.RotateKeyOnDemandResponse;
import dev.bulwark.api.kms.RotationsListEntry;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.encryption.kms.KeyRecord.Rotation;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rotation: new material takes over, old material stays for what it encrypted. A rotation that is
 * due happens when the key is next looked at.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html">Rotate KMS
 *     keys</a>
 */
final class Rotations {
  static final String AUTOMATIC = "AUTOMATIC";
  static final String ON_DEMAND = "ON_DEMAND";

  private static final int DEFAULT_PERIOD = 365;

  /**
   * For how long a rotation that was asked for counts as in progress, so that whoever asks again
   * gets the same one. At AWS it is in progress for one to three minutes; here it is done at once.
   */
  private static final Duration IN_PROGRESS = Duration.ofMinutes(1);

  private final KeyStore keys;
  private final Materials materials;
  private final MultiRegionKeys regions;
  private final KeyEvents events;
  private final KmsQuotas quotas;
  private final Pages pages;

  Rotations(
      KeyStore keys,
      Materials materials,
      MultiRegionKeys regions,
      KeyEvents events,
      KmsQuotas quotas,
      Pages pages) {
    this.keys = keys;
    this.materials = materials;
    this.regions = regions;
    this.events = events;
    this.quotas = quotas;
    this.pages = pages;
  }

  /** The period that EnableKeyRotation gives a key: said, or the one that it has, or a year. */
  static int wantedPeriod(EnableKeyRotationRequest in, KeyRecord key) {
    if (in.rotationPeriodInDays() != null) {
      return in.rotationPeriodInDays();
    }
    return key.rotation().enabled() ? key.rotation().periodInDays() : DEFAULT_PERIOD;
  }

  Unit enable(EnableKeyRotationRequest in, Call call) {
    return schedule(
        in.keyId(),
        call,
        key -> {
          int period = wantedPeriod(in, key);
          requireAutomatic(key);
          requireOwnSchedule(key, call);
          KeyStates.requireUsable(key, call.time());
          var before = key.rotation();
          boolean same = before.periodInDays() == period;
          return key.withRotation(
              new Rotation(
                  period,
                  same ? before.next() : Keys.now(call).plus(Duration.ofDays(period)),
                  before.onDemand()));
        });
  }

  Unit disable(DisableKeyRotationRequest in, Call call) {
    return schedule(
        in.keyId(),
        call,
        key -> {
          if (key.spec() == KeySpec.SYMMETRIC_DEFAULT) {
            requireAutomatic(key);
          }
          requireOwnSchedule(key, call);
          KeyStates.requireUsable(key, call.time());
          return key.withRotation(new Rotation(0, null, key.rotation().onDemand()));
        });
  }

  /** Changes the schedule of a key, which its replicas share. */
  private Unit schedule(String keyId, Call call, UnaryOperator<KeyRecord> change) {
    var identity = keys.byId(keyId, call).identity();
    return call.write(
        tx -> {
          events.synchronizedRegions(tx, keys.change(tx, identity, call, change), call.time());
          return Unit.UNIT;
        });
  }

  private static void requireSymmetric(KeyRecord key) {
    if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsErrors.unsupported(
          key.arn() + " key spec is " + key.spec() + " which is not valid for this operation.");
    }
  }

  private static void requireAutomatic(KeyRecord key) {
    requireSymmetric(key);
    if (key.origin() != KeyOrigin.AWS_KMS) {
      throw KmsErrors.wrongOrigin(key);
    }
  }

  /** Replicas rotate with their primary key. */
  private static void requireOwnSchedule(KeyRecord key, Call call) {
    if (key.multiRegion() != null && !key.isPrimary()) {
      throw KmsErrors.replica(key.arn(), call.operation().name());
    }
  }

  GetKeyRotationStatusResponse status(GetKeyRotationStatusRequest in, Call call) {
    // Of keys that cannot rotate the status is simply false.
    var current = caughtUp(keys.byId(in.keyId(), call), call.time());
    // Disabled keys show their setting. Those that are to be deleted have it again once that is
    // cancelled; a primary key that waits for its replicas shows it, as at AWS.
    var schedule =
        current.state(call.time()) == KeyState.PENDING_DELETION ? Rotation.NONE : schedule(current);
    return GetKeyRotationStatusResponse.builder()
        .keyId(current.arn())
        .keyRotationEnabled(schedule.enabled())
        .rotationPeriodInDays(schedule.enabled() ? schedule.periodInDays() : null)
        .nextRotationDate(schedule.next())
        .build();
  }

  /** Replicas show the schedule of their primary key. */
  private Rotation schedule(KeyRecord key) {
    var multi = key.multiRegion();
    if (multi == null || key.isPrimary()) {
      return key.rotation();
    }
    var primary = keys.tables().findKey(key.accountId(), multi.primary(), key.keyId());
    return primary == null ? key.rotation() : primary.record().rotation();
  }

  ListKeyRotationsResponse list(ListKeyRotationsRequest in, Call call) {
    var named = keys.byId(in.keyId(), call);
    if (in.includeKeyMaterial() != null && named.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsErrors.validation(
          "Input parameter includeKeyMaterial can only be used with symmetric keys.");
    }
    var key = caughtUp(named, call.time());
    boolean all = "ALL_KEY_MATERIAL".equals(in.includeKeyMaterial());
    Map<String, RotationsListEntry> entries = new TreeMap<>();
    for (int i = 0; i < key.materials().size(); i++) {
      var material = key.materials().get(i);
      if (all || material.rotated() != null) {
        entries.put("%05d".formatted(i), entry(key, material, call.time()));
      }
    }
    var page =
        pages.of(
            List.copyOf(entries.entrySet()),
            Map.Entry::getKey,
            in.limit(),
            100,
            in.marker(),
            "rotations|" + key.arn() + "|" + all);
    return ListKeyRotationsResponse.builder()
        .rotations(page.items().stream().map(Map.Entry::getValue).toList())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }

  private static RotationsListEntry entry(KeyRecord key, MaterialRecord material, Instant now) {
    boolean imported = key.origin() == KeyOrigin.EXTERNAL;
    boolean usable = material.isUsable(now);
    var entry =
        RotationsListEntry.builder()
            .keyId(key.arn())
            .keyMaterialId(material.id())
            .keyMaterialState(material.status().name())
            .rotationDate(material.rotated())
            .rotationType(material.rotation());
    if (imported) {
      // AWS takes pending material for imported after it has expired, too.
      boolean there = usable || (material.isPending() && material.validTo() != null);
      entry
          .keyMaterialDescription(material.description())
          .importState(there ? "IMPORTED" : "PENDING_IMPORT");
      if (there) {
        entry
            .expirationModel(
                material.validTo() == null
                    ? "KEY_MATERIAL_DOES_NOT_EXPIRE"
                    : "KEY_MATERIAL_EXPIRES")
            .validTo(material.validTo());
      }
    }
    return entry.build();
  }

  RotateKeyOnDemandResponse now(RotateKeyOnDemandRequest in, Call call) {
    var key = caughtUp(keys.byId(in.keyId(), call), call.time());
    KeyStates.requireCustomerManaged(key);
    requireSymmetric(key);
    requireOwnSchedule(key, call);
    var answer = RotateKeyOnDemandResponse.builder().keyId(key.arn()).build();
    if (key.origin() == KeyOrigin.EXTERNAL) {
      return call.write(
          tx -> {
            rotateToImported(tx, key, call);
            return answer;
          });
    }
    if (key.origin() != KeyOrigin.AWS_KMS) {
      throw KmsErrors.wrongOrigin(key);
    }
    // Whether it rotates is known before material is made for it, and asked again with that.
    if (!requireRotatable(key, call)) {
      return answer;
    }
    return rotate(
        key,
        Keys.now(call),
        ON_DEMAND,
        work ->
            call.write(
                tx -> {
                  work.apply(tx, call);
                  return answer;
                }));
  }

  /**
   * Demands that a key can be rotated now.
   *
   * @return false where a rotation is in progress, which is the one that is asked for
   */
  private boolean requireRotatable(KeyRecord key, Call call) {
    requireOwnSchedule(key, call);
    KeyStates.requireUsable(key, call.time());
    if (isInProgress(key, call.time())) {
      return false;
    }
    requireQuota(key);
    return true;
  }

  private void requireQuota(KeyRecord key) {
    if (key.rotation().onDemand() >= quotas.rotationsOnDemand()) {
      throw KmsErrors.limit(
          "You have reached the limit of %d on-demand rotations for the key %s."
              .formatted(quotas.rotationsOnDemand(), key.arn()));
    }
  }

  private static boolean isInProgress(KeyRecord key, Instant now) {
    return key.current()
        .filter(material -> ON_DEMAND.equals(material.rotation()))
        .map(MaterialRecord::rotated)
        .filter(rotated -> rotated.isAfter(now.minus(IN_PROGRESS)))
        .isPresent();
  }

  /** Makes the imported material current that waits for it, expired or not, as AWS does. */
  private void rotateToImported(WriteTx tx, KeyRecord named, Call call) {
    var key = keys.require(tx, named.identity(), call);
    requireOwnSchedule(key, call);
    KeyStates.requireUsable(key, call.time());
    var pending = key.pending().orElse(null);
    if (pending == null) {
      if (isInProgress(key, call.time())) {
        return;
      }
      throw KmsErrors.nothingPending(key.arn());
    }
    if (pending.status() != MaterialRecord.Status.PENDING_ROTATION) {
      throw KmsErrors.replicasNotReady();
    }
    requireQuota(key);
    regions.forEachRegion(
        tx,
        key,
        one -> {
          var next = one.pending().orElseThrow(() -> KmsErrors.nothingPending(one.arn()));
          events.rotated(tx, one, ON_DEMAND, next.id(), call.time());
          return counted(one.rotatedTo(next.becoming(Keys.now(call), ON_DEMAND)));
        },
        call);
    events.synchronizedRegions(tx, key, call.time());
  }

  private static KeyRecord counted(KeyRecord key) {
    var rotation = key.rotation();
    return key.withRotation(
        new Rotation(rotation.periodInDays(), rotation.next(), rotation.onDemand() + 1));
  }

  /** The part of a rotation that is a transaction; the call is null where nobody asked for it. */
  @FunctionalInterface
  private interface Work {
    void apply(WriteTx tx, @Nullable Call call);
  }

  @FunctionalInterface
  private interface Transaction<T> {
    T run(Work work);
  }

  private <T> T rotate(KeyRecord key, Instant when, String how, Transaction<T> transaction) {
    try (var material = materials.make(key.spec())) {
      var id = materials.identify(key.identity(), material);
      return regions.keepEverywhere(
          key,
          id,
          material,
          () ->
              transaction.run(
                  (tx, call) -> {
                    materials.note(tx);
                    if (call != null
                        && !requireRotatable(keys.require(tx, key.identity(), call), call)) {
                      MultiRegionKeys.everywhere(key).forEach(one -> materials.giveUp(tx, one, id));
                      return;
                    }
                    regions.requireSame(tx, key);
                    regions.forEachRegion(
                        tx,
                        key,
                        one -> {
                          events.rotated(tx, one, how, id, when);
                          var rotated = one.rotatedTo(MaterialRecord.rotatedIn(id, when, how));
                          return how.equals(ON_DEMAND) ? counted(rotated) : next(rotated, when);
                        },
                        call);
                    events.synchronizedRegions(tx, key, when);
                  }));
    }
  }

  private static KeyRecord next(KeyRecord key, Instant when) {
    var rotation = key.rotation();
    return rotation.enabled()
        ? key.withRotation(
            new Rotation(
                rotation.periodInDays(),
                when.plus(Duration.ofDays(rotation.periodInDays())),
                rotation.onDemand()))
        : key;
  }

  /** The key after the rotations that were due by now; a disabled one waits until it is enabled. */
  KeyRecord caughtUp(KeyRecord key, Instant now) {
    var schedule = schedule(key);
    if (schedule.next() == null || schedule.next().isAfter(now)) {
      return key;
    }
    return catchUp(key, now);
  }

  private KeyRecord catchUp(KeyRecord key, Instant now) {
    var multi = key.multiRegion();
    var region = multi == null ? key.region() : multi.primary();
    synchronized (this) {
      while (true) {
        var loaded = keys.tables().findKey(key.accountId(), region, key.keyId());
        var current = loaded == null ? key : loaded.record();
        var due = current.rotation().next();
        if (due == null || due.isAfter(now) || current.state(now) != KeyState.ENABLED) {
          break;
        }
        try {
          rotate(
              current,
              due,
              AUTOMATIC,
              work -> {
                keys.tables().store().run(tx -> work.apply(tx, null));
                return due;
              });
        } catch (ConflictException e) {
          // It came to another Region meanwhile: again, with that.
        }
      }
    }
    var after = keys.tables().findKey(key.accountId(), key.region(), key.keyId());
    return after == null ? key : after.record();
  }
}

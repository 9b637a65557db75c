package dev.bulwark.encryption.kms;

import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What becomes due for keys: those whose waiting period is over go, with their aliases, grants and
 * material; until this has run they are in the store, and nobody sees them any more. Imported
 * material that has expired is destroyed, and keys whose rotation is due rotate.
 */
final class Departures {
  private static final System.Logger LOG = System.getLogger(Departures.class.getName());

  private final KmsTables tables;
  private final Materials materials;
  private final ClusterBackend clusterKeys;
  private final KeyStoreTables keyStores;
  private final KeyUses uses;
  private final Rotations rotations;
  private final KeyEvents events;

  Departures(
      KmsTables tables,
      Materials materials,
      ClusterBackend clusterKeys,
      KeyStoreTables keyStores,
      KeyUses uses,
      Rotations rotations,
      KeyEvents events) {
    this.tables = tables;
    this.materials = materials;
    this.clusterKeys = clusterKeys;
    this.keyStores = keyStores;
    this.uses = uses;
    this.rotations = rotations;
    this.events = events;
  }

  /** Removes what is due, and destroys its material. What fails is tried again, next time. */
  void run(Instant now) {
    removeLeaving(now);
    for (var key : tables.due(now)) {
      if (!materials.isSealed()) {
        attempt("the rotation of " + key.arn(), () -> rotations.caughtUp(key, now));
      }
      if (key.nextExpiry().filter(time -> !time.isAfter(now)).isPresent()) {
        attempt(
            "the expiry of material of " + key.arn(),
            () -> tables.store().run(tx -> expire(tx, key, now)));
      }
    }
    attempt("the destruction of key material", materials::destroyNoted);
    attempt("the destruction of keys in clusters", clusterKeys::destroyNoted);
  }

  /** What is due comes in parts; the next is read at once where something of the last is gone. */
  private void removeLeaving(Instant now) {
    boolean goesOn = true;
    while (goesOn) {
      goesOn = false;
      var part = tables.leaving(now);
      for (var key : part) {
        goesOn |=
            attempt(
                "the deletion of " + key.arn(),
                () -> tables.store().run(tx -> remove(tx, key, now)));
      }
      goesOn &= part.size() >= KmsTables.MOST_DUE;
    }
  }

  /**
   * Does one thing, whose failure keeps nothing else from being done.
   *
   * @return whether it is done
   */
  static boolean attempt(String what, Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, what + " failed; tried again later", e);
      return false;
    }
  }

  private void expire(WriteTx tx, KeyRecord seen, Instant now) {
    var row = KmsTables.key(seen.identity());
    var key = tables.keys.get(tx, row);
    if (key == null) {
      return;
    }
    var after = key;
    for (var material : key.materials()) {
      if (material.present() && !material.isUsable(now)) {
        after =
            after.withMaterial(
                material.id(), one -> one.isPending() ? one.expired() : one.deleted());
        materials.giveUp(tx, key.identity(), material.id());
        events.expired(tx, key, material.id(), now);
      }
    }
    tables.keys.put(tx, row, after);
  }

  private void remove(WriteTx tx, KeyRecord seen, Instant now) {
    var row = KmsTables.key(seen.identity());
    var key = tables.keys.get(tx, row);
    if (key == null || !Objects.equals(key.deletion(), seen.deletion())) {
      return;
    }
    tables.keys.delete(tx, row);
    if (!key.identity().awsManaged()) {
      tables.counts.add(tx, KmsCounts.keysOf(key.identity()), -1);
    }
    events.deleted(tx, key, now);
    keyStores.release(tx, key.identity());
    uses.forget(tx, key.identity());
    key.materials().forEach(one -> materials.giveUp(tx, key.identity(), one.id()));
    tables.grants.deleteAll(tx, key);
    tables
        .aliasesOf(tx, key.identity(), KmsTables.aliasesOf(key.identity()).limit(Scan.MAX_LIMIT))
        .forEach(alias -> tables.aliases.delete(tx, alias.key()));
    leaveRegions(tx, key);
  }

  /** The last replica that goes starts the waiting period of a primary key that is to go too. */
  private void leaveRegions(WriteTx tx, KeyRecord gone) {
    var regions = gone.multiRegion();
    if (regions == null || gone.isPrimary()) {
      return;
    }
    var left = new TreeSet<>(regions.replicas());
    left.remove(gone.region());
    var changed = new KeyRecord.MultiRegion(regions.primary(), List.copyOf(left));
    var departure = gone.deletion();
    for (var identity : MultiRegionKeys.everywhere(gone)) {
      var key = tables.keys.get(tx, KmsTables.key(identity));
      if (key == null || identity.region().equals(gone.region())) {
        continue;
      }
      var after = key.withMultiRegion(changed);
      var waiting = key.deletion();
      if (key.isPrimary()
          && waiting != null
          && waiting.date() == null
          && left.isEmpty()
          && departure != null
          && departure.date() != null) {
        after =
            after.withDeletion(
                new KeyRecord.Deletion(
                    departure.date().plus(Duration.ofDays(waiting.windowInDays())),
                    waiting.windowInDays()));
      }
      tables.keys.put(tx, KmsTables.key(identity), after);
    }
  }
}

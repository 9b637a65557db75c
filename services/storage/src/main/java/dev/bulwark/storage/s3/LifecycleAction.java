package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.LifecycleRule;
import dev.bulwark.api.s3.NoncurrentVersionExpiration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of an object or version by the rules of its bucket. */
sealed interface LifecycleAction {

  /** The current object goes: for good, or behind a delete marker. */
  record Expire() implements LifecycleAction {}

  /** The version goes for good. */
  record Delete() implements LifecycleAction {}

  /** The version moves to another storage class. */
  record Move(String storageClass) implements LifecycleAction {}

  /**
   * A version among the others of its key.
   *
   * @param newer how many versions of the key are newer
   * @param since when the next newer one came; its own time where there is none
   * @param alone whether it is the only one of its key
   * @param versioned whether the bucket keeps versions, so that an expired object stays as one
   */
  record Place(
      String key,
      ObjectRecord object,
      boolean latest,
      int newer,
      long since,
      boolean alone,
      boolean versioned) {}

  /**
   * The action that is due, the strongest of several; null for none. Deletion for good goes before
   * a move, and a move before a delete marker. What is to go to other buckets waits until it is
   * there.
   */
  static @Nullable LifecycleAction due(LifecyclePolicy policy, Place place, Instant now) {
    var replication = place.object().extras().replication();
    if (replication == ReplicationStatus.PENDING || replication == ReplicationStatus.FAILED) {
      return null;
    }
    Move move = null;
    boolean expires = false;
    for (var rule : policy.enabled()) {
      if (deletes(rule, place, now)) {
        return new Delete();
      }
      expires |= expires(rule, place, now);
      var to = place.object().isMarker() ? null : moves(rule, policy, place, now);
      if (to != null && (move == null || StorageClasses.isDown(move.storageClass(), to))) {
        move = new Move(to);
      }
    }
    return expires && (move == null || !place.versioned()) ? new Expire() : move;
  }

  private static boolean expires(LifecycleRule rule, Place place, Instant now) {
    var expiration = rule.expiration();
    var object = place.object();
    return expiration != null
        && place.latest()
        && !object.isMarker()
        && LifecycleTimes.isDue(expiration.days(), expiration.date(), object.lastModified(), now)
        && LifecycleFilters.of(rule).match(place.key(), object);
  }

  private static boolean deletes(LifecycleRule rule, Place place, Instant now) {
    return place.latest()
        ? place.object().isMarker() && place.alone() && dropsMarker(rule, place, now)
        : dropsNoncurrent(rule.noncurrentVersionExpiration(), rule, place, now);
  }

  /** A delete marker with nothing behind it goes when the rule says so, or is old enough. */
  private static boolean dropsMarker(LifecycleRule rule, Place place, Instant now) {
    var expiration = rule.expiration();
    return expiration != null
        && LifecycleFilters.of(rule).matchMarker(place.key())
        && (Boolean.TRUE.equals(expiration.expiredObjectDeleteMarker())
            || LifecycleTimes.isDue(expiration.days(), null, place.object().lastModified(), now));
  }

  private static boolean dropsNoncurrent(
      @Nullable NoncurrentVersionExpiration expiration,
      LifecycleRule rule,
      Place place,
      Instant now) {
    return expiration != null
        && isSurplus(expiration.newerNoncurrentVersions(), place)
        && LifecycleTimes.isDue(expiration.noncurrentDays(), null, place.since(), now)
        && matches(rule, place);
  }

  private static boolean matches(LifecycleRule rule, Place place) {
    var filter = LifecycleFilters.of(rule);
    return place.object().isMarker()
        ? filter.matchMarker(place.key())
        : filter.match(place.key(), place.object());
  }

  /** Whether as many noncurrent versions as are to be kept are newer. */
  private static boolean isSurplus(@Nullable Integer kept, Place place) {
    return kept == null || place.newer() - 1 >= kept;
  }

  /** The lowest storage class to which the rule moves a version by now; null for none. */
  private static @Nullable String moves(
      LifecycleRule rule, LifecyclePolicy policy, Place place, Instant now) {
    var filter = LifecycleFilters.of(rule);
    var object = place.object();
    if (!filter.match(place.key(), object)) {
      return null;
    }
    var lowest = object.headers().storageClassName();
    var start = lowest;
    for (var target : targets(rule, place, now)) {
      boolean small =
          !filter.limitsSize()
              && StorageClasses.isTooSmall(object.size(), target, policy.smallToArchives());
      if (!small && StorageClasses.isDown(lowest, target)) {
        lowest = target;
      }
    }
    return lowest.equals(start) ? null : lowest;
  }

  private static List<String> targets(LifecycleRule rule, Place place, Instant now) {
    if (place.latest()) {
      return rule.transitions() == null
          ? List.of()
          : rule.transitions().stream()
              .filter(
                  move ->
                      LifecycleTimes.isDue(
                          move.days(), move.date(), place.object().lastModified(), now))
              .map(move -> String.valueOf(move.storageClass()))
              .toList();
    }
    return rule.noncurrentVersionTransitions() == null
        ? List.of()
        : rule.noncurrentVersionTransitions().stream()
            .filter(
                move ->
                    isSurplus(move.newerNoncurrentVersions(), place)
                        && LifecycleTimes.isDue(move.noncurrentDays(), null, place.since(), now))
            .map(move -> String.valueOf(move.storageClass()))
            .toList();
  }
}

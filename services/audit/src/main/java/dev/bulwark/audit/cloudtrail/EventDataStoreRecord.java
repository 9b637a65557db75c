package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailRecord.AdvancedSelector;
import dev.bulwark.lake.EventShape;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event data store.
 *
 * @param homeRegion the Region in which it was made
 * @param ingesting whether it takes events in, unless it is deleted
 * @param periods in which it took events in, the oldest first
 * @param deleted since when it waits for its deletion; null where it does not
 */
record EventDataStoreRecord(
    String accountId,
    String id,
    String homeRegion,
    Settings settings,
    Map<String, String> tags,
    boolean ingesting,
    List<Period> periods,
    Instant created,
    Instant updated,
    @Nullable Instant deleted) {

  static final String TYPE = "AWS::CloudTrail::EventDataStore";
  static final String ACTIVITY = "ActivityAuditLog";
  private static final Duration WAIT = Duration.ofDays(7);

  /** Beyond this, the reader of the stream has long seen the older ones. */
  private static final int MOST_PERIODS = 100;

  /**
   * A time in which events were taken in.
   *
   * @param to null while it lasts
   */
  record Period(Instant from, @Nullable Instant to) {
    boolean contains(Instant time) {
      return !time.isBefore(from) && (to == null || !time.isAfter(to));
    }
  }

  /**
   * What requests set.
   *
   * @param retention days
   * @param keyArn of the KMS key that its files are sealed under
   * @param organizationId of the organization whose accounts it takes events of
   */
  record Settings(
      String name,
      List<AdvancedSelector> selectors,
      boolean multiRegion,
      @Nullable String organizationId,
      int retention,
      boolean terminationProtected,
      @Nullable String keyArn,
      String billingMode) {
    Settings {
      selectors = List.copyOf(selectors);
    }

    Settings withKey(@Nullable String arn) {
      return new Settings(
          name,
          selectors,
          multiRegion,
          organizationId,
          retention,
          terminationProtected,
          arn,
          billingMode);
    }

    /** The category of its events: one alone, but for Management and Data. */
    String category() {
      for (var condition : selectors.getFirst().conditions()) {
        if (condition.field().equals("eventCategory")) {
          return condition.values().getFirst();
        }
      }
      return "";
    }
  }

  EventDataStoreRecord {
    tags = Map.copyOf(tags);
    periods = List.copyOf(periods);
  }

  String arn() {
    return arn(homeRegion, accountId, id);
  }

  static String arn(String region, String accountId, String id) {
    return "arn:aws:cloudtrail:" + region + ":" + accountId + ":eventdatastore/" + id;
  }

  String name() {
    return settings.name();
  }

  boolean isForChannels() {
    return settings.category().equals(ACTIVITY);
  }

  EventShape shape() {
    return isForChannels() ? EventShape.ACTIVITY : EventShape.API_CALL;
  }

  String status() {
    if (deleted != null) {
      return "PENDING_DELETION";
    }
    return ingesting || isForChannels() ? "ENABLED" : "STOPPED_INGESTION";
  }

  /** Whether it took events in at that time. */
  boolean ingestedAt(Instant time) {
    for (var period : periods) {
      if (period.contains(time)) {
        return true;
      }
    }
    return false;
  }

  /** Events before this are kept no longer. */
  Instant keptSince(Instant now) {
    return now.minus(Duration.ofDays(settings.retention()));
  }

  boolean isGone(Instant now) {
    return deleted != null && !now.isBefore(deleted.plus(WAIT));
  }

  EventDataStoreRecord withSettings(Settings changed, Instant now) {
    return new EventDataStoreRecord(
        accountId, id, homeRegion, changed, tags, ingesting, periods, created, now, deleted);
  }

  EventDataStoreRecord withTags(Map<String, String> changed) {
    return new EventDataStoreRecord(
        accountId,
        id,
        homeRegion,
        settings,
        changed,
        ingesting,
        periods,
        created,
        updated,
        deleted);
  }

  EventDataStoreRecord withIngestion(boolean on, Instant now) {
    return new EventDataStoreRecord(
        accountId, id, homeRegion, settings, tags, on, periods(on, now), created, now, deleted);
  }

  /** Waiting for its deletion, in which it takes nothing in. */
  EventDataStoreRecord withDeletion(Instant now) {
    return new EventDataStoreRecord(
        accountId,
        id,
        homeRegion,
        settings,
        tags,
        ingesting,
        periods(false, now),
        created,
        now,
        now);
  }

  /** As before its deletion. */
  EventDataStoreRecord restored(Instant now) {
    return new EventDataStoreRecord(
        accountId,
        id,
        homeRegion,
        settings,
        tags,
        ingesting,
        ingesting ? periods(true, now) : periods,
        created,
        now,
        null);
  }

  private List<Period> periods(boolean on, Instant now) {
    // As exact as the times of events, so that the call that does it is taken in.
    var time = now.truncatedTo(ChronoUnit.MILLIS);
    var changed = new ArrayList<>(periods);
    if (on) {
      changed.add(new Period(time, null));
    } else if (!changed.isEmpty() && changed.getLast().to() == null) {
      changed.set(changed.size() - 1, new Period(changed.getLast().from(), time));
    }
    return changed.subList(Math.max(0, changed.size() - MOST_PERIODS), changed.size());
  }
}

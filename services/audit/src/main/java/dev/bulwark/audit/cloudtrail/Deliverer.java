package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.audit.cloudtrail.TrailTables.DeliveredFile;
import dev.bulwark.audit.cloudtrail.TrailTables.Progress;
import dev.bulwark.audit.cloudtrail.TrailTables.Status;
import dev.bulwark.events.EventStreams;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Delivers one file: notes its key, writes it, notes that it is there. What happens after that,
 * such as a notification, is tried once.
 */
final class Deliverer {
  private static final System.Logger LOG = System.getLogger(Deliverer.class.getName());

  private final TrailTables tables;
  private final Destinations destinations;
  private final LogGroups logGroups;

  Deliverer(TrailTables tables, Destinations destinations, LogGroups logGroups) {
    this.tables = tables;
    this.destinations = destinations;
    this.logGroups = logGroups;
  }

  LogDelivery newLogDelivery(
      String trailArn, String accountId, String region, long filed, EventStreams events) {
    return new LogDelivery(trailArn, accountId, region, filed, tables, logGroups, events);
  }

  /** Notes what has come of a delivery to the trail's log group. */
  void note(Target target, LogDelivery.@Nullable Outcome outcome, Instant now) {
    if (outcome != null) {
      status(target, status -> status.logs(now, outcome.error()));
    }
  }

  /** Where a file belongs. */
  record Target(TrailRecord trail, String accountId, String region, String key) {
    private String row() {
      return Key.of(trail.arn(), accountId, region);
    }
  }

  /**
   * Delivers a file.
   *
   * @param intended what is noted before
   * @param done what is noted after
   * @return whether it is there
   */
  boolean deliver(
      Target target,
      LogFile file,
      LogFile.Finished finished,
      Progress intended,
      Progress done,
      Instant now) {
    tables.store().run(tx -> tables.progress().put(tx, target.row(), intended));
    try {
      destinations.putLogFile(target.trail(), target.key(), finished.content());
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.DEBUG, () -> target.key() + " was not delivered: " + e.getMessage());
      status(target, status -> status.deliveryFailed(e.code()));
      return false;
    }
    tables
        .store()
        .run(
            tx -> {
              tables.progress().put(tx, target.row(), done);
              noteDelivered(tx, target, file, finished, now);
            });
    notifyOf(target, now);
    return true;
  }

  private void noteDelivered(
      WriteTx tx, Target target, LogFile file, LogFile.Finished finished, Instant now) {
    put(tx, target, status -> status.delivered(now));
    if (target.trail().settings().validation()) {
      noteForDigest(tx, target, file, finished, now);
    }
  }

  /**
   * Delivers a file of Insights, whose key is noted already.
   *
   * @param done what else is noted, once it is there
   * @return whether it is there
   */
  boolean deliverInsight(Target target, LogFile file, Instant now, Consumer<WriteTx> done) {
    var finished = file.finish();
    try {
      destinations.putLogFile(target.trail(), target.key(), finished.content());
    } catch (ApiException e) {
      status(target, status -> status.deliveryFailed(e.code()));
      return false;
    }
    tables
        .store()
        .run(
            tx -> {
              done.accept(tx);
              noteDelivered(tx, target, file, finished, now);
            });
    notifyOf(target, now);
    return true;
  }

  /** Delivers an event of Insights to the trail's log group; whether that has taken it. */
  boolean logInsight(Target target, InputLogEvent event, Instant now) {
    @Nullable String error = null;
    try {
      logGroups.put(target.trail(), target.accountId(), target.region(), List.of(event));
    } catch (ApiException e) {
      error = e.code();
    }
    var outcome = error;
    status(target, status -> status.logs(now, outcome));
    return outcome == null;
  }

  private void noteForDigest(
      WriteTx tx, Target target, LogFile file, LogFile.Finished finished, Instant now) {
    tables
        .files()
        .put(
            tx,
            Key.of(target.trail().arn(), target.accountId(), target.region(), target.key()),
            new DeliveredFile(
                target.trail().settings().bucket(),
                target.key(),
                finished.hash(),
                file.oldest(),
                file.newest(),
                now));
  }

  private void notifyOf(Target target, Instant now) {
    var topic = target.trail().settings().topicArn();
    if (topic == null) {
      return;
    }
    @Nullable String error = null;
    try {
      destinations.publish(
          target.trail(),
          topic,
          "{\"s3Bucket\":\""
              + target.trail().settings().bucket()
              + "\",\"s3ObjectKey\":[\""
              + target.key()
              + "\"]}");
    } catch (ApiException e) {
      error = e.code();
    }
    var outcome = error;
    status(target, status -> status.notified(now, outcome));
  }

  private void status(Target target, UnaryOperator<Status> change) {
    tables.store().run(tx -> put(tx, target, change));
  }

  private void put(WriteTx tx, Target target, UnaryOperator<Status> change) {
    var key = Key.of(target.trail().arn(), target.region());
    var before = tables.statuses().get(tx, key);
    tables.statuses().put(tx, key, change.apply(before == null ? Status.NONE : before));
  }
}

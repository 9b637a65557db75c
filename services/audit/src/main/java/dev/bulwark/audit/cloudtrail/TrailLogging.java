package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.GetTrailStatusRequest;
import dev.bulwark.api.cloudtrail.GetTrailStatusResponse;
import dev.bulwark.api.cloudtrail.StartLoggingRequest;
import dev.bulwark.api.cloudtrail.StartLoggingResponse;
import dev.bulwark.api.cloudtrail.StopLoggingRequest;
import dev.bulwark.api.cloudtrail.StopLoggingResponse;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Trails switched on and off, and how they fare. */
final class TrailLogging {
  private final TrailTables tables;
  private final TrailFinder finder;

  TrailLogging(TrailTables tables, TrailFinder finder) {
    this.tables = tables;
    this.finder = finder;
  }

  StartLoggingResponse start(StartLoggingRequest in, Call call) {
    return call.write(
        tx -> {
          change(tx, in.name(), true, call);
          return new StartLoggingResponse();
        });
  }

  StopLoggingResponse stop(StopLoggingRequest in, Call call) {
    return call.write(
        tx -> {
          change(tx, in.name(), false, call);
          return new StopLoggingResponse();
        });
  }

  private void change(WriteTx tx, String name, boolean on, Call call) {
    var trail = finder.requireOwn(tx, name, call);
    tables.put(tx, call, trail, trail.withLogging(on, call.time()));
  }

  GetTrailStatusResponse status(GetTrailStatusRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var trail = finder.require(tx, in.name(), call);
              var found = tables.statuses().get(tx, Key.of(trail.arn(), call.region()));
              return view(trail, found == null ? TrailTables.Status.NONE : found);
            });
  }

  private static GetTrailStatusResponse view(TrailRecord trail, TrailTables.Status status) {
    return GetTrailStatusResponse.builder()
        .isLogging(trail.logging())
        .latestDeliveryError(status.deliveryError())
        .latestNotificationError(status.notificationError())
        .latestDeliveryTime(status.delivered())
        .latestNotificationTime(status.notified())
        .startLoggingTime(trail.started())
        .stopLoggingTime(trail.stopped())
        .latestCloudWatchLogsDeliveryError(status.logsError())
        .latestCloudWatchLogsDeliveryTime(status.logsDelivered())
        .latestDigestDeliveryTime(status.digestDelivered())
        .latestDigestDeliveryError(status.digestError())
        .latestDeliveryAttemptTime(text(status.delivered()))
        .latestNotificationAttemptTime(text(status.notified()))
        .latestNotificationAttemptSucceeded(text(status.notified()))
        .latestDeliveryAttemptSucceeded(text(status.delivered()))
        .timeLoggingStarted(text(trail.started()))
        .timeLoggingStopped(text(trail.stopped()))
        .build();
  }

  private static String text(@Nullable Instant time) {
    return time == null ? "" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.api.logs.PutLogEventsRequest;
import dev.bulwark.api.logs.PutLogEventsResponse;
import dev.bulwark.api.logs.RejectedLogEventsInfo;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes in log events.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html">PutLogEvents</a>
 */
final class Ingestion {
  private static final int MOST_BYTES = 1_048_576;
  private static final int EVENT_OVERHEAD = 26;
  private static final int LARGEST_EVENT = 262_144;
  private static final Duration NEWEST = Duration.ofHours(2);
  private static final Duration OLDEST = Duration.ofDays(14);

  private final LogsTables tables;
  private final Groups groups;
  private final EventStore store;
  private final MetricFilters metricFilters;
  private final DataProtections protections;
  private final IngestionMetrics metrics;

  Ingestion(
      LogsTables tables,
      Groups groups,
      EventStore store,
      MetricFilters metricFilters,
      DataProtections protections,
      IngestionMetrics metrics) {
    this.tables = tables;
    this.groups = groups;
    this.store = store;
    this.metricFilters = metricFilters;
    this.protections = protections;
    this.metrics = metrics;
  }

  PutLogEventsResponse put(PutLogEventsRequest in, Call call) {
    var group = groups.require(in.logGroupName(), call);
    var key = Key.of(group.id(), in.logStreamName());
    if (tables.streams().get(key) == null) {
      throw LogsErrors.noStream();
    }
    check(in.logEvents());
    var rejected = new Rejected(group.keptFrom(call.time()), call.time().toEpochMilli());
    var accepted = rejected.accepted(in.logEvents());
    checkSpan(accepted);
    long now = call.time().toEpochMilli();
    var output = new PutLogEventsResponse(LogStreams.sequenceToken(now), rejected.info());
    if (accepted.isEmpty()) {
      return output;
    }
    var prepared = store.prepare(group, in.logStreamName(), accepted, now, bytes(in.logEvents()));
    call.write(
        output,
        tx -> {
          var stream = tables.streams().get(tx, key);
          if (stream == null) {
            throw LogsErrors.noStream();
          }
          store.put(tx, prepared);
          tables
              .streams()
              .put(
                  tx,
                  key,
                  stream.with(
                      accepted.getFirst().timestamp(), accepted.getLast().timestamp(), now));
        });
    metrics.count(group, accepted.size(), bytes(in.logEvents()));
    var masking = protections.of(group);
    metricFilters.feed(
        group,
        accepted.stream()
            .map(
                event ->
                    new SegmentCodec.Entry(event.timestamp(), masking.shown(event.message(), now)))
            .toList());
    return output;
  }

  private static void check(List<InputLogEvent> events) {
    long previous = Long.MIN_VALUE;
    for (var event : events) {
      if (event.timestamp() < previous) {
        throw LogsErrors.notChronological();
      }
      previous = event.timestamp();
      long size = size(event);
      if (size > LARGEST_EVENT) {
        throw LogsErrors.eventTooLarge(size, LARGEST_EVENT);
      }
    }
    if (bytes(events) > MOST_BYTES) {
      throw LogsErrors.batchTooLarge(bytes(events), MOST_BYTES);
    }
  }

  /** What is too old or too new to be taken does not count, unlike the API reference reads. */
  private static void checkSpan(List<SegmentCodec.Entry> accepted) {
    if (!accepted.isEmpty()
        && accepted.getLast().timestamp() - accepted.getFirst().timestamp()
            > EventStore.LONGEST_SPAN) {
      throw LogsErrors.spanTooLong();
    }
  }

  private static long bytes(List<InputLogEvent> events) {
    return events.stream().mapToLong(Ingestion::size).sum();
  }

  private static long size(InputLogEvent event) {
    return event.message().getBytes(StandardCharsets.UTF_8).length + (long) EVENT_OVERHEAD;
  }

  /** Events whose time is out of bounds are left out, and the answer tells which. */
  private static final class Rejected {
    private final long expired;
    private final long oldest;
    private final long newest;
    private @Nullable Integer expiredEnd;
    private @Nullable Integer tooOldEnd;
    private @Nullable Integer tooNewStart;

    Rejected(long keptFrom, long now) {
      this.expired = keptFrom;
      this.oldest = now - OLDEST.toMillis();
      this.newest = now + NEWEST.toMillis();
    }

    List<SegmentCodec.Entry> accepted(List<InputLogEvent> events) {
      var accepted = new ArrayList<SegmentCodec.Entry>(events.size());
      for (int i = 0; i < events.size(); i++) {
        var event = events.get(i);
        if (event.timestamp() < expired) {
          expiredEnd = i + 1;
        } else if (event.timestamp() < oldest) {
          tooOldEnd = i + 1;
        } else if (event.timestamp() > newest) {
          tooNewStart = tooNewStart == null ? Integer.valueOf(i) : tooNewStart;
        } else {
          accepted.add(new SegmentCodec.Entry(event.timestamp(), event.message()));
        }
      }
      return accepted;
    }

    @Nullable RejectedLogEventsInfo info() {
      return expiredEnd == null && tooOldEnd == null && tooNewStart == null
          ? null
          : new RejectedLogEventsInfo(tooNewStart, tooOldEnd, expiredEnd);
    }
  }
}

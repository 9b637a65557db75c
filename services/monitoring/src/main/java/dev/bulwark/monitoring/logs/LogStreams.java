package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.CreateLogStreamRequest;
import dev.bulwark.api.logs.DeleteLogStreamRequest;
import dev.bulwark.api.logs.DescribeLogStreamsRequest;
import dev.bulwark.api.logs.DescribeLogStreamsResponse;
import dev.bulwark.api.logs.LogStream;
import dev.bulwark.api.logs.OrderBy;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log streams. */
final class LogStreams {
  private static final int PAGE = 50;
  private static final int MOST_SORTED = 10_000;

  private final LogsTables tables;
  private final Groups groups;
  private final EventStore events;

  LogStreams(LogsTables tables, Groups groups, EventStore events) {
    this.tables = tables;
    this.groups = groups;
    this.events = events;
  }

  Unit create(CreateLogStreamRequest in, Call call) {
    return call.write(
        tx -> {
          var group = groups.require(tx, in.logGroupName(), call);
          var key = Key.of(group.id(), in.logStreamName());
          if (tables.streams().contains(tx, key)) {
            throw LogsErrors.streamExists();
          }
          tables
              .streams()
              .insert(
                  tx,
                  key,
                  new LogStreamRecord(
                      in.logStreamName(), call.time().toEpochMilli(), null, null, null));
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteLogStreamRequest in, Call call) {
    return call.write(
        tx -> {
          var group = groups.require(tx, in.logGroupName(), call);
          if (!tables.streams().delete(tx, Key.of(group.id(), in.logStreamName()))) {
            throw LogsErrors.noStream();
          }
          events.deleteStream(tx, group, in.logStreamName());
          return Unit.UNIT;
        });
  }

  DescribeLogStreamsResponse describe(DescribeLogStreamsRequest in, Call call) {
    var group = groups.require(Groups.name(in.logGroupName(), in.logGroupIdentifier()), call);
    boolean byTime = OrderBy.LAST_EVENT_TIME.value().equals(in.orderBy());
    var prefix = in.logStreamNamePrefix();
    if (byTime && prefix != null) {
      throw LogsErrors.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    int limit = in.limit() == null ? PAGE : in.limit();
    boolean descending = in.descending() != null && in.descending();
    var after = Pages.read(in.nextToken());
    return byTime
        ? byTime(group, limit, descending, after)
        : byName(group, prefix == null ? "" : prefix, limit, descending, after);
  }

  private DescribeLogStreamsResponse byName(
      LogGroupRecord group, String prefix, int limit, boolean descending, @Nullable String after) {
    var scope = Key.prefix(group.id());
    var all = Scan.prefix(scope + prefix).after(after == null ? null : scope + after);
    return tables
        .store()
        .read(
            tx -> {
              var page =
                  Pages.of(
                      tables.streams(),
                      tx,
                      descending ? all.reversed() : all,
                      limit,
                      stream -> true);
              return response(
                  group, page.rows().stream().map(row -> row.value()).toList(), page.more());
            });
  }

  /** Streams without events count with their creation. */
  private DescribeLogStreamsResponse byTime(
      LogGroupRecord group, int limit, boolean descending, @Nullable String after) {
    var all = new ArrayList<LogStreamRecord>();
    tables
        .store()
        .read(
            tx -> tables.streams().scan(tx, Scan.prefix(Key.prefix(group.id())).limit(MOST_SORTED)))
        .forEach(row -> all.add(row.value()));
    Comparator<LogStreamRecord> order =
        Comparator.comparingLong(
                (LogStreamRecord stream) ->
                    stream.lastEvent() == null ? stream.created() : stream.lastEvent())
            .thenComparing(LogStreamRecord::name);
    all.sort(descending ? order.reversed() : order);
    int from = 0;
    if (after != null) {
      while (from < all.size() && !all.get(from).name().equals(after)) {
        from++;
      }
      from++;
    }
    int start = Math.min(from, all.size());
    int end = Math.min(start + limit, all.size());
    return response(group, all.subList(start, end), end < all.size());
  }

  private static DescribeLogStreamsResponse response(
      LogGroupRecord group, List<LogStreamRecord> streams, boolean more) {
    return new DescribeLogStreamsResponse(
        streams.stream().map(stream -> view(group, stream)).toList(),
        more ? Pages.write(streams.getLast().name()) : null);
  }

  /**
   * The token of a stream after what came in at that time. Nothing asks for one any more, and AWS
   * still gives it, for agents that carry it from one call to the next.
   */
  static String sequenceToken(long lastIngestion) {
    return "49%054d".formatted(lastIngestion);
  }

  private static LogStream view(LogGroupRecord group, LogStreamRecord stream) {
    return LogStream.builder()
        .logStreamName(stream.name())
        .creationTime(stream.created())
        .firstEventTimestamp(stream.firstEvent())
        .lastEventTimestamp(stream.lastEvent())
        .lastIngestionTime(stream.lastIngestion())
        .uploadSequenceToken(
            stream.lastIngestion() == null ? null : sequenceToken(stream.lastIngestion()))
        .arn(group.arn() + ":log-stream:" + stream.name())
        // As AWS's: it has not told the size of streams since 2019.
        .storedBytes(0L)
        .build();
  }
}

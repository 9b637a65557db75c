package dev.bulwark.monitoring.logs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.api.logs.DescribeQueriesRequest;
import dev.bulwark.api.logs.DescribeQueriesResponse;
import dev.bulwark.api.logs.GetLogRecordRequest;
import dev.bulwark.api.logs.GetLogRecordResponse;
import dev.bulwark.api.logs.GetQueryResultsRequest;
import dev.bulwark.api.logs.GetQueryResultsResponse;
import dev.bulwark.api.logs.QueryInfo;
import dev.bulwark.api.logs.QueryStatistics;
import dev.bulwark.api.logs.QueryStatus;
import dev.bulwark.api.logs.ResultField;
import dev.bulwark.api.logs.StartQueryRequest;
import dev.bulwark.api.logs.StartQueryResponse;
import dev.bulwark.api.logs.StopQueryRequest;
import dev.bulwark.api.logs.StopQueryResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.logs.query.InsightsQuery;
import dev.bulwark.logs.query.LogEvent;
import dev.bulwark.logs.query.MalformedQueryException;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Queries of Logs Insights: they run by themselves, and their results are kept for a while. */
final class Queries {
  private static final System.Logger LOG = System.getLogger(Queries.class.getName());
  private static final int MOST_GROUPS = 50;
  private static final int MOST_KEPT = 1000;
  private static final long MOST_KEPT_CHARACTERS = 4L * InsightsQuery.MOST_CHARACTERS;
  private static final int MOST_AT_ONCE = 100;
  private static final int MOST_RUNNING = 4;
  private static final long LATEST_MILLIS = Long.MAX_VALUE / 2;
  private static final int DEFAULT_LIMIT = 10_000;
  private static final Duration LONGEST = Duration.ofMinutes(60);
  private static final Duration KEPT = Duration.ofDays(7);

  private final Groups groups;
  private final EventStore store;
  private final DataProtections protections;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE);

  /** Each may hold as much as {@link InsightsQuery#MOST_CHARACTERS}. */
  private final Semaphore turns = new Semaphore(MOST_RUNNING);

  private final Executor threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("logs-query").factory());
  private final Cache<String, Query> queries =
      Caffeine.newBuilder()
          .maximumWeight(MOST_KEPT_CHARACTERS)
          .weigher((String id, Query query) -> query.weight())
          .expireAfterWrite(KEPT)
          .build();

  Queries(Groups groups, EventStore store, DataProtections protections) {
    this.groups = groups;
    this.store = store;
    this.protections = protections;
  }

  /** A query that was started. */
  private static final class Query {
    final String id = Ids.uuid();
    final String accountId;
    final String region;
    final String text;
    final List<LogGroupRecord> groups;
    final long created;
    volatile QueryStatus status = QueryStatus.RUNNING;
    volatile List<Map<String, String>> results = List.of();
    volatile long scanned;
    volatile long matched;
    volatile long bytes;

    Query(Call call, String text, List<LogGroupRecord> groups) {
      this.accountId = call.accountId();
      this.region = call.region();
      this.text = text;
      this.groups = groups;
      this.created = call.time().toEpochMilli();
    }

    /** Its share of what all may keep: even small ones are so many at the most. */
    int weight() {
      long characters = MOST_KEPT_CHARACTERS / MOST_KEPT;
      for (var row : results) {
        for (var value : row.values()) {
          characters += value.length();
        }
      }
      return (int) Math.min(characters, MOST_KEPT_CHARACTERS);
    }
  }

  /** The names of the groups that a request wants searched. */
  static List<String> groupNames(StartQueryRequest in) {
    var names = new ArrayList<String>();
    if (in.logGroupName() != null) {
      names.add(in.logGroupName());
    }
    if (in.logGroupNames() != null) {
      names.addAll(in.logGroupNames());
    }
    if (in.logGroupIdentifiers() != null) {
      in.logGroupIdentifiers().forEach(identifier -> names.add(Groups.nameOf(identifier)));
    }
    if (names.isEmpty() || names.size() > MOST_GROUPS) {
      throw LogsErrors.invalid("Between 1 and 50 log groups are to be queried.");
    }
    return names;
  }

  StartQueryResponse start(StartQueryRequest in, Call call) {
    if (in.startTime() > in.endTime()) {
      throw LogsErrors.malformedQuery("Query's end time cannot be before its start time");
    }
    InsightsQuery compiled;
    try {
      compiled = InsightsQuery.parse(in.queryString());
    } catch (MalformedQueryException e) {
      throw LogsErrors.malformedQuery(String.valueOf(e.getMessage()));
    }
    var searched = groupNames(in).stream().distinct().map(name -> searched(name, call)).toList();
    // Times of queries are in seconds, and the last second belongs to the range.
    long from = seconds(in.startTime()) * 1000;
    long until = (seconds(in.endTime()) + 1) * 1000;
    if (!room.tryAcquire()) {
      throw LogsErrors.limitExceeded();
    }
    var query = new Query(call, text(in, searched), searched);
    queries.put(query.id, query);
    var run = compiled.run(in.limit() == null ? DEFAULT_LIMIT : in.limit());
    var now = call.time();
    threads.execute(
        () -> {
          try {
            turns.acquire();
            try {
              for (var group : searched) {
                search(query, run, group, Math.max(from, group.keptFrom(now)), until);
              }
              query.results = run.results();
            } finally {
              turns.release();
            }
            query.matched = run.matched();
            if (query.status == QueryStatus.RUNNING) {
              query.status = QueryStatus.COMPLETE;
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a query of logs failed", e);
            query.status = QueryStatus.FAILED;
          } finally {
            // Its results weigh what they weigh from now on.
            queries.put(query.id, query);
            room.release();
          }
        });
    return new StartQueryResponse(query.id);
  }

  private LogGroupRecord searched(String name, Call call) {
    return groups
        .find(name, call)
        .orElseThrow(() -> LogsErrors.noGroupToQuery(name, call.accountId()));
  }

  /** As DescribeQueries shows it: with what it is about in front, in milliseconds. */
  private static String text(StartQueryRequest in, List<LogGroupRecord> searched) {
    return searched.size() > 1
        ? in.queryString()
        : "SOURCE \"%s\" START=%d000 END=%d999 | %s"
            .formatted(
                searched.getFirst().name(),
                seconds(in.startTime()),
                seconds(in.endTime()),
                in.queryString());
  }

  static long seconds(long given) {
    // Clients that give milliseconds are understood, as at AWS.
    return given > 100_000_000_000L ? Math.min(given, LATEST_MILLIS) / 1000 : given;
  }

  private void search(
      Query query, InsightsQuery.Run run, LogGroupRecord group, long from, long until) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    var log = group.accountId() + ":" + group.name();
    var masking = protections.of(group);
    store.forward(
        group,
        null,
        Position.before(from),
        until,
        stored -> {
          var event = masking.shown(stored);
          query.scanned++;
          query.bytes += event.message().length();
          if (System.nanoTime() > deadline) {
            query.status = QueryStatus.TIMEOUT;
          }
          boolean more =
              run.add(
                  new LogEvent(
                      event.timestamp(),
                      event.ingestion(),
                      event.message(),
                      event.stream(),
                      log,
                      Pages.write(Key.of(group.name(), event.position().text()))));
          return more && query.status == QueryStatus.RUNNING;
        });
  }

  private Query require(String id, Call call) {
    var query = queries.getIfPresent(id);
    if (query == null
        || !query.accountId.equals(call.accountId())
        || !query.region.equals(call.region())) {
      throw LogsErrors.noQuery();
    }
    return query;
  }

  GetQueryResultsResponse results(GetQueryResultsRequest in, Call call) {
    var query = require(in.queryId(), call);
    var status = query.status;
    return GetQueryResultsResponse.builder()
        .results(
            query.results.stream()
                .map(
                    row ->
                        row.entrySet().stream()
                            .map(field -> new ResultField(field.getKey(), field.getValue()))
                            .toList())
                .toList())
        .statistics(
            new QueryStatistics(
                (double) query.matched, (double) query.scanned, (double) query.bytes))
        .status(status.value())
        .build();
  }

  StopQueryResponse stop(StopQueryRequest in, Call call) {
    var query = require(in.queryId(), call);
    if (query.status != QueryStatus.RUNNING) {
      throw LogsErrors.invalid("Query is not active. Its status is " + query.status.value() + ".");
    }
    query.status = QueryStatus.CANCELLED;
    return new StopQueryResponse(true);
  }

  DescribeQueriesResponse describe(DescribeQueriesRequest in, Call call) {
    var found =
        queries.asMap().values().stream()
            .filter(query -> query.accountId.equals(call.accountId()))
            .filter(query -> query.region.equals(call.region()))
            .filter(query -> in.status() == null || in.status().equals(query.status.value()))
            .filter(query -> isOf(query, in.logGroupName()))
            .sorted(Comparator.comparingLong((Query query) -> query.created).reversed())
            .limit(in.maxResults() == null ? MOST_KEPT : in.maxResults())
            .map(Queries::view)
            .toList();
    return new DescribeQueriesResponse(found, null);
  }

  private static boolean isOf(Query query, @Nullable String group) {
    return group == null || query.groups.stream().anyMatch(found -> found.name().equals(group));
  }

  private static QueryInfo view(Query query) {
    return QueryInfo.builder()
        .queryId(query.id)
        .queryString(query.text)
        .status(query.status.value())
        .createTime(query.created)
        .logGroupName(query.groups.size() == 1 ? query.groups.getFirst().name() : null)
        .build();
  }

  /** The group and position that a {@code @ptr} tells. */
  static List<String> pointer(String pointer) {
    var text = Pages.read(pointer);
    try {
      return Key.split(String.valueOf(text), 2);
    } catch (IllegalArgumentException e) {
      throw LogsErrors.noRecord();
    }
  }

  GetLogRecordResponse record(GetLogRecordRequest in, Call call) {
    var pointer = pointer(in.logRecordPointer());
    var group = groups.require(pointer.getFirst(), call);
    var event = store.at(group, Position.parse(pointer.getLast()));
    if (event == null || event.timestamp() < group.keptFrom(call.time())) {
      throw LogsErrors.noRecord();
    }
    var fields = new LinkedHashMap<String, String>();
    fields.put("@timestamp", Long.toString(event.timestamp()));
    fields.put("@ingestionTime", Long.toString(event.ingestion()));
    fields.put("@message", protections.of(group, in.unmask()).shown(event).message());
    fields.put("@logStream", event.stream());
    fields.put("@log", group.accountId() + ":" + group.name());
    fields.put("@ptr", in.logRecordPointer());
    return new GetLogRecordResponse(fields);
  }
}

package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.QueryRecord.Status;
import dev.bulwark.lake.LakeException;
import dev.bulwark.lake.LakeQuery;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Scan;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Runs queries: a few at a time, the others wait. What an interrupted process was at fails when the
 * next one starts.
 */
final class QueryRunner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(QueryRunner.class.getName());

  /** AWS's quota of an account. */
  private static final int MOST_OF_ACCOUNT = 10;

  private static final int AT_ONCE = 2;
  private static final Duration LONGEST = Duration.ofMinutes(60);

  private final LakeTables tables;
  private final Lake lake;
  private final LakeFiles files;
  private final QueryResults results;
  private final QueryDelivery delivery;
  private final Clock clock;
  private final ExecutorService runners =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("cloudtrail-query-", 0).factory());
  private final Map<String, Admitted> admitted = new ConcurrentHashMap<>();

  private record Admitted(String accountId, LakeQuery query) {}

  QueryRunner(
      LakeTables tables,
      Lake lake,
      LakeFiles files,
      QueryResults results,
      QueryDelivery delivery,
      Clock clock) {
    this.tables = tables;
    this.lake = lake;
    this.files = files;
    this.results = results;
    this.delivery = delivery;
    this.clock = clock;
  }

  /** Ends what the process before had begun, and forgets results that nobody knows of. */
  void recover() {
    var open = new ArrayList<QueryRecord>();
    var blobs = new HashSet<String>();
    tables
        .store()
        .read(
            tx -> {
              tables
                  .queries()
                  .forEach(
                      tx,
                      Scan.all(),
                      row -> {
                        var query = row.value();
                        if (!query.status().isEnd() || "PENDING".equals(query.deliveryStatus())) {
                          open.add(query);
                        }
                        if (query.blob() != null) {
                          blobs.add(query.blob());
                        }
                      });
              return open;
            });
    results.sweep(blobs);
    for (var query : open) {
      var ended =
          query.status().isEnd()
              ? query.delivered("UNKNOWN")
              : query.ended(
                  Status.FAILED, 0, "The query was interrupted by a restart; run it again.");
      tables.store().run(tx -> tables.put(tx, ended));
    }
  }

  /**
   * Makes sure that the files of a store can be opened.
   *
   * @throws ApiException InsufficientEncryptionPolicyException
   */
  void requireKey(EventDataStoreRecord store) {
    files.requireKey(store);
  }

  /**
   * Takes a query in, before anybody is told of it.
   *
   * @throws ApiException MaxConcurrentQueriesException
   */
  synchronized void admit(QueryRecord record, LakeQuery query) {
    long others =
        admitted.values().stream()
            .filter(other -> other.accountId().equals(record.accountId()))
            .count();
    if (others >= MOST_OF_ACCOUNT) {
      throw LakeErrors.tooManyQueries();
    }
    admitted.put(record.id(), new Admitted(record.accountId(), query));
  }

  /** The query is not to be run after all. */
  void withdraw(QueryRecord record) {
    admitted.remove(record.id());
  }

  void run(QueryRecord record) {
    try {
      runners.execute(() -> runQuietly(record));
    } catch (RejectedExecutionException e) {
      withdraw(record);
    }
  }

  private void runQuietly(QueryRecord record) {
    var known = admitted.get(record.id());
    try {
      if (known != null && change(record, query -> query.with(Status.RUNNING))) {
        run(record, known.query());
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "Query " + record.id() + " failed", e);
      change(record, query -> query.ended(Status.FAILED, 0, "An internal error occurred."));
    } finally {
      admitted.remove(record.id());
    }
    tidy();
  }

  private void run(QueryRecord record, LakeQuery query) {
    var began = System.nanoTime();
    try (var writer = results.create(record.id())) {
      lake.catchUp(record.storeArns()::contains);
      var scanned = query.run(files.engine(), events(record), writer, LONGEST);
      writer.finish();
      int took = millisSince(began);
      boolean kept =
          change(
              record,
              found ->
                  found.finished(
                      took,
                      writer.rows(),
                      scanned.events(),
                      scanned.bytesScanned(),
                      writer.id(),
                      writer.pages()));
      if (!kept) {
        results.delete(writer.id());
      } else if (record.delivery() != null) {
        deliver(record);
      }
    } catch (LakeException e) {
      var status =
          switch (e.kind()) {
            case CANCELLED -> Status.CANCELLED;
            case TIMED_OUT -> Status.TIMED_OUT;
            default -> Status.FAILED;
          };
      change(record, found -> found.ended(status, millisSince(began), bounded(e.getMessage())));
    } catch (ApiException | IOException e) {
      change(
          record,
          found ->
              found.ended(
                  Status.FAILED, millisSince(began), bounded(String.valueOf(e.getMessage()))));
    }
  }

  private static int millisSince(long began) {
    return (int) Math.max(1, Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  /** Error messages of the API have 4 to 1000 characters. */
  private static String bounded(String message) {
    return message.length() > 1000
        ? message.substring(0, 1000)
        : message + " ".repeat(Math.max(0, 4 - message.length()));
  }

  private Map<String, LakeQuery.Events> events(QueryRecord record) {
    var events = new HashMap<String, LakeQuery.Events>();
    for (var arn : record.storeArns()) {
      var store = tables.stores().get(arn);
      if (store == null || store.deleted() != null) {
        throw LakeErrors.inactiveStore(arn);
      }
      events.put(
          store.id(),
          new LakeQuery.Events(store.shape(), files.open(store), store.keptSince(clock.instant())));
    }
    return events;
  }

  private void deliver(QueryRecord record) {
    var key = LakeTables.queryKey(record.accountId(), record.region(), record.id());
    var query = tables.queries().get(key);
    var store = tables.stores().get(record.storeArns().getFirst());
    if (query == null || store == null) {
      return;
    }
    var outcome = delivery.deliver(query, store, clock.instant());
    tables
        .store()
        .run(
            tx -> {
              var found = tables.queries().get(tx, key);
              if (found != null) {
                tables.put(tx, found.delivered(outcome));
              }
            });
  }

  /** Changes a query that has not come to its end; false where it has. */
  private boolean change(QueryRecord record, UnaryOperator<QueryRecord> change) {
    var key = LakeTables.queryKey(record.accountId(), record.region(), record.id());
    return tables
        .store()
        .write(
            tx -> {
              var found = tables.queries().get(tx, key);
              if (found == null || found.status().isEnd()) {
                return false;
              }
              tables.put(tx, change.apply(found));
              return true;
            });
  }

  void cancel(String queryId) {
    var known = admitted.get(queryId);
    if (known != null) {
      known.query().cancel();
    }
  }

  /** Forgets queries whose time is over. */
  private void tidy() {
    var now = clock.instant();
    var gone = new ArrayList<QueryRecord>();
    tables
        .store()
        .read(
            tx -> {
              tables
                  .queries()
                  .forEach(
                      tx,
                      Scan.all(),
                      row -> {
                        if (row.value().isGone(now)) {
                          gone.add(row.value());
                        }
                      });
              return gone;
            });
    if (!gone.isEmpty()) {
      forget(gone);
    }
  }

  private void forget(List<QueryRecord> gone) {
    tables
        .store()
        .run(
            tx ->
                gone.forEach(
                    query ->
                        tables
                            .queries()
                            .delete(
                                tx,
                                LakeTables.queryKey(
                                    query.accountId(), query.region(), query.id()))));
    gone.forEach(query -> results.delete(query.blob()));
  }

  /** For a laboratory that forgets everything. */
  void forget() {
    admitted.values().forEach(known -> known.query().cancel());
    results.sweep(Set.of());
  }

  @Override
  public void close() {
    admitted.values().forEach(known -> known.query().cancel());
    runners.shutdownNow();
    try {
      runners.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

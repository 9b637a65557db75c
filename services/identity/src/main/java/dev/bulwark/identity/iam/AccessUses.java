package dev.bulwark.identity.iam;

import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.iam.AccessTables.Place;
import dev.bulwark.identity.iam.AccessTables.Use;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which services and actions each principal used last, when and where: an aggregate of the stream
 * of API calls, which this consumer reads to its end every few seconds. It keeps its place with the
 * aggregate, so after a restart, however hard, it goes on where it was. Counts every authenticated
 * attempt, as AWS does, refused ones too.
 */
public final class AccessUses implements AutoCloseable {
  /**
   * One thing that a principal has used.
   *
   * @param service the prefix of its actions, as {@code s3}
   * @param action with its prefix; empty for any action of the service
   */
  public record Used(String service, String action, Instant last, String region) {}

  /** How much longer the reader rests than it works. */
  private static final int RESTS = 30;

  private static final System.Logger LOG = System.getLogger(AccessUses.class.getName());
  private static final String PLACE = "calls";

  /** How much of the stream is read, bit by bit, before what was found is written. */
  private static final int READS = 20;

  /** Written in one go. */
  private static final int MOST_ROWS = 2_000;

  private static final Map<String, String> PREFIXES =
      ServiceCatalog.services().stream()
          .collect(
              Collectors.toMap(
                  ServiceInfo::eventSource, ServiceInfo::actionPrefix, (one, other) -> one));

  private final AccessTables tables;
  private final EventStreams events;
  private final EventActors actors = new EventActors();
  private @Nullable ScheduledExecutorService timer;

  AccessUses(AccessTables tables, EventStreams events) {
    this.tables = tables;
    this.events = events;
  }

  /** Reads what is new from time to time, until it is closed. */
  synchronized void start(Duration interval) {
    if (timer == null) {
      timer =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("access-advisor").factory());
      timer.scheduleWithFixedDelay(
          this::catchUpQuietly, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Reads to the end in steps, with rests that leave the processor to requests: a report reads what
   * is missing by itself.
   */
  private void catchUpQuietly() {
    try {
      var began = System.nanoTime();
      while (!Thread.currentThread().isInterrupted() && step()) {
        LockSupport.parkNanos(RESTS * (System.nanoTime() - began));
        began = System.nanoTime();
      }
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "The uses of services could not be written", e);
    }
  }

  /** Reads the stream to its end: every call that was answered before is in it then. */
  public synchronized void catchUp() {
    events.flush();
    boolean more;
    do {
      more = step();
    } while (more);
  }

  /** Reads some of the stream; false at its end. */
  private synchronized boolean step() {
    var found = tables.place().get(PLACE);
    var begin = found == null ? 0 : found.sequence();
    var end = begin;
    var uses = new HashMap<String, Use>();
    for (var i = 0; i < READS; i++) {
      var calls = events.nextCalls(end);
      if (calls.isEmpty()) {
        break;
      }
      aggregate(calls, uses);
      end = calls.getLast().sequence();
    }
    if (end > begin) {
      store(uses, end);
    }
    return end > begin;
  }

  private void aggregate(List<ApiCall> calls, Map<String, Use> uses) {
    for (var call : calls) {
      var prefix = PREFIXES.get(call.eventSource());
      var actor = prefix == null ? null : actors.of(call);
      if (actor != null && prefix != null) {
        var use = new Use(call.time().truncatedTo(ChronoUnit.SECONDS), call.region());
        note(uses, Key.of(actor.accountId(), actor.id(), prefix, ""), use);
        for (var action : actions(call, prefix)) {
          var colon = action.indexOf(':');
          note(
              uses, Key.of(actor.accountId(), actor.id(), action.substring(0, colon), action), use);
        }
      }
    }
  }

  private static void note(Map<String, Use> uses, String key, Use use) {
    uses.merge(key, use, (one, other) -> one.time().isAfter(other.time()) ? one : other);
  }

  /** What was decided on; where nothing was, the operation. */
  private static Set<String> actions(ApiCall call, String prefix) {
    var actions = new HashSet<>(EventActors.actions(call));
    if (actions.isEmpty()) {
      actions.add(prefix + ":" + call.eventName());
    }
    return actions;
  }

  private void store(Map<String, Use> uses, long sequence) {
    var rows = new ArrayList<>(uses.entrySet());
    for (var from = 0; from == 0 || from < rows.size(); from += MOST_ROWS) {
      var some = rows.subList(from, Math.min(from + MOST_ROWS, rows.size()));
      var last = from + MOST_ROWS >= rows.size();
      tables
          .store()
          .write(
              tx -> {
                for (var row : some) {
                  var known = tables.uses().get(tx, row.getKey());
                  if (known == null || known.time().isBefore(row.getValue().time())) {
                    tables.uses().put(tx, row.getKey(), row.getValue());
                  }
                }
                if (last) {
                  tables.place().put(tx, PLACE, new Place(sequence));
                }
                return some.size();
              });
    }
  }

  /** What a principal has used, as far as the stream was read; see {@link #catchUp}. */
  public List<Used> of(String accountId, String principalId) {
    return tables.store().read(tx -> of(tx, accountId, principalId));
  }

  /** As {@link #of(String, String)}, within a transaction. */
  List<Used> of(ReadTx tx, String accountId, String principalId) {
    var found = new ArrayList<Used>();
    tables
        .uses()
        .forEach(
            tx,
            Scan.prefix(Key.prefix(accountId, principalId)),
            row -> {
              var parts = Key.split(row.key(), 4);
              var use = row.value();
              found.add(new Used(parts.get(2), parts.get(3), use.time(), use.region()));
            });
    return found;
  }

  /** The last use of each service in an account, whoever's it was, by the service's prefix. */
  Map<String, Use> ofServices(ReadTx tx, String accountId) {
    var found = new HashMap<String, Use>();
    tables
        .uses()
        .forEach(
            tx,
            Scan.prefix(Key.prefix(accountId)),
            row -> {
              var parts = Key.split(row.key(), 4);
              if (parts.getLast().isEmpty()) {
                note(found, parts.get(2), row.value());
              }
            });
    return found;
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
  }
}

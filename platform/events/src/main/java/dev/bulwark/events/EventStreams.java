package dev.bulwark.events;

import dev.bulwark.base.Ids;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Gatherer;
import dev.bulwark.state.Index;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteAction;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The two streams, kept in the store: append-only, in one order, durable with the transactions that
 * append to them; and what services tell event buses, until it is there. Consumers read them from
 * where they left off; CloudTrail's LookupEvents finds management events through an index.
 */
public final class EventStreams {
  /** By what else than place and time management events are found; names as in LookupEvents. */
  public enum Attribute {
    EVENT_ID,
    EVENT_NAME,
    EVENT_SOURCE,
    USERNAME,
    ACCESS_KEY_ID,
    READ_ONLY,
    RESOURCE_TYPE,
    RESOURCE_NAME
  }

  /**
   * Which management events to find.
   *
   * @param attribute null for all
   * @param value null where there is no attribute
   */
  public record Query(
      String accountId,
      String region,
      @Nullable Attribute attribute,
      @Nullable String value,
      Instant from,
      Instant to) {}

  /**
   * Some of the events that were looked for, newest first.
   *
   * @param next where to go on; null at the end
   */
  public record Page(List<ApiCall> calls, @Nullable String next) {}

  private static final System.Logger LOG = System.getLogger(EventStreams.class.getName());
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int SEQUENCE_DIGITS = 19;
  private static final int SCAN = 20;
  private static final int MOST_WAITING = 20_000;

  /** What a new row's calls get at once, in bytes, however long the last ones were. */
  private static final int MOST_ROOM = 1 << 20;

  /**
   * Calls that come within this time share a row and a commit, which are most of what a record
   * costs.
   */
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(
          20, TimeUnit.MILLISECONDS, task -> Thread.ofVirtual().name("events").start(task));

  private static final Scan NEWEST = Scan.all().reversed().limit(1);

  /**
   * How far an event's place in the stream may be from the time in its id, which is given when the
   * event is made.
   */
  private static final Duration ID_WINDOW = Duration.ofMinutes(2);

  private final Store store;
  private final Table<Segment> calls;
  private final Table<ResourceChange> changes;
  private final Table<BusEvent> toBuses;

  /** Calls that are committed together share rows. */
  private final Gatherer<PreparedCall> gatherer;

  private final AtomicLong lastSequence;
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore room = new Semaphore(MOST_WAITING);

  /** How long the newest of those that wait became, in bytes. */
  private int usualLength;

  private List<OpenSegment> waiting = new ArrayList<>();
  private boolean scheduled;

  /** The streams of a store. */
  public EventStreams(Store store) {
    this.store = store;
    this.calls =
        store.table(
            TableSpec.of(
                "events_calls",
                Codec.of(Segment::bytes, Segment::ofBytes),
                Index.ofMany(Segment.INDEX, Segment::indexKeys)));
    this.changes = store.table(TableSpec.json("events_changes", ResourceChange.class));
    this.toBuses = store.table(TableSpec.json("events_to_buses", BusEvent.class));
    this.gatherer = store.gatherer(this::insert);
    this.lastSequence =
        new AtomicLong(
            store.read(
                tx -> Math.max(newest(calls.keys(tx, NEWEST)), newest(changes.keys(tx, NEWEST)))));
  }

  private static long newest(List<String> keys) {
    return keys.isEmpty() ? 0 : Long.parseLong(keys.getFirst());
  }

  /** Appends an API call, in the transaction of the change that it made. */
  public void append(WriteTx tx, PreparedCall call) {
    gatherer.add(tx, call);
  }

  /** Makes a call ready to be appended: outside of the transaction, where there is time. */
  public PreparedCall prepare(ApiCall call) {
    return new PreparedCall(call);
  }

  /**
   * Appends an API call that changed nothing: durable within a fraction of a second, without
   * waiting. Calls that come together share one row. Waits where too many wait already.
   *
   * @throws StoreException where that was in vain, since the store cannot write
   */
  public void appendLater(ApiCall call) {
    var prepared = prepare(call);
    awaitRoom();
    boolean first;
    lock.lock();
    try {
      addWaiting(prepared);
      first = !scheduled;
      scheduled = true;
    } finally {
      lock.unlock();
    }
    if (first) {
      SOON.execute(this::recordWaiting);
    }
  }

  /** The lock is held. */
  private void addWaiting(PreparedCall call) {
    if (waiting.isEmpty() || !waiting.getLast().fits(call)) {
      waiting.add(new OpenSegment(usualLength));
    }
    waiting.getLast().add(call);
    usualLength = Math.min(waiting.getLast().length(), MOST_ROOM);
  }

  private void awaitRoom() {
    try {
      if (room.tryAcquire(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new StoreException(
        StoreException.Kind.IO, "the record of API calls cannot be written; is the disk full?");
  }

  private void recordWaiting() {
    try {
      appendWaiting();
    } catch (StoreException e) {
      // Nothing is lost: the next call tries again. Closing has flushed before, so what comes then
      // has no store to go to.
      lock.lock();
      try {
        scheduled = false;
      } finally {
        lock.unlock();
      }
      if (e.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.ERROR, "API calls cannot be recorded", e);
      }
    }
  }

  /** Returns when everything is durable that has been appended. */
  public void flush() {
    appendWaiting();
    store.flush();
  }

  private void appendWaiting() {
    var taken = new Taken();
    store.append(taken, taken::settled);
  }

  /**
   * Appends what waits when it is run; the same again where it has to be run again. There is room
   * for others once it is durable, so that the heap does not fill while the disk is full.
   */
  private final class Taken implements WriteAction<RuntimeException> {
    private final List<OpenSegment> taken = new ArrayList<>();

    @Override
    public void apply(WriteTx tx) {
      if (taken.isEmpty()) {
        lock.lock();
        try {
          taken.addAll(waiting);
          waiting = new ArrayList<>();
          scheduled = false;
        } finally {
          lock.unlock();
        }
      }
      taken.forEach(open -> insert(tx, open));
    }

    void settled() {
      room.release(taken.stream().mapToInt(OpenSegment::count).sum());
    }
  }

  private void insert(WriteTx tx, List<PreparedCall> together) {
    var open = new OpenSegment(0);
    for (var call : together) {
      if (!open.fits(call)) {
        insert(tx, open);
        open = new OpenSegment(Math.min(open.length(), MOST_ROOM));
      }
      open.add(call);
    }
    insert(tx, open);
  }

  private void insert(WriteTx tx, OpenSegment open) {
    if (open.count() == 0) {
      return;
    }
    var last = new long[1];
    var row = open.close(() -> last[0] = nextSequence());
    calls.insert(tx, key(last[0]), row);
  }

  /** Appends a change of a resource, in the transaction that makes it. */
  public void append(WriteTx tx, ResourceChange change) {
    changes.insert(tx, key(nextSequence()), change);
  }

  /**
   * API calls in the order of the stream, data events too, after a place in it; 0 for the
   * beginning.
   */
  public List<ApiCall> callsAfter(long sequence, int limit) {
    return store.read(
        tx ->
            calls.scan(tx, Scan.all().after(key(sequence)).limit(limit)).stream()
                .flatMap(row -> row.value().calls().stream())
                .filter(call -> call.sequence() > sequence)
                .limit(limit)
                .toList());
  }

  /**
   * The next API calls in the order of the stream, data events too, after the last of those that
   * this gave before; 0 for the beginning. For consumers that read all: it gives what was appended
   * together as a whole, a few hundred calls at the most.
   */
  public List<ApiCall> nextCalls(long sequence) {
    return store.read(
        tx ->
            calls.scan(tx, Scan.all().after(key(sequence)).limit(1)).stream()
                .flatMap(row -> row.value().calls().stream())
                .toList());
  }

  /** The place of the newest API call that is durable; 0 where there is none. */
  public long newestCall() {
    return store.read(tx -> newest(calls.keys(tx, NEWEST)));
  }

  /** Tells an account's event bus of something, in the transaction in which it happens. */
  public void append(WriteTx tx, BusEvent event) {
    toBuses.insert(tx, key(nextSequence()), event);
  }

  /** The oldest events that are on their way to event buses; see {@link #arrived}. */
  public List<Entry<BusEvent>> toBuses(int limit) {
    return store.read(tx -> toBuses.scan(tx, Scan.all().limit(limit)));
  }

  /** Forgets events that have come to their event bus: they are kept nowhere else. */
  public void arrived(WriteTx tx, List<Entry<BusEvent>> events) {
    events.forEach(event -> toBuses.delete(tx, event.key()));
  }

  /**
   * Changes of resources in the order of the stream, after a place in it; a row's key is its place.
   */
  public List<Entry<ResourceChange>> changesAfter(long sequence, int limit) {
    return store.read(tx -> changes.scan(tx, Scan.all().after(key(sequence)).limit(limit)));
  }

  /**
   * Management events, newest first: in the order of the stream, in which a call that changed
   * nothing may stand behind one that came a fraction of a second later.
   *
   * @param from where an earlier page ended, null for the first
   * @param limit events of a page at the most
   */
  public Page lookup(Query query, @Nullable String from, int limit) {
    flush();
    return query.attribute() == Attribute.EVENT_ID
        ? new Page(byId(query), null)
        : store.read(tx -> byIndex(tx, query, from, limit));
  }

  private Page byIndex(ReadTx tx, Query query, @Nullable String from, int limit) {
    var found = new ArrayList<ApiCall>(limit);
    var place = Place.parse(from);
    var cursor = place.cursor();
    while (true) {
      var rows =
          calls.scanByIndex(
              tx,
              Segment.INDEX,
              Scan.equal(Segment.indexKey(query)).reversed().after(cursor).limit(SCAN));
      for (var row : rows) {
        for (var call : row.value().calls().reversed()) {
          if (call.sequence() < place.before() && Segment.fits(call, query)) {
            if (found.size() == limit) {
              return new Page(found, new Place(found.getLast().sequence(), cursor).text());
            }
            found.add(call);
          }
        }
        if (isPast(row.value(), query)) {
          return new Page(found, null);
        }
        cursor = row.cursor();
      }
      if (rows.size() < SCAN) {
        return new Page(found, null);
      }
    }
  }

  /**
   * Whether all older segments are too old. Calls that overlapped may stand out of order, by a
   * request's length.
   */
  private static boolean isPast(Segment segment, Query query) {
    return segment.calls().getFirst().time().plus(ID_WINDOW).isBefore(query.from());
  }

  private List<ApiCall> byId(Query query) {
    var found = find(query.value() == null ? "" : query.value());
    return found.filter(call -> Segment.fits(call, query)).map(List::of).orElse(List.of());
  }

  /** The call that left an event, of whatever account and kind; also one of this moment. */
  public Optional<ApiCall> call(String eventId) {
    flush();
    return find(eventId);
  }

  private Optional<ApiCall> find(String id) {
    var millis = Ids.eventTime(id);
    if (millis.isEmpty()) {
      return Optional.empty();
    }
    var begin = TimeUnit.MILLISECONDS.toMicros(millis.getAsLong());
    var end = begin + TimeUnit.MILLISECONDS.toMicros(ID_WINDOW.toMillis());
    return store.read(
        tx -> {
          // The call may stand at the very microsecond that its id tells.
          var cursor = key(begin - 1);
          while (true) {
            var rows = calls.scan(tx, Scan.all().after(cursor).limit(SCAN));
            for (var row : rows) {
              for (var call : row.value().calls()) {
                if (call.eventId().equals(id)) {
                  return Optional.of(call);
                }
              }
              cursor = row.cursor();
            }
            if (rows.size() < SCAN || Long.parseLong(rows.getLast().key()) > end) {
              return Optional.empty();
            }
          }
        });
  }

  /**
   * Where a page ended: at a call, within the segment that follows a cursor.
   *
   * @param before the sequence of the last call that was given
   * @param cursor null for the newest segment
   */
  private record Place(long before, @Nullable String cursor) {
    static Place parse(@Nullable String text) {
      if (text == null) {
        return new Place(Long.MAX_VALUE, null);
      }
      var comma = text.indexOf(',');
      var cursor = text.substring(comma + 1);
      return new Place(Long.parseLong(text.substring(0, comma)), cursor.isEmpty() ? null : cursor);
    }

    String text() {
      return before + "," + (cursor == null ? "" : cursor);
    }
  }

  /**
   * A place in the stream after all that is in it: for consumers that begin with what comes. What
   * is appended from now on comes after it.
   */
  public long end() {
    return nextSequence();
  }

  private long nextSequence() {
    // Microseconds, so that places in the stream grow across restarts too without being kept
    // anywhere else.
    var now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    return lastSequence.updateAndGet(last -> Math.max(last + 1, now));
  }

  private static String key(long sequence) {
    var digits = Long.toString(sequence);
    return "0".repeat(SEQUENCE_DIGITS - digits.length()) + digits;
  }

  /** A record of a service as JSON, for {@link ResourceChange}. */
  @SuppressWarnings("unchecked") // the codec is made for the value's own class
  public static @Nullable String view(@Nullable Object value) {
    return value == null
        ? null
        : new String(
            ((Codec<Object>) Codec.json(value.getClass())).encode(value), StandardCharsets.UTF_8);
  }
}

package dev.bulwark.events;

import dev.bulwark.state.Codec;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The two streams, kept in the store: append-only, in one order, durable with the transactions that
 * append to them. Consumers read them from where they left off; CloudTrail's LookupEvents finds
 * management events through an index.
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

  private static final String PLACE = "place";
  private static final int SEQUENCE_DIGITS = 19;
  private static final int SCAN = 200;

  private final Store store;
  private final Table<ApiCall> calls;
  private final Table<ResourceChange> changes;
  private final AtomicLong lastSequence;

  /** The streams of a store. */
  public EventStreams(Store store) {
    this.store = store;
    this.calls =
        store.table(
            TableSpec.of(
                "events_calls", new ApiCallCodec(), Index.ofMany(PLACE, EventStreams::places)));
    this.changes = store.table(TableSpec.json("events_changes", ResourceChange.class));
    this.lastSequence = new AtomicLong(store.read(this::newestSequence));
  }

  private long newestSequence(ReadTx tx) {
    var newestCall = calls.keys(tx, Scan.all().reversed().limit(1));
    var newestChange = changes.keys(tx, Scan.all().reversed().limit(1));
    return Math.max(
        newestCall.isEmpty() ? 0 : Long.parseLong(newestCall.getFirst()),
        newestChange.isEmpty() ? 0 : Long.parseLong(newestChange.getFirst()));
  }

  /** Appends an API call, in the transaction of the change that it made. */
  public void append(WriteTx tx, ApiCall call) {
    var sequence = nextSequence();
    calls.insert(tx, key(sequence), call.withSequence(sequence));
  }

  /** Appends an API call that changed nothing: durable soon, without waiting. */
  public void appendLater(ApiCall call) {
    store.append(tx -> append(tx, call));
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
                .map(Entry::value)
                .toList());
  }

  /** Changes of resources in the order of the stream, after a place in it, with their places. */
  public List<Entry<ResourceChange>> changesAfter(long sequence, int limit) {
    return store.read(tx -> changes.scan(tx, Scan.all().after(key(sequence)).limit(limit)));
  }

  /**
   * Management events, newest first.
   *
   * @param from where an earlier page ended, null for the first
   * @param limit events of a page at the most
   */
  public Page lookup(Query query, @Nullable String from, int limit) {
    store.flush();
    var indexKey = indexKey(query);
    return store.read(
        tx -> {
          var found = new ArrayList<ApiCall>(limit);
          var cursor = from;
          while (true) {
            var rows =
                calls.scanByIndex(
                    tx, PLACE, Scan.equal(indexKey).reversed().after(cursor).limit(SCAN));
            for (var row : rows) {
              var call = row.value();
              if (call.time().isBefore(query.from())) {
                // Times follow the order of the stream but for calls that overlapped, by seconds at
                // the most.
                if (call.time().plusSeconds(60).isBefore(query.from())) {
                  return new Page(found, null);
                }
              } else if (!call.time().isAfter(query.to())) {
                if (found.size() == limit) {
                  return new Page(found, cursor);
                }
                found.add(call);
              }
              cursor = row.cursor();
            }
            if (rows.size() < SCAN) {
              return new Page(found, null);
            }
          }
        });
  }

  /**
   * The newest API call that fits, data events too; for tools that explain what has just happened.
   */
  public Optional<ApiCall> newest(Predicate<ApiCall> fits, int within) {
    store.flush();
    return store.read(
        tx ->
            calls.scan(tx, Scan.all().reversed().limit(within)).stream()
                .map(Entry::value)
                .filter(fits)
                .findFirst());
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

  private static String indexKey(Query query) {
    return query.attribute() == null
        ? Key.of(query.accountId(), query.region(), "")
        : Key.of(
            query.accountId(),
            query.region(),
            query.attribute().name(),
            query.value() == null ? "" : query.value());
  }

  /** Data events are many, and LookupEvents does not show them: they are in no index. */
  private static List<String> places(ApiCall call) {
    if (!call.management()) {
      return List.of();
    }
    var place = Key.prefix(call.accountId(), call.region());
    var keys = new ArrayList<String>(8 + 2 * call.resources().size());
    keys.add(place);
    add(keys, place, Attribute.EVENT_ID, call.eventId());
    add(keys, place, Attribute.EVENT_NAME, call.eventName());
    add(keys, place, Attribute.EVENT_SOURCE, call.eventSource());
    add(keys, place, Attribute.READ_ONLY, Boolean.toString(call.readOnly()));
    add(keys, place, Attribute.USERNAME, call.userName());
    add(keys, place, Attribute.ACCESS_KEY_ID, call.accessKeyId());
    for (var resource : call.resources()) {
      add(keys, place, Attribute.RESOURCE_TYPE, resource.type());
      add(keys, place, Attribute.RESOURCE_NAME, resource.name());
    }
    return keys.stream().distinct().toList();
  }

  private static void add(
      List<String> keys, String place, Attribute attribute, @Nullable String value) {
    if (value != null) {
      keys.add(place + Key.of(attribute.name(), value));
    }
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

package dev.bulwark.monitoring.logs;

import dev.bulwark.monitoring.logs.LogsTables.Place;
import dev.bulwark.monitoring.logs.LogsTables.Segment;
import dev.bulwark.monitoring.logs.LogsTables.Size;
import dev.bulwark.state.Attached;
import dev.bulwark.state.Attachment;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of log groups: what was put together is one segment, whose bytes lie in the packs of
 * the store. Segments overlap in time, but a segment spans a day at the most, so that few are
 * looked at for a range; reading merges them.
 */
final class EventStore {
  /** What a segment spans at the most, in milliseconds. */
  static final long LONGEST_SPAN = TimeUnit.DAYS.toMillis(1);

  private static final int SCAN = 100;
  private static final int ATTEMPTS = 3;
  private static final int MOST_EXPIRED = 500;

  private final LogsTables tables;
  private final SegmentCodec codec;
  private final AtomicLong lastArrival = new AtomicLong();

  EventStore(LogsTables tables, SegmentCodec codec) {
    this.tables = tables;
    this.codec = codec;
  }

  /** Events on their way into the store. */
  record Prepared(
      LogGroupRecord group,
      String stream,
      long arrival,
      long first,
      Segment segment,
      Attachment content) {}

  /** Makes events ready to be stored, outside of the transaction. */
  Prepared prepare(
      LogGroupRecord group, String stream, List<SegmentCodec.Entry> events, long now, long bytes) {
    long micros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    long arrival = lastArrival.updateAndGet(last -> Math.max(last + 1, micros));
    long first = events.getFirst().timestamp();
    var key = key(group.id(), stream, first, arrival);
    return new Prepared(
        group,
        stream,
        arrival,
        first,
        new Segment(events.getLast().timestamp(), events.size(), now, bytes),
        tables.segments().attach(key, codec.encode(group, key, events)));
  }

  void put(WriteTx tx, Prepared events) {
    var id = events.group().id();
    var key = key(id, events.stream(), events.first(), events.arrival());
    var place = new Place(key);
    tables.segments().put(tx, key, events.segment(), events.content());
    tables
        .byEnd()
        .put(tx, key(id, events.stream(), events.segment().last(), events.arrival()), place);
    tables.byTime().put(tx, Key.of(id, digits(events.first()), digits(events.arrival())), place);
    resize(tx, id, events.segment().bytes());
  }

  private void resize(WriteTx tx, String id, long bytes) {
    var size = tables.sizes().get(tx, id);
    tables.sizes().put(tx, id, new Size(Math.max(0, (size == null ? 0 : size.bytes()) + bytes)));
  }

  private static String key(String groupId, String stream, long timestamp, long arrival) {
    return Key.of(groupId, stream, digits(timestamp), digits(arrival));
  }

  private static String digits(long number) {
    return "%019d".formatted(number);
  }

  /** The events of a segment, one after the other, from either end. */
  private final class Cursor implements Comparable<Cursor> {
    private final String stream;
    private final long arrival;
    private final Segment segment;
    private final List<SegmentCodec.Entry> events;
    private final int step;
    private int at;

    Cursor(LogGroupRecord group, String key, Segment segment, byte[] content, boolean forward) {
      var parts = Key.split(key, 4);
      this.stream = parts.get(1);
      this.arrival = Long.parseLong(parts.get(3));
      this.segment = segment;
      this.events = codec.decode(group, key, content);
      this.step = forward ? 1 : -1;
      this.at = forward ? 0 : events.size() - 1;
    }

    boolean hasNext() {
      return at >= 0 && at < events.size();
    }

    Position position() {
      return new Position(events.get(at).timestamp(), arrival, at);
    }

    StoredEvent take() {
      var event =
          new StoredEvent(stream, position(), events.get(at).message(), segment.ingestion());
      at += step;
      return event;
    }

    @Override
    public int compareTo(Cursor other) {
      return step > 0
          ? position().compareTo(other.position())
          : other.position().compareTo(position());
    }
  }

  /**
   * Hands out the events of a group, or of one of its streams, in their order.
   *
   * @param stream null for all
   * @param after they come after this position
   * @param until the first timestamp that is too late
   * @param wanted takes an event, and tells whether there is to be a next one
   */
  void forward(
      LogGroupRecord group,
      @Nullable String stream,
      Position after,
      long until,
      Predicate<StoredEvent> wanted) {
    var prefix = stream == null ? Key.prefix(group.id()) : Key.prefix(group.id(), stream);
    var from = prefix + digits(Math.max(0, after.timestamp() - LONGEST_SPAN));
    var heap = new PriorityQueue<Cursor>();
    while (true) {
      var keys = keys(stream, Scan.prefix(prefix).after(from).limit(SCAN));
      for (var key : keys) {
        long first = Long.parseLong(Key.split(key.segment(), 4).get(2));
        if (first >= until) {
          drain(heap, after, until, wanted);
          return;
        }
        if (!drain(heap, after, Math.min(first, until), wanted)) {
          return;
        }
        push(group, key.segment(), heap, after.timestamp());
      }
      if (keys.size() < SCAN) {
        drain(heap, after, until, wanted);
        return;
      }
      from = keys.getLast().scanned();
    }
  }

  /** The key of a segment, and the key by which it was found. */
  private record Found(String segment, String scanned) {}

  private List<Found> keys(@Nullable String stream, Scan scan) {
    return tables
        .store()
        .read(
            tx ->
                stream == null
                    ? tables.byTime().scan(tx, scan).stream()
                        .map(row -> new Found(row.value().segmentKey(), row.key()))
                        .toList()
                    : tables.segments().keys(tx, scan).stream()
                        .map(key -> new Found(key, key))
                        .toList());
  }

  /**
   * Takes a segment in.
   *
   * @param from for going forward, the oldest timestamp that is wanted; -1 for going backward
   */
  private void push(LogGroupRecord group, String key, PriorityQueue<Cursor> heap, long from) {
    var found = tables.segments().attached(key);
    if (found == null || found.value().last() < from) {
      return;
    }
    var cursor = new Cursor(group, key, found.value(), content(key, found), from >= 0);
    if (cursor.hasNext()) {
      heap.add(cursor);
    }
  }

  /** Bytes may be moved between the look at the row and the look at them: then both again. */
  private byte[] content(String key, Attached<Segment> found) {
    for (int attempt = 1; ; attempt++) {
      try {
        return found.attachment() == null ? new byte[0] : found.attachment().read();
      } catch (StoreException e) {
        var again = tables.segments().attached(key);
        if (e.kind() != StoreException.Kind.NOT_FOUND || again == null || attempt == ATTEMPTS) {
          throw e;
        }
        found = again;
      }
    }
  }

  /** Hands out what comes before a time; false where no more is wanted. */
  private static boolean drain(
      PriorityQueue<Cursor> heap, Position after, long until, Predicate<StoredEvent> wanted) {
    while (!heap.isEmpty() && heap.peek().position().timestamp() < until) {
      var cursor = heap.poll();
      var event = cursor.take();
      if (cursor.hasNext()) {
        heap.add(cursor);
      }
      if (event.position().compareTo(after) > 0 && !wanted.test(event)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Hands out the events of a stream from the newest to the oldest.
   *
   * @param before they come before this position
   * @param from the oldest timestamp
   */
  void backward(
      LogGroupRecord group,
      String stream,
      Position before,
      long from,
      Predicate<StoredEvent> wanted) {
    var prefix = Key.prefix(group.id(), stream);
    var heap = new PriorityQueue<Cursor>();
    @Nullable String cursor = null;
    while (true) {
      var rows = scanByEnd(Scan.prefix(prefix).reversed().after(cursor).limit(SCAN));
      for (var row : rows) {
        long last = Long.parseLong(Key.split(row.key(), 4).get(2));
        if (!drainBack(heap, before, Math.max(last, from - 1), from, wanted) || last < from) {
          return;
        }
        push(group, row.value().segmentKey(), heap, -1);
      }
      if (rows.size() < SCAN) {
        drainBack(heap, before, from - 1, from, wanted);
        return;
      }
      cursor = rows.getLast().cursor();
    }
  }

  private List<Entry<Place>> scanByEnd(Scan scan) {
    return tables.store().read(tx -> tables.byEnd().scan(tx, scan));
  }

  /** Hands out what comes after a time; false where no more is wanted. */
  private static boolean drainBack(
      PriorityQueue<Cursor> heap,
      Position before,
      long after,
      long from,
      Predicate<StoredEvent> wanted) {
    while (!heap.isEmpty() && heap.peek().position().timestamp() > after) {
      var cursor = heap.poll();
      var event = cursor.take();
      if (cursor.hasNext()) {
        heap.add(cursor);
      }
      if (event.position().compareTo(before) < 0
          && event.timestamp() >= from
          && !wanted.test(event)) {
        return false;
      }
    }
    return true;
  }

  /** The event at a position; null where there is none. */
  @Nullable StoredEvent at(LogGroupRecord group, Position position) {
    var found = new StoredEvent[1];
    forward(
        group,
        null,
        Position.before(position.timestamp()),
        position.timestamp() + 1,
        event -> {
          if (event.position().equals(position)) {
            found[0] = event;
          }
          return found[0] == null;
        });
    return found[0];
  }

  /**
   * Deletes segments all of whose events are older than that time.
   *
   * @return whether there may be more
   */
  boolean expire(LogGroupRecord group, long keptFrom) {
    var prefix = Scan.prefix(Key.prefix(group.id())).limit(MOST_EXPIRED);
    var old =
        tables.store().read(tx -> tables.byTime().scan(tx, prefix)).stream()
            .filter(row -> Long.parseLong(Key.split(row.key(), 3).get(1)) < keptFrom)
            .toList();
    var deleted = new int[1];
    tables
        .store()
        .run(
            tx -> {
              deleted[0] = 0;
              for (var row : old) {
                var segment = tables.segments().get(tx, row.value().segmentKey());
                if (segment != null && segment.last() < keptFrom) {
                  delete(tx, group, row.key(), row.value().segmentKey(), segment);
                  deleted[0]++;
                }
              }
            });
    return deleted[0] == MOST_EXPIRED;
  }

  private void delete(
      WriteTx tx, LogGroupRecord group, String timeKey, String segmentKey, Segment segment) {
    var parts = Key.split(segmentKey, 4);
    tables.segments().delete(tx, segmentKey);
    tables.byTime().delete(tx, timeKey);
    tables
        .byEnd()
        .delete(tx, key(group.id(), parts.get(1), segment.last(), Long.parseLong(parts.get(3))));
    resize(tx, group.id(), -segment.bytes());
  }

  /** Deletes the events of a stream. */
  void deleteStream(WriteTx tx, LogGroupRecord group, String stream) {
    var prefix = Key.prefix(group.id(), stream);
    tables
        .segments()
        .forEach(
            tx,
            Scan.prefix(prefix),
            row -> {
              var parts = Key.split(row.key(), 4);
              tables.byTime().delete(tx, Key.of(group.id(), parts.get(2), parts.get(3)));
              resize(tx, group.id(), -row.value().bytes());
            });
    tables.segments().deleteAll(tx, prefix);
    tables.byEnd().deleteAll(tx, prefix);
  }
}

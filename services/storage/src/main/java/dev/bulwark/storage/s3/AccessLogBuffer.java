package dev.bulwark.storage.s3;

import dev.bulwark.base.Ids;
import dev.bulwark.state.Key;
import dev.bulwark.state.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Lines of access logs on their way. They are collected in memory, which holds up no request, and
 * from there put into rows every few seconds; {@link AccessLogWorker} makes objects of these. A
 * crash loses what was still in memory, as AWS promises no more than its best effort.
 */
final class AccessLogBuffer {
  private static final System.Logger LOG = System.getLogger(AccessLogBuffer.class.getName());

  /** So much is put into rows before its time. */
  private static final int FULL = 256 * 1024;

  /** More than this in memory is dropped: the store does not take it. */
  private static final int MOST = 16 * 1024 * 1024;

  /** Of the keys of rows. */
  private static final int PARTS = 4;

  private final Store store;
  private final S3Tables tables;
  private Map<String, Lines> lines = new LinkedHashMap<>();
  private int size;
  private long dropped;
  private Runnable full = () -> {};

  /** Lines of a log, the oldest of that time. */
  private record Lines(long first, StringBuilder text) {}

  AccessLogBuffer(Store store, S3Tables tables) {
    this.store = store;
    this.tables = tables;
  }

  /** Says who is told when there is much. */
  synchronized void onFull(Runnable listener) {
    full = listener;
  }

  /** Takes a line of a bucket's log. */
  synchronized void add(BucketRecord bucket, Instant time, String line) {
    if (size >= MOST) {
      dropped++;
      return;
    }
    var day = time.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    lines
        .computeIfAbsent(
            logOf(bucket, day), log -> new Lines(time.toEpochMilli(), new StringBuilder(4096)))
        .text()
        .append(line)
        .append('\n');
    int before = size;
    size += line.length() + 1;
    if (before < FULL && size >= FULL) {
      full.run();
    }
  }

  /** Puts what has come into rows; returns when they are durable. */
  void flush() {
    var rows = new LinkedHashMap<String, byte[]>();
    take()
        .forEach(
            (log, taken) ->
                rows.put(
                    log + nextOrder(taken.first()),
                    taken.text().toString().getBytes(StandardCharsets.UTF_8)));
    if (!rows.isEmpty()) {
      store.run(tx -> rows.forEach((row, text) -> tables.accessLogs.put(tx, row, text)));
    }
  }

  /** The order of rows is that of their times; those of one millisecond are told apart. */
  private String nextOrder(long time) {
    return String.format(Locale.ROOT, "%013d-", time) + Ids.eventId();
  }

  private synchronized Map<String, Lines> take() {
    if (dropped > 0) {
      long count = dropped;
      LOG.log(System.Logger.Level.WARNING, () -> count + " lines of access logs were dropped");
      dropped = 0;
    }
    var taken = lines;
    lines = new LinkedHashMap<>();
    size = 0;
    return taken;
  }

  // Rows: what a bucket's log has of one day, in order. A bucket that has got the name of another
  // one has a log of its own.

  private static String logOf(BucketRecord bucket, String day) {
    return Key.prefix(bucket.name(), Long.toString(bucket.created()), day);
  }

  /** What the rows of the same log and day begin with. */
  static String logOf(String row) {
    return row.substring(0, row.length() - Key.last(row, PARTS).length());
  }

  /** When the first line of a row was written, in milliseconds of the epoch. */
  static long timeOf(String row) {
    var order = Key.last(row, PARTS);
    return Long.parseLong(order.substring(0, order.indexOf('-')));
  }

  static String bucketOf(String log) {
    return Key.split(log, PARTS).getFirst();
  }

  static long createdOf(String log) {
    return Long.parseLong(Key.split(log, PARTS).get(1));
  }

  static Instant dayOf(String log) {
    return LocalDate.parse(Key.split(log, PARTS).get(2)).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}

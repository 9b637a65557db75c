package dev.bulwark.audit.cloudtrail;

import dev.bulwark.base.Ids;
import dev.bulwark.lake.LakeException;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.WriteTx;
import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Events of channels that are acknowledged and in no file yet: a row for each batch, compressed and
 * sealed. Rows leave in the transaction that makes their file known.
 */
final class ChannelBatches {
  private static final String PURPOSE = "cloudtrail/lake-pending";

  /** More than this do not wait: callers are to come again. */
  private static final long MOST_BYTES = 256L << 20;

  /** A file is worth writing for this many batches, or bytes of them. */
  private static final int ENOUGH_ROWS = 2000;

  private static final long ENOUGH_BYTES = 6L << 20;

  /** No more events go into a file at once. */
  private static final long MOST_UNPACKED = 32L << 20;

  private static final int READ_AT_ONCE = 50;

  private final LakeTables tables;
  private final LakeFiles files;
  private final Sealer sealer;
  private final AtomicLong waiting = new AtomicLong(-1);

  ChannelBatches(LakeTables tables, LakeFiles files, Sealer sealer) {
    this.tables = tables;
    this.files = files;
    this.sealer = sealer;
  }

  /** Whether there is room for more events. */
  boolean hasRoom() {
    return waiting() < MOST_BYTES;
  }

  private long waiting() {
    if (waiting.get() < 0) {
      var all = new AtomicLong();
      tables
          .store()
          .read(
              tx -> {
                tables.pending().forEach(tx, Scan.all(), row -> all.addAndGet(row.value().length));
                return all;
              });
      waiting.compareAndSet(-1, all.get());
    }
    return waiting.get();
  }

  /** A batch that is ready to be written. */
  record Batch(String key, byte[] sealed) {}

  /** Makes a batch: outside of the transaction, where there is time. */
  Batch prepare(String storeArn, List<byte[]> records) {
    var key = Key.of(storeArn, Ids.eventId());
    int length = 0;
    for (var record : records) {
      length += Integer.BYTES + record.length;
    }
    var plain = ByteBuffer.allocate(length);
    for (var record : records) {
      plain.putInt(record.length).put(record);
    }
    var compressor = new Lz4JavaCompressor();
    var out = ByteBuffer.allocate(Integer.BYTES + compressor.maxCompressedLength(length));
    out.putInt(length);
    int packed =
        compressor.compress(
            plain.array(), 0, length, out.array(), Integer.BYTES, out.capacity() - Integer.BYTES);
    var sealed =
        sealer.seal(
            PURPOSE,
            Arrays.copyOf(out.array(), Integer.BYTES + packed),
            key.getBytes(StandardCharsets.UTF_8));
    return new Batch(key, sealed);
  }

  void put(WriteTx tx, Batch batch) {
    tables.pending().put(tx, batch.key(), batch.sealed());
  }

  /** The batch is durable. */
  void added(Batch batch) {
    if (waiting.get() >= 0) {
      waiting.addAndGet(batch.sealed().length);
    }
  }

  private List<Entry<byte[]>> next(ReadTx tx, String prefix) {
    var rows = new ArrayList<Entry<byte[]>>();
    long bytes = 0;
    @Nullable String after = null;
    while (rows.size() < ENOUGH_ROWS && bytes < ENOUGH_BYTES) {
      var more = tables.pending().scan(tx, Scan.prefix(prefix).after(after).limit(READ_AT_ONCE));
      rows.addAll(more);
      bytes += size(more);
      if (more.size() < READ_AT_ONCE) {
        break;
      }
      after = more.getLast().cursor();
    }
    return rows;
  }

  private static long size(List<Entry<byte[]>> rows) {
    return rows.stream().mapToLong(row -> row.value().length).sum();
  }

  private List<byte[]> open(Entry<byte[]> row) {
    var packed = sealer.open(PURPOSE, row.value(), row.key().getBytes(StandardCharsets.UTF_8));
    var plain = new byte[ByteBuffer.wrap(packed).getInt()];
    new Lz4JavaDecompressor()
        .decompress(packed, Integer.BYTES, packed.length - Integer.BYTES, plain, 0, plain.length);
    var in = ByteBuffer.wrap(plain);
    var records = new ArrayList<byte[]>();
    while (in.hasRemaining()) {
      var record = new byte[in.getInt()];
      in.get(record);
      records.add(record);
    }
    return records;
  }

  /**
   * Writes what waits into files.
   *
   * @param all whether little is to be written, too
   */
  void keep(EventDataStoreRecord store, boolean all) throws LakeException {
    var prefix = Key.prefix(store.arn());
    while (true) {
      var rows = tables.store().read(tx -> next(tx, prefix));
      if (rows.isEmpty() || (rows.size() < ENOUGH_ROWS && size(rows) < ENOUGH_BYTES && !all)) {
        return;
      }
      var records = new ArrayList<byte[]>();
      var kept = new ArrayList<Entry<byte[]>>();
      long unpacked = 0;
      for (var row : rows) {
        if (unpacked >= MOST_UNPACKED) {
          break;
        }
        for (var record : open(row)) {
          records.add(record);
          unpacked += record.length;
        }
        kept.add(row);
      }
      // A channel's callers may send an event again.
      files.add(store, records, tx -> kept.forEach(row -> tables.pending().delete(tx, row.key())));
      if (waiting.get() >= 0) {
        waiting.addAndGet(-size(kept));
      }
    }
  }
}

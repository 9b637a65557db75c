package dev.bulwark.audit.cloudtrail;

import dev.bulwark.base.Ids;
import dev.bulwark.lake.LakeException;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
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

/**
 * Events of channels that are acknowledged and in no file yet: a row for each batch, compressed and
 * sealed. Rows leave in the transaction that makes their file known.
 */
final class ChannelBatches {
  private static final String PURPOSE = "cloudtrail/lake-pending";

  /** More than this do not wait: callers are to come again. */
  private static final long MOST_BYTES = 256L << 20;

  private static final int ROWS = 400;
  private static final int ENOUGH = 200;

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
      var rows =
          tables.store().read(tx -> tables.pending().scan(tx, Scan.prefix(prefix).limit(ROWS)));
      if (rows.isEmpty() || (rows.size() < ENOUGH && !all)) {
        return;
      }
      var records = new ArrayList<byte[]>();
      long bytes = 0;
      for (var row : rows) {
        records.addAll(open(row));
        bytes += row.value().length;
      }
      files.write(
          store, records, tx -> rows.forEach(row -> tables.pending().delete(tx, row.key())));
      if (waiting.get() >= 0) {
        waiting.addAndGet(-bytes);
      }
    }
  }
}

package dev.bulwark.storage.s3;

import dev.bulwark.state.BlobId;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.BlobWriter;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of objects, encrypted at rest: small ones sealed whole, for a row of the store; large
 * ones as blobs of blocks that are each sealed with their place, so that none can be changed, moved
 * or cut off unnoticed.
 */
final class Blobs {
  /** Plain bytes of a block: as many as make a block of the blob store when sealed. */
  static final int BLOCK = 64 * 1024 - Sealer.OVERHEAD;

  private static final int SEALED_BLOCK = BLOCK + Sealer.OVERHEAD;
  private static final String ROW = "s3/object-row";
  private static final String BLOB = "s3/object-blob";
  private static final System.Logger LOG = System.getLogger(Blobs.class.getName());

  private final BlobStore store;
  private final Sealer sealer;
  private final ReentrantLock lock = new ReentrantLock();

  /** By blob: how many readers will yet open it. */
  private final Map<String, Integer> leases = new HashMap<>();

  /** Blobs to delete when their last reader is done. */
  private final Set<String> doomed = new HashSet<>();

  Blobs(BlobStore store, Sealer sealer) {
    this.store = store;
    this.sealer = sealer;
  }

  // Small contents

  /** Seals the content of a small object for its row. */
  byte @Nullable [] seal(String bucket, String key, byte @Nullable [] content) {
    return content == null ? null : sealer.seal(ROW, content, place(bucket, key));
  }

  /** The content of a small object from its row. */
  byte[] open(String bucket, String key, byte[] sealed) {
    return sealer.open(ROW, sealed, place(bucket, key));
  }

  private static byte[] place(String bucket, String key) {
    return S3Tables.key(bucket, key).getBytes(StandardCharsets.UTF_8);
  }

  // Large contents

  /** Starts a new blob. */
  Writer create() {
    return new Writer(store.create());
  }

  /** Writes a blob; closing without {@link #commit} leaves nothing. */
  final class Writer implements AutoCloseable {
    private final BlobWriter out;
    private final byte[] block = new byte[BLOCK];
    private int filled;
    private long blocks;

    private Writer(BlobWriter out) {
      this.out = out;
    }

    void write(byte[] bytes, int offset, int length) {
      int from = offset;
      int rest = length;
      while (rest > 0) {
        if (filled == BLOCK) {
          flush(false);
        }
        int taken = Math.min(rest, BLOCK - filled);
        System.arraycopy(bytes, from, block, filled, taken);
        filled += taken;
        from += taken;
        rest -= taken;
      }
    }

    private void flush(boolean last) {
      var plain = filled == BLOCK ? block : Arrays.copyOf(block, filled);
      out.write(sealer.seal(BLOB, plain, blockPlace(out.id(), blocks, last)));
      blocks++;
      filled = 0;
    }

    /** Makes the blob durable, and returns its id. */
    String commit() {
      flush(true);
      return out.commit().id().value();
    }

    @Override
    public void close() {
      out.close();
    }
  }

  /**
   * Opens a part of a blob.
   *
   * @param size of the blob's content, whole
   * @throws StoreException NOT_FOUND where it was deleted
   */
  InputStream open(String blob, long size, long offset, long length) {
    var id = new BlobId(blob);
    long first = offset / BLOCK;
    long last = length == 0 ? first : (offset + length - 1) / BLOCK;
    var sealed = store.open(id, first * SEALED_BLOCK, (last - first + 1) * SEALED_BLOCK);
    return new Reader(id, sealed, size, first, (int) (offset - first * BLOCK), length);
  }

  private static byte[] blockPlace(BlobId blob, long index, boolean last) {
    var text = blob.value() + '/' + index + (last ? "/last" : "");
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private final class Reader extends InputStream {
    private final BlobId id;
    private final InputStream in;
    private final long size;
    private long index;
    private int skip;
    private long rest;
    private byte[] block = new byte[0];
    private int at;

    Reader(BlobId id, InputStream in, long size, long index, int skip, long rest) {
      this.id = id;
      this.in = in;
      this.size = size;
      this.index = index;
      this.skip = skip;
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (rest == 0) {
        return -1;
      }
      if (at == block.length) {
        next();
      }
      int count = (int) Math.min(Math.min(length, rest), block.length - at);
      System.arraycopy(block, at, target, from, count);
      at += count;
      rest -= count;
      return count;
    }

    private void next() throws IOException {
      long begin = index * BLOCK;
      int plain = (int) Math.min(BLOCK, size - begin);
      var sealed = in.readNBytes(plain + Sealer.OVERHEAD);
      block = sealer.open(BLOB, sealed, blockPlace(id, index, begin + plain == size));
      index++;
      at = skip;
      skip = 0;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  // Lives

  /**
   * Keeps blobs that will be read one after the other from being deleted until they are {@linkplain
   * #release released}.
   */
  void lease(List<PartRecord> parts) {
    lock.lock();
    try {
      parts.forEach(part -> leases.merge(part.blobId(), 1, Integer::sum));
    } finally {
      lock.unlock();
    }
  }

  /** Ends a lease; deletes what was to be deleted meanwhile. */
  void release(List<PartRecord> parts) {
    var free = new HashSet<String>();
    lock.lock();
    try {
      for (var part : parts) {
        var left =
            leases.computeIfPresent(part.blobId(), (id, count) -> count == 1 ? null : count - 1);
        if (left == null && doomed.remove(part.blobId())) {
          free.add(part.blobId());
        }
      }
    } finally {
      lock.unlock();
    }
    free.forEach(this::deleteNow);
  }

  /**
   * Deletes blobs that no row refers to any more. One that cannot be deleted is swept at the next
   * start.
   */
  void delete(Collection<String> blobs) {
    for (var blob : blobs) {
      if (!isLeased(blob)) {
        deleteNow(blob);
      }
    }
  }

  private boolean isLeased(String blob) {
    lock.lock();
    try {
      boolean leased = leases.containsKey(blob);
      if (leased) {
        doomed.add(blob);
      }
      return leased;
    } finally {
      lock.unlock();
    }
  }

  private void deleteNow(String blob) {
    try {
      store.delete(new BlobId(blob));
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "blob " + blob + " is left over", e);
    }
  }
}

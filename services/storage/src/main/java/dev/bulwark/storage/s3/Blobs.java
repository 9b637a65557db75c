package dev.bulwark.storage.s3;

import dev.bulwark.state.BlobId;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.BlobWriter;
import dev.bulwark.state.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
  /** As many sealed bytes as a block of the blob store has. */
  private static final int SEALED_BLOCK = 64 * 1024;

  private static final System.Logger LOG = System.getLogger(Blobs.class.getName());

  private final BlobStore store;
  private final ReentrantLock lock = new ReentrantLock();

  /** By blob: how many readers will yet open it. */
  private final Map<String, Integer> leases = new HashMap<>();

  /** Blobs to delete when their last reader is done. */
  private final Set<String> doomed = new HashSet<>();

  Blobs(BlobStore store) {
    this.store = store;
  }

  // Small contents

  /** Seals the content of a small object for its row. */
  static byte @Nullable [] seal(
      ContentSeal seal, String bucket, String key, byte @Nullable [] content) {
    return content == null
        ? null
        : seal.seal(
            ContentSeal.Form.ROW, content, place(bucket, key).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The content of a small object from its row.
   *
   * @param place where it was sealed
   */
  static byte[] open(ContentSeal seal, String place, byte[] sealed) {
    return seal.open(ContentSeal.Form.ROW, sealed, place.getBytes(StandardCharsets.UTF_8));
  }

  /** Where the content of a small object belongs. */
  static String place(String bucket, String key) {
    return S3Tables.key(bucket, key);
  }

  // Large contents

  /** Starts a new blob. */
  Writer create(ContentSeal seal) {
    return new Writer(store.create(), seal);
  }

  /** Writes a blob; closing without {@link #commit} leaves nothing. */
  final class Writer implements AutoCloseable {
    private final BlobWriter out;
    private final ContentSeal seal;
    private final byte[] block;
    private int filled;
    private long blocks;

    private Writer(BlobWriter out, ContentSeal seal) {
      this.out = out;
      this.seal = seal;
      this.block = new byte[plainBlock(seal)];
    }

    void write(byte[] bytes, int offset, int length) {
      int from = offset;
      int rest = length;
      while (rest > 0) {
        if (filled == block.length) {
          flush(false);
        }
        int taken = Math.min(rest, block.length - filled);
        System.arraycopy(bytes, from, block, filled, taken);
        filled += taken;
        from += taken;
        rest -= taken;
      }
    }

    private void flush(boolean last) {
      var plain = filled == block.length ? block : Arrays.copyOf(block, filled);
      out.write(seal.seal(ContentSeal.Form.BLOCK, plain, blockPlace(out.id(), blocks, last)));
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
   * Copies a blob as it is sealed.
   *
   * @return the id of the copy
   * @throws StoreException NOT_FOUND where it was deleted
   */
  String copy(String blob) {
    try (var in = store.open(new BlobId(blob));
        var out = store.create()) {
      in.transferTo(out);
      return out.commit().id().value();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a part of a blob.
   *
   * @param sealedAs the blob as which its bytes were sealed
   * @param size of the blob's content, whole
   * @throws StoreException NOT_FOUND where it was deleted
   */
  InputStream open(
      ContentSeal seal, String blob, String sealedAs, long size, long offset, long length) {
    var id = new BlobId(blob);
    int plain = plainBlock(seal);
    long first = offset / plain;
    long last = length == 0 ? first : (offset + length - 1) / plain;
    var sealed = store.open(id, first * SEALED_BLOCK, (last - first + 1) * SEALED_BLOCK);
    return new Reader(
        new Place(new BlobId(sealedAs), size, seal),
        sealed,
        first,
        (int) (offset - first * plain),
        length);
  }

  private static int plainBlock(ContentSeal seal) {
    return SEALED_BLOCK - seal.overhead();
  }

  /** As which blob what is read was sealed, of what size, and how. */
  private record Place(BlobId id, long size, ContentSeal seal) {}

  private static byte[] blockPlace(BlobId blob, long index, boolean last) {
    var text = blob.value() + '/' + index + (last ? "/last" : "");
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static final class Reader extends InputStream {
    private final Place place;
    private final InputStream in;
    private long index;
    private int skip;
    private long rest;
    private byte[] block = new byte[0];
    private int at;

    Reader(Place place, InputStream in, long index, int skip, long rest) {
      this.place = place;
      this.in = in;
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
      var seal = place.seal();
      int whole = plainBlock(seal);
      long begin = index * whole;
      int plain = (int) Math.min(whole, place.size() - begin);
      var sealed = in.readNBytes(plain + seal.overhead());
      block =
          seal.open(
              ContentSeal.Form.BLOCK,
              sealed,
              blockPlace(place.id(), index, begin + plain == place.size()));
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

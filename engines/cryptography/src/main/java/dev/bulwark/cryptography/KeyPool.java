package dev.bulwark.cryptography;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes key material, RSA's ahead of time: searching primes takes a tenth of a second to seconds,
 * so a few keys of each size that has been asked for are kept ready. Safe for many threads.
 */
public final class KeyPool implements AutoCloseable {

  private static final class Shelf {
    final ConcurrentLinkedQueue<KeyMaterial> ready = new ConcurrentLinkedQueue<>();

    /** Keys ready or in the making. */
    final AtomicInteger stocked = new AtomicInteger();
  }

  private final SecureRandom random;
  private final int size;
  private final Map<KeySpec, Shelf> shelves = new EnumMap<>(KeySpec.class);
  private final ExecutorService maker =
      Executors.newSingleThreadExecutor(
          work -> {
            var thread = new Thread(work, "key-pool");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
          });

  /**
   * A pool.
   *
   * @param size how many keys of each RSA size to keep once one of them was asked for
   */
  public KeyPool(SecureRandom random, int size) {
    this.random = random;
    this.size = size;
    for (var spec : KeySpec.values()) {
      if (spec.family() == KeySpec.Family.RSA) {
        shelves.put(spec, new Shelf());
      }
    }
  }

  /** New material, which nobody else gets. */
  public KeyMaterial take(KeySpec spec) {
    var shelf = shelves.get(spec);
    if (shelf == null) {
      return KeyMaterial.generate(spec, random);
    }
    var ready = shelf.ready.poll();
    if (ready != null) {
      shelf.stocked.decrementAndGet();
    }
    restock(spec, shelf);
    return ready == null ? KeyMaterial.generate(spec, random) : ready;
  }

  private void restock(KeySpec spec, Shelf shelf) {
    while (true) {
      int stocked = shelf.stocked.get();
      if (stocked >= size) {
        return;
      }
      if (shelf.stocked.compareAndSet(stocked, stocked + 1)) {
        try {
          maker.execute(() -> shelf.ready.add(KeyMaterial.generate(spec, random)));
        } catch (RejectedExecutionException e) {
          return;
        }
      }
    }
  }

  /** Stops making keys, and wipes those that are ready. */
  @Override
  public void close() {
    maker.shutdownNow();
    shelves.values().forEach(shelf -> shelf.ready.forEach(KeyMaterial::close));
  }
}

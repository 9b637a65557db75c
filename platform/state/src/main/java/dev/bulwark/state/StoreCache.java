package dev.bulwark.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values for hot keys, right at once after a write: a {@link #get} that starts after {@link
 * Store#write} returned never answers what was before it. A hit takes no lock and does not touch
 * the database. That there is no value is remembered too.
 *
 * <p>Each key belongs to a stripe, and each stripe counts the commits that changed a key of it. A
 * value is stored with the count from before it was loaded, and is a hit only while the count is
 * the same: so a slow loader that read before a commit can do no harm after it.
 */
public final class StoreCache<V> {

  private record Slot<V>(@Nullable V value, long generation) {}

  private final AtomicLongArray generations;
  private final Function<String, @Nullable V> load;
  private final BooleanSupplier inTransaction;
  private final Cache<String, Slot<V>> slots;

  /**
   * @param stripes a power of two
   * @param inTransaction whether this thread is in a transaction, whose view is not everyone's
   */
  StoreCache(
      int maxEntries,
      int stripes,
      Function<String, @Nullable V> load,
      BooleanSupplier inTransaction) {
    this.generations = new AtomicLongArray(stripes);
    this.load = load;
    this.inTransaction = inTransaction;
    this.slots = Caffeine.newBuilder().maximumSize(maxEntries).executor(Runnable::run).build();
  }

  /**
   * The value of a key; null where there is none. Inside a transaction, as that transaction sees
   * it.
   */
  public @Nullable V get(String key) {
    if (inTransaction.getAsBoolean()) {
      return load.apply(key);
    }
    int stripe = stripe(key);
    var hit = slots.getIfPresent(key);
    long generation = generations.get(stripe);
    if (hit != null && hit.generation() == generation) {
      return hit.value();
    }
    var value = load.apply(key);
    slots.put(key, new Slot<>(value, generation));
    return value;
  }

  /**
   * The value of a key if it is at hand and still what every transaction would find, those of the
   * group included in which this thread is; else null. Costs no look at the database.
   */
  public @Nullable V peek(String key) {
    var hit = slots.getIfPresent(key);
    return hit != null && hit.generation() == generations.get(stripe(key)) ? hit.value() : null;
  }

  /**
   * Tells that a row of this key changes, for those of the same group; and that it has changed,
   * after the commit, before its writer is told.
   */
  void changed(String key) {
    generations.incrementAndGet(stripe(key));
  }

  /** Tells that anything may have changed. */
  void changedAll() {
    for (int i = 0; i < generations.length(); i++) {
      generations.incrementAndGet(i);
    }
  }

  private int stripe(String key) {
    int h = key.hashCode();
    return (h ^ (h >>> 16)) & (generations.length() - 1);
  }
}

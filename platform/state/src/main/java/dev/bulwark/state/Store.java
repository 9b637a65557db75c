package dev.bulwark.state;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that Bulwark knows, in typed tables with transactions across them. Written by one
 * thread that commits waiting transactions in groups; read by any number of threads on snapshots.
 *
 * <p>A read that starts after a write has returned sees it. A transaction started inside another
 * one on the same thread joins it.
 */
public interface Store extends AutoCloseable {

  /**
   * Opens the store of a data folder, making both where they do not exist.
   *
   * @throws StoreException IN_USE, NEWER, PERMISSION, DISK_FULL, CORRUPT or IO, with a message for
   *     the person who started the program
   */
  static Store open(Path dataDir) {
    return SqliteStore.open(dataDir);
  }

  /**
   * Opens an empty store in a temporary folder, in memory where the machine allows; gone when
   * closed.
   */
  static Store ephemeral() {
    return SqliteStore.ephemeral();
  }

  /** The data folder. */
  Path directory();

  /** Whether what is written is to outlive the machine's failure; not so for {@link #ephemeral}. */
  boolean isDurable();

  /**
   * Declares a table, and makes it where it does not exist. Declaring it again returns the same
   * table.
   *
   * @throws IllegalArgumentException if it is declared with other indexes than before
   */
  <T> Table<T> table(TableSpec<T> spec);

  /** Runs {@code f} on this thread over a consistent view. */
  <R, X extends Exception> R read(ReadFunction<R, X> f) throws X;

  /**
   * Runs {@code f} on the writer's thread, and returns when its changes are durable. An exception
   * of {@code f} undoes its changes alone, and is thrown here as it is.
   *
   * @throws StoreException if the changes could not be made durable; none of them is seen by
   *     anyone. Where the disk failed in the commit itself (IO, DISK_FULL), they may yet lie whole
   *     in the write-ahead log until the next commit: a program that ends before that finds them at
   *     its next start, so that what rows refer to is better kept than destroyed
   */
  <R, X extends Exception> R write(WriteFunction<R, X> f) throws X;

  /** {@link #write} for what has no result. */
  default <X extends Exception> void run(WriteAction<X> f) throws X {
    this.<Boolean, X>write(
        tx -> {
          f.apply(tx);
          return true;
        });
  }

  /**
   * Has {@code f} run by the writer without waiting: its changes are durable with one of the next
   * groups, in the order of the calls of one thread. Waits while too many wait already. {@code f}
   * is run again later where the disk was full or failed; what else it throws is logged. Inside a
   * {@link #write} it is simply part of that.
   *
   * @throws StoreException if the disk has been failing and as many changes as can be held wait for
   *     it
   */
  default void append(WriteAction<?> f) {
    append(f, () -> {});
  }

  /**
   * The same for one who has to know when it is over.
   *
   * @param settled called on the writer's thread once the changes are durable, or given up; inside
   *     of a {@link #write} at once
   */
  void append(WriteAction<?> f, Runnable settled);

  /** Returns when everything appended before is durable. */
  void flush();

  /**
   * What collects the leavings of the functions of a group of writes.
   *
   * @param write puts them into the group's transaction, on the writer's thread
   */
  <E> Gatherer<E> gatherer(BiConsumer<WriteTx, List<E>> write);

  /**
   * A cache of values that {@code load} makes from several rows of the given tables (all policies
   * of a principal, say). A change of any row of these tables forgets all of its values: for what
   * is read far more often than written.
   */
  <V> StoreCache<V> cache(
      int maxEntries, BiFunction<ReadTx, String, @Nullable V> load, Table<?>... tables);

  /** Deletes the rows of all declared tables but those named. */
  void clear(Set<String> except);

  /**
   * Reads everything and returns what is wrong with it, one line for each problem; empty where all
   * is well.
   */
  List<String> check();

  /**
   * Compares what lies beside rows with its checksums.
   *
   * @param problem is told of each thing that is not what was written
   */
  void scrub(Pace pace, Consumer<String> problem) throws InterruptedException;

  /** Makes everything that was appended durable, and closes. */
  @Override
  void close();
}

package dev.bulwark.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's one writer: takes what waits, runs it in one database transaction, commits once, and
 * tells everyone. The longer a commit takes, the more the next one holds.
 *
 * <p>Where a function fails that has written, all is rolled back and the statements of those before
 * it are run again (not the functions). That is rare, while a savepoint around each function would
 * cost as much again as what it guards.
 */
final class CommitQueue {

  private static final System.Logger LOG = System.getLogger(CommitQueue.class.getName());

  private static final int MAX_WAITING = 16_384;
  private static final int MAX_GROUP = 512;
  private static final int MAX_HELD = 10_000;
  private static final long RETRY_MILLIS = 250;

  /**
   * Each waits for the writer's busy timeout: a checkpoint may not hold up a commit, but a commit
   * may wait longer to begin.
   */
  private static final int BEGIN_ATTEMPTS = 100;

  /**
   * A function that waits to be run.
   *
   * @param done its caller's; absent where nobody waits
   * @param settled called where nobody waits, after its commit or when it is given up
   */
  private record Task(
      WriteFunction<?, ?> function, @Nullable CompletableFuture<Object> done, Runnable settled) {

    void complete(Object result) {
      if (done != null) {
        done.complete(result);
      } else {
        settled.run();
      }
    }

    void fail(Throwable failure) {
      if (done != null) {
        done.completeExceptionally(failure);
      } else {
        settled.run();
      }
    }
  }

  private static final Runnable NOBODY = () -> {};

  private record Ran(Task task, Transaction tx, Object result) {}

  private static final Task STOP = new Task(tx -> false, null, NOBODY);

  private final SqlConnection connection;
  private final ThreadLocal<@Nullable Transaction> current;
  private final GroupEnd groupEnd;
  private final LongConsumer afterCommit;
  private final LinkedBlockingQueue<Task> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Thread thread;

  /** Appended functions that met a full or failing disk; the writer's alone. */
  private final Deque<Task> held = new ArrayDeque<>();

  private volatile @Nullable StoreException heldUp;
  private volatile boolean closing;
  private volatile boolean stopped;

  /**
   * @param afterCommit called on the writer's thread with a guess at the pages that a group wrote
   */
  CommitQueue(
      SqlConnection connection,
      ThreadLocal<@Nullable Transaction> current,
      GroupEnd groupEnd,
      LongConsumer afterCommit) {
    this.connection = connection;
    this.current = current;
    this.groupEnd = groupEnd;
    this.afterCommit = afterCommit;
    this.thread = Thread.ofPlatform().name("bulwark-store-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Queues a function; the future completes after its commit, with its result or its exception. */
  CompletableFuture<Object> submit(WriteFunction<?, ?> function) {
    var done = new CompletableFuture<Object>();
    enqueue(new Task(function, done, NOBODY));
    return done;
  }

  /**
   * Queues a function that nobody waits for.
   *
   * @param settled called after its commit, or when it is given up
   */
  void append(WriteFunction<?, ?> function, Runnable settled) {
    var reason = heldUp;
    if (reason != null) {
      throw new StoreException(reason.kind(), reason.getMessage() + "", reason);
    }
    enqueue(new Task(function, null, settled));
  }

  private void enqueue(Task task) {
    if (closing) {
      throw closed();
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (waiting.offer(task, 1, TimeUnit.SECONDS)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
        if (stopped) {
          throw closed();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (stopped) {
      refuseWaiting();
    }
  }

  private static StoreException closed() {
    return new StoreException(StoreException.Kind.CLOSED, "The store is closed");
  }

  private void refuseWaiting() {
    for (var task = waiting.poll(); task != null; task = waiting.poll()) {
      task.fail(closed());
    }
  }

  /** Runs everything that was queued before, and ends the writer. */
  void close() {
    closing = true;
    boolean interrupted = false;
    try {
      while (thread.isAlive()) {
        try {
          waiting.offer(STOP, 100, TimeUnit.MILLISECONDS);
          thread.join(100);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    stopped = true;
    refuseWaiting();
  }

  private void run() {
    var group = new ArrayList<Task>(MAX_GROUP);
    boolean stop = false;
    while (!stop) {
      group.clear();
      try {
        var first =
            held.isEmpty() ? waiting.take() : waiting.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = held.size(); i > 0 && group.size() < MAX_GROUP; i--) {
          group.add(held.removeFirst());
        }
        if (first != null) {
          group.add(first);
        }
      } catch (InterruptedException e) {
        // Nobody may interrupt the writer; what waits goes on waiting.
        continue;
      }
      if (group.size() < MAX_GROUP) {
        waiting.drainTo(group, MAX_GROUP - group.size());
      }
      stop = group.removeIf(task -> task == STOP);
      commit(group);
      if (heldUp != null && held.size() < MAX_HELD) {
        heldUp = null;
      }
    }
    if (!held.isEmpty()) {
      var last = new ArrayList<>(held);
      held.clear();
      commit(last);
    }
    if (!held.isEmpty()) {
      LOG.log(
          System.Logger.Level.ERROR,
          "{0} changes could not be written before closing",
          held.size());
    }
  }

  /** Runs a group, in more than one transaction where the database gave one up in between. */
  private void commit(List<Task> group) {
    int next = 0;
    while (next < group.size()) {
      var ran = new ArrayList<Ran>(group.size() - next);
      try {
        begin();
      } catch (StoreException e) {
        rollback();
        group.subList(next, group.size()).forEach(task -> failed(task, e));
        return;
      }
      boolean alive = true;
      while (alive && next < group.size()) {
        alive = runOne(group.get(next++), ran);
      }
      if (alive && dropUndurable(ran)) {
        Transaction last;
        try {
          last = end(ran);
        } catch (RuntimeException e) {
          rollback();
          ran.forEach(one -> failed(one.task(), e));
          continue;
        }
        finish(ran, last);
      }
    }
  }

  /**
   * Waits until what rows refer to outside of the database is durable. Those for whom that failed
   * are undone; false if with them all is lost.
   */
  private boolean dropUndurable(List<Ran> ran) {
    var failures = new ArrayList<Ran>(0);
    for (var one : ran) {
      var failure = one.tx().awaitAttachments();
      if (failure != null) {
        failures.add(one);
        failed(one.task(), failure);
      }
    }
    if (failures.isEmpty()) {
      return true;
    }
    ran.removeAll(failures);
    return beginAgain(ran);
  }

  /** Writes what the group leaves, and commits; returns the transaction of the former. */
  private Transaction end(List<Ran> ran) {
    var last = new Transaction(connection, true);
    current.set(last);
    try {
      groupEnd.write(ran.stream().map(Ran::tx).toList(), last);
    } finally {
      last.end();
      current.remove();
    }
    connection.update(Sql.COMMIT);
    groupEnd.committed();
    return last;
  }

  private void begin() {
    for (int attempt = 1; ; attempt++) {
      try {
        connection.update(Sql.BEGIN_WRITE);
        return;
      } catch (StoreException e) {
        if (attempt == BEGIN_ATTEMPTS || !SqlConnection.isBusy(e)) {
          throw e;
        }
      }
    }
  }

  /** Runs one function; false if the transaction, with all that ran in it before, is lost. */
  private boolean runOne(Task task, List<Ran> ran) {
    var tx = new Transaction(connection, true);
    Throwable failure;
    current.set(tx);
    try {
      var result = task.function().apply(tx);
      failure = tx.failure();
      if (failure == null) {
        ran.add(new Ran(task, tx, result));
        return true;
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      tx.end();
      current.remove();
    }
    failed(task, failure);
    if (!tx.hasWritten()) {
      return true;
    }
    return beginAgain(ran);
  }

  /** Undoes all, and runs the statements of those that remain again. */
  private boolean beginAgain(List<Ran> ran) {
    rollback();
    try {
      begin();
      ran.forEach(one -> one.tx().redo());
      return true;
    } catch (StoreException e) {
      rollback();
      ran.forEach(one -> failed(one.task(), e));
      return false;
    }
  }

  private void rollback() {
    try {
      connection.update(Sql.ROLLBACK);
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.DEBUG, "The database had rolled back by itself", e);
    }
  }

  private void failed(Task task, Throwable failure) {
    if (task.done() != null) {
      task.fail(failure);
    } else if (failure instanceof StoreException e
        && (e.kind() == StoreException.Kind.DISK_FULL || e.kind() == StoreException.Kind.IO)) {
      if (held.isEmpty()) {
        LOG.log(System.Logger.Level.ERROR, "Changes wait for the disk: " + e.getMessage());
      }
      held.addLast(task);
      if (held.size() >= MAX_HELD) {
        heldUp = e;
      }
    } else {
      LOG.log(System.Logger.Level.ERROR, "An appended change failed", failure);
      task.fail(failure);
    }
  }

  private void finish(List<Ran> ran, Transaction last) {
    last.publish();
    long pages = 1 + last.pages();
    // All caches first: whoever is told may read what any of the others wrote.
    for (var one : ran) {
      one.tx().publish();
      pages += one.tx().pages();
    }
    for (var one : ran) {
      one.task().complete(one.result());
    }
    try {
      afterCommit.accept(pages);
    } catch (RuntimeException e) {
      // The writer goes on whatever it was: what was committed stands.
      LOG.log(System.Logger.Level.WARNING, "A checkpoint failed", e);
    }
  }
}

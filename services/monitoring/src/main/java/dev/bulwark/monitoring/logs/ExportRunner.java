package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.ExportTaskStatusCode;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Does the work of export tasks: the events of each stream in files of their own. What a restart
 * has interrupted begins anew, and writes the same objects again.
 */
final class ExportRunner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ExportRunner.class.getName());

  /** At a time; each account's Region has one at the most. */
  private static final int MOST_RUNNING = 4;

  private static final int STREAMS = 100;

  private final LogsTables tables;
  private final EventStore events;
  private final DataProtections protections;
  private final ExportBucket bucket;
  private final Clock clock;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(MOST_RUNNING);
  private volatile boolean closed;

  ExportRunner(
      LogsTables tables,
      EventStore events,
      DataProtections protections,
      ExportBucket bucket,
      Clock clock) {
    this.tables = tables;
    this.events = events;
    this.protections = protections;
    this.bucket = bucket;
    this.clock = clock;
  }

  /** Goes on with the tasks that a restart has interrupted. */
  void resume() {
    for (var row : tables.store().read(tx -> tables.exports().scan(tx, Scan.all()))) {
      if (row.value().isActive()) {
        start(row.key());
      }
    }
  }

  /** Begins with the task of a key. */
  void start(String key) {
    if (running.add(key)) {
      Thread.ofVirtual().name("logs-export").start(() -> run(key));
    }
  }

  private void run(String key) {
    try {
      room.acquire();
      try {
        copy(key);
      } finally {
        room.release();
      }
    } catch (StoreException e) {
      // Closed, or a failing disk: the task begins anew with the next start.
      if (e.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "an export task stopped", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(key);
    }
  }

  private void copy(String key) {
    if (!isWanted(key)) {
      end(key, ExportTaskStatusCode.CANCELLED, "Cancelled successfully");
      return;
    }
    change(key, ExportTaskStatusCode.RUNNING, "Started successfully");
    var task = tables.exports().get(key);
    if (task == null) {
      return;
    }
    try {
      copyStreams(task);
    } catch (ApiException e) {
      end(key, ExportTaskStatusCode.FAILED, String.valueOf(e.getMessage()));
      return;
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      // An account exports one group at a time: what stays active would keep out all others.
      LOG.log(System.Logger.Level.ERROR, "an export task failed", e);
      end(key, ExportTaskStatusCode.FAILED, "Internal service error");
      return;
    }
    if (closed) {
      return;
    }
    if (isWanted(key)) {
      end(key, ExportTaskStatusCode.COMPLETED, "Completed successfully");
    } else {
      end(key, ExportTaskStatusCode.CANCELLED, "Cancelled successfully");
    }
  }

  /** Whether a task is to go on. */
  private boolean isWanted(String key) {
    var task = closed ? null : tables.exports().get(key);
    return task != null && task.status() != ExportTaskStatusCode.PENDING_CANCEL;
  }

  /** A task that was cancelled meanwhile stays so. */
  private void change(String key, ExportTaskStatusCode code, String message) {
    tables
        .store()
        .run(
            tx ->
                tables
                    .exports()
                    .update(
                        tx,
                        key,
                        task ->
                            task.status() == ExportTaskStatusCode.PENDING_CANCEL
                                ? task
                                : task.with(code, message, null)));
  }

  private void end(String key, ExportTaskStatusCode code, String message) {
    tables
        .store()
        .run(
            tx ->
                tables.exports().update(tx, key, task -> task.with(code, message, clock.millis())));
  }

  private void copyStreams(ExportRecord task) {
    var group =
        tables
            .store()
            .read(tx -> tables.require(tx, task.accountId(), task.region(), task.group()));
    var scope = Key.prefix(group.id());
    long from = Math.max(task.from(), group.keptFrom(clock.instant()));
    var scan = Scan.prefix(scope).limit(STREAMS);
    while (true) {
      var next = scan;
      var rows = tables.store().read(tx -> tables.streams().scan(tx, next));
      for (var row : rows) {
        var stream = row.value().name();
        if (!isWanted(task.key())) {
          return;
        }
        if (task.streamPrefix() == null || stream.startsWith(task.streamPrefix())) {
          copy(task, group, stream, from);
        }
      }
      if (rows.size() < STREAMS) {
        return;
      }
      scan = scan.after(rows.getLast().key());
    }
  }

  private void copy(ExportRecord task, LogGroupRecord group, String stream, long from) {
    // A slash would make a folder of its own.
    var folder = task.id() + "/" + stream.replace('/', '-');
    var file = new ExportFile();
    var masking = protections.of(group);
    events.forward(
        group,
        stream,
        Position.before(from),
        task.until(),
        event -> {
          file.add(masking.shown(event));
          if (!file.isFull()) {
            return true;
          }
          bucket.put(task, folder + "/" + file.name(), file.take());
          return isWanted(task.key());
        });
    if (!file.isEmpty()) {
      bucket.put(task, folder + "/" + file.name(), file.take());
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

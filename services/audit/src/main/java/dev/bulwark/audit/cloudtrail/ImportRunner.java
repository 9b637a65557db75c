package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.s3.Object;
import dev.bulwark.audit.cloudtrail.ImportRecord.Failure;
import dev.bulwark.audit.cloudtrail.ImportRecord.Status;
import dev.bulwark.lake.LakeException;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Does imports, one after the other. How far one has come is written together with the events that
 * it has brought, so an import that a process before had begun goes on where that has left off, and
 * brings no event twice.
 */
final class ImportRunner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ImportRunner.class.getName());
  private static final int PAGE = 500;

  /** More files than this do not fail in one go: something is wrong with all of them. */
  private static final int MOST_FAILURES = 1000;

  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final ImportTables tables;
  private final LakeTables lakeTables;
  private final Lake lake;
  private final ServiceCalls calls;
  private final Clock clock;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cloudtrail-import").factory());

  ImportRunner(
      ImportTables tables, LakeTables lakeTables, Lake lake, ServiceCalls calls, Clock clock) {
    this.tables = tables;
    this.lakeTables = lakeTables;
    this.lake = lake;
    this.calls = calls;
    this.clock = clock;
  }

  /** Goes on with what the process before had begun. */
  void recover() {
    tables.running().forEach(this::submit);
  }

  /** Does an import, as soon as those before it have come to their end. */
  void submit(ImportRecord started) {
    worker.execute(() -> runQuietly(started));
  }

  private void runQuietly(ImportRecord started) {
    try {
      run(started);
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "Import " + started.id() + " waits", e);
      worker.schedule(() -> runQuietly(started), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "Import " + started.id() + " failed", e);
      fail(started, "InternalError", "An internal error occurred.");
    }
  }

  private void run(ImportRecord started) {
    if (change(started, Status.IN_PROGRESS).isEmpty()) {
      return;
    }
    var store = lakeTables.stores().get(started.storeArn());
    if (store == null || store.deleted() != null) {
      var gone = LakeErrors.inactiveStore(started.storeArn());
      fail(started, gone.code(), String.valueOf(gone.getMessage()));
      return;
    }
    var source = started.source();
    var bucket = new ImportBucket(calls, clock, store, source);
    var location = ImportLocation.of(source.uri());
    try {
      if (tryAgain(started, store, bucket, location) && readOn(started, store, bucket, location)) {
        boolean failed = tables.store().read(tx -> tables.failed(tx, started)) > 0;
        change(started, failed ? Status.FAILED : Status.COMPLETED);
      }
    } catch (ApiException e) {
      fail(started, e.code(), String.valueOf(e.getMessage()));
    } catch (LakeException e) {
      fail(started, "InternalError", e.getMessage());
    }
  }

  /** The files that have failed before; false where the import has been stopped. */
  private boolean tryAgain(
      ImportRecord started,
      EventDataStoreRecord store,
      ImportBucket bucket,
      ImportLocation location)
      throws LakeException {
    var failures = tables.store().read(tx -> tables.failures(tx, started));
    for (var entry : failures.entrySet()) {
      if (!entry.getValue().status().equals(Failure.RETRY)) {
        continue;
      }
      var current = running(started);
      if (current.isEmpty()) {
        return false;
      }
      var batch = batch(current.get(), store, bucket, location);
      batch.read(entry.getKey());
      batch.succeeded(entry.getKey(), entry.getValue());
      keep(started, store, batch);
    }
    return true;
  }

  /**
   * The files that have not been looked at; false where the import has been stopped or given up.
   */
  private boolean readOn(
      ImportRecord started,
      EventDataStoreRecord store,
      ImportBucket bucket,
      ImportLocation location)
      throws LakeException {
    while (true) {
      var current = running(started);
      if (current.isEmpty()) {
        return false;
      }
      if (current.get().progress().listed()) {
        return true;
      }
      if (tables.store().read(tx -> tables.failed(tx, started)) >= MOST_FAILURES) {
        change(started, Status.FAILED);
        return false;
      }
      var page = bucket.list(current.get().progress().after(), PAGE);
      var batch = batch(current.get(), store, bucket, location);
      boolean whole = true;
      for (var object : Objects.requireNonNullElse(page.contents(), List.<Object>of())) {
        if (batch.isFull()) {
          whole = false;
          break;
        }
        batch.offer(String.valueOf(object.key()));
      }
      if (whole && !Boolean.TRUE.equals(page.isTruncated())) {
        batch.end();
      }
      keep(started, store, batch);
    }
  }

  private ImportBatch batch(
      ImportRecord current,
      EventDataStoreRecord store,
      ImportBucket bucket,
      ImportLocation location) {
    var now = clock.instant();
    return new ImportBatch(current, store.keptSince(now), bucket, location, now);
  }

  /** Writes what has been read, together with how far that is. */
  private void keep(ImportRecord started, EventDataStoreRecord store, ImportBatch batch)
      throws LakeException {
    Consumer<WriteTx> done =
        tx -> {
          var current = tables.current(tx, started);
          if (current != null) {
            tables.put(tx, current.with(batch.progress(), clock.instant()));
            batch.failures().forEach((key, failure) -> tables.put(tx, started, key, failure));
          }
        };
    if (batch.records().isEmpty()) {
      tables.store().run(done::accept);
    } else {
      lake.keep(store, batch.records(), done);
    }
  }

  /** The import as it is, unless it has come to its end or was stopped. */
  private Optional<ImportRecord> running(ImportRecord started) {
    return Optional.ofNullable(tables.current(started))
        .filter(current -> !current.status().isEnd() && !Thread.currentThread().isInterrupted());
  }

  private Optional<ImportRecord> change(ImportRecord started, Status status) {
    return tables
        .store()
        .write(
            tx -> {
              var current = tables.current(tx, started);
              if (current == null || current.status().isEnd()) {
                return Optional.empty();
              }
              var changed = current.with(status, clock.instant());
              tables.put(tx, changed);
              return Optional.of(changed);
            });
  }

  /** What concerns no file alone: the bucket, the role, the event data store. */
  private void fail(ImportRecord started, String type, String message) {
    var now = clock.instant();
    var failure = new Failure(started.source().uri(), Failure.FAILED, type, message, now);
    tables
        .store()
        .run(
            tx -> {
              var current = tables.current(tx, started);
              if (current != null && !current.status().isEnd()) {
                tables.put(tx, started, "", failure);
                tables.put(tx, current.with(Status.FAILED, now));
              }
            });
  }

  @Override
  public void close() {
    worker.shutdownNow();
    try {
      worker.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

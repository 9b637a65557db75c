package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.LakeTables.FileRecord;
import dev.bulwark.lake.EventFile;
import dev.bulwark.lake.EventFiles;
import dev.bulwark.lake.LakeException;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of event data stores: written, merged where there are many small ones, and dropped when
 * all that is in them is too old. The row of a file is written together with the place in the
 * stream up to which it goes, so no event is lost and none comes twice.
 */
final class LakeFiles {
  /** Smaller files are merged. */
  private static final long SMALL = 32L << 20;

  private static final int MOST_SMALL = 12;
  private static final int MERGED_AT_ONCE = 48;

  /** How soon events are looked for that have become too old. */
  private static final Duration TIDY_AGAIN = Duration.ofHours(1);

  private final LakeTables tables;
  private final LakeKeys keys;
  private final EventFiles files;
  private final Map<String, Instant> tidyAt = new ConcurrentHashMap<>();

  LakeFiles(LakeTables tables, LakeKeys keys, EventFiles files) {
    this.tables = tables;
    this.keys = keys;
    this.files = files;
  }

  EventFiles engine() {
    return files;
  }

  /** Deletes what an interrupted process has left. */
  void sweep() {
    tidyAt.clear();
    var owned = new HashSet<String>();
    tables
        .store()
        .read(
            tx -> {
              tables.files().forEach(tx, Scan.all(), row -> owned.add(row.value().file().name()));
              return owned;
            });
    files.sweep(owned::contains);
  }

  /**
   * Writes events into a file of a store's own. Events of the stream of API calls come once.
   *
   * @param done what else the transaction does that makes the file known
   * @throws LakeException where the engine cannot
   * @throws dev.bulwark.schema.ApiException where KMS refuses the store's key
   */
  void write(EventDataStoreRecord store, List<byte[]> records, Consumer<WriteTx> done)
      throws LakeException {
    write(store, records, EventFiles.Known.NONE, done);
  }

  /** Does the same with events of which some may be in the store's files. */
  void add(EventDataStoreRecord store, List<byte[]> records, Consumer<WriteTx> done)
      throws LakeException {
    write(store, records, (oldest, newest) -> open(store, oldest, newest), done);
  }

  private void write(
      EventDataStoreRecord store,
      List<byte[]> records,
      EventFiles.Known known,
      Consumer<WriteTx> done)
      throws LakeException {
    var key = keys.create(store);
    var written = files.write(store.shape(), records, key.key(), known);
    tables
        .store()
        .run(
            tx -> {
              if (written != null) {
                put(tx, store, key.of(written));
              }
              done.accept(tx);
            });
    tidyAt.remove(store.arn());
  }

  private List<EventFile.Open> open(EventDataStoreRecord store, Instant oldest, Instant newest) {
    return of(store).stream()
        .filter(row -> !row.file().newest().isBefore(oldest))
        .filter(row -> !row.file().oldest().isAfter(newest))
        .map(row -> keys.open(store, row))
        .toList();
  }

  private void put(WriteTx tx, EventDataStoreRecord store, FileRecord file) {
    tables.files().put(tx, Key.of(store.arn(), file.file().name()), file);
  }

  /** The files of a store, those with the oldest events first. */
  List<FileRecord> of(EventDataStoreRecord store) {
    return tables.store().read(tx -> tables.files(tx, store.arn()));
  }

  /** Files as they are, with their keys. */
  List<EventFile.Open> open(EventDataStoreRecord store) {
    return of(store).stream().map(file -> keys.open(store, file)).toList();
  }

  /**
   * Makes sure that files can be opened.
   *
   * @throws ApiException InsufficientEncryptionPolicyException
   */
  void requireKey(EventDataStoreRecord store) {
    var key = store.settings().keyArn();
    if (key != null) {
      try {
        of(store).stream().findFirst().ifPresent(file -> keys.open(store, file));
      } catch (ApiException e) {
        throw LakeErrors.encryptionPolicy(key);
      }
    }
  }

  /** Drops what is too old, and merges what is small, if there is anything new to look at. */
  void tidy(EventDataStoreRecord store, Instant now) throws LakeException {
    if (!now.isBefore(tidyAt.getOrDefault(store.arn(), now))) {
      tidyAt.put(store.arn(), now.plus(TIDY_AGAIN));
      tidyNow(store, now);
    }
  }

  private void tidyNow(EventDataStoreRecord store, Instant now) throws LakeException {
    var kept = store.keptSince(now);
    var small = new ArrayList<FileRecord>();
    for (var file : of(store)) {
      if (file.file().newest().isBefore(kept)) {
        replace(store, List.of(file), null);
      } else if (file.file().bytes() < SMALL) {
        small.add(file);
      }
    }
    if (small.size() > MOST_SMALL) {
      var merged = small.subList(0, Math.min(MERGED_AT_ONCE, small.size()));
      var key = keys.create(store);
      var file =
          files.merge(merged.stream().map(one -> keys.open(store, one)).toList(), key.key(), kept);
      replace(store, merged, file == null ? null : key.of(file));
      tidyAt.remove(store.arn());
    }
  }

  private void replace(EventDataStoreRecord store, List<FileRecord> old, @Nullable FileRecord by) {
    tables
        .store()
        .run(
            tx -> {
              old.forEach(
                  file -> tables.files().delete(tx, Key.of(store.arn(), file.file().name())));
              if (by != null) {
                put(tx, store, by);
              }
            });
    old.forEach(file -> files.delete(file.file().name()));
  }

  /** Deletes a store whose time has come, with all that is in it. */
  void remove(EventDataStoreRecord store) {
    var gone = of(store);
    tidyAt.remove(store.arn());
    tables
        .store()
        .run(
            tx -> {
              tables.files().deleteAll(tx, Key.prefix(store.arn()));
              tables.pending().deleteAll(tx, Key.prefix(store.arn()));
              tables.places().delete(tx, store.arn());
              tables.policies().delete(tx, store.arn());
              tables.stores().delete(tx, store.arn());
            });
    gone.forEach(file -> files.delete(file.file().name()));
  }
}

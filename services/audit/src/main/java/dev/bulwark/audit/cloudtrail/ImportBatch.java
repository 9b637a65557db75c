package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.ImportRecord.Failure;
import dev.bulwark.audit.cloudtrail.ImportRecord.Progress;
import dev.bulwark.schema.ApiException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Some files of an import: their events, and what became of each. */
final class ImportBatch {
  private static final int FULL = 8 << 20;

  private final ImportRecord of;
  private final Instant keptSince;
  private final ImportBucket bucket;
  private final ImportLocation location;
  private final Instant now;
  private final List<byte[]> records = new ArrayList<>();
  private final Map<String, Failure> failures = new LinkedHashMap<>();
  private Progress progress;
  private long bytes;

  /**
   * @param of the import as it is
   * @param keptSince events before this are kept no longer, so not imported
   */
  ImportBatch(
      ImportRecord of,
      Instant keptSince,
      ImportBucket bucket,
      ImportLocation location,
      Instant now) {
    this.of = of;
    this.keptSince = keptSince;
    this.bucket = bucket;
    this.location = location;
    this.now = now;
    this.progress = of.progress();
  }

  boolean isFull() {
    return bytes >= FULL;
  }

  /** Deals with the next key. */
  void offer(String key) {
    if (location.takes(key, of.from(), of.to())) {
      progress = progress.choosing(key);
      read(key);
    }
    progress = progress.at(key);
  }

  /** Reads a file that is wanted. */
  void read(String key) {
    try (var in = bucket.open(key).stream()) {
      var found = ImportedFile.read(in, this::isWanted);
      records.addAll(found);
      found.forEach(record -> bytes += record.length);
      progress = progress.with(found.size());
    } catch (ApiException e) {
      fail(key, e.code(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      fail(key, "InvalidFile", String.valueOf(e.getMessage()));
    }
  }

  private boolean isWanted(Instant time) {
    return !time.isBefore(keptSince)
        && (of.from() == null || !time.isBefore(of.from()))
        && (of.to() == null || !time.isAfter(of.to()));
  }

  private void fail(String key, String type, String message) {
    failures.put(key, new Failure(location.uri(key), Failure.FAILED, type, message, now));
  }

  /** A file that had failed is in the batch, unless it has failed again. */
  void succeeded(String key, Failure before) {
    failures.putIfAbsent(key, before.with(Failure.SUCCEEDED, now));
  }

  /** There are no more keys. */
  void end() {
    progress = progress.end();
  }

  List<byte[]> records() {
    return records;
  }

  /** By key. */
  Map<String, Failure> failures() {
    return failures;
  }

  Progress progress() {
    return progress;
  }
}

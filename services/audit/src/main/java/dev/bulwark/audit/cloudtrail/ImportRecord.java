package dev.bulwark.audit.cloudtrail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An import of a trail's log files into an event data store.
 *
 * @param from events before this time are left out; null for all
 * @param to events after this time are left out; null for all
 */
record ImportRecord(
    String accountId,
    String region,
    String id,
    String storeArn,
    Source source,
    @Nullable Instant from,
    @Nullable Instant to,
    Status status,
    Progress progress,
    Instant created,
    Instant updated) {

  /** The API's. */
  enum Status {
    INITIALIZING,
    IN_PROGRESS,
    FAILED,
    STOPPED,
    COMPLETED;

    boolean isEnd() {
      return this != INITIALIZING && this != IN_PROGRESS;
    }
  }

  /** What a request says about the bucket. */
  record Source(String uri, String bucketRegion, String roleArn) {}

  /**
   * How far it has come.
   *
   * @param after the last key that has been dealt with; null before the first
   * @param listed whether there is no key after it
   * @param folder of the last file that was chosen
   * @param folders how many folders with such files there were
   */
  record Progress(
      @Nullable String after,
      boolean listed,
      @Nullable String folder,
      long folders,
      long files,
      long events) {
    static final Progress NONE = new Progress(null, false, null, 0, 0, 0);

    Progress at(String key) {
      return new Progress(key, false, folder, folders, files, events);
    }

    /** A file has been chosen. */
    Progress choosing(String key) {
      var parent = key.substring(0, key.lastIndexOf('/') + 1);
      return parent.equals(folder)
          ? this
          : new Progress(after, listed, parent, folders + 1, files, events);
    }

    Progress with(int records) {
      return new Progress(after, listed, folder, folders, files + 1, events + records);
    }

    Progress end() {
      return new Progress(after, true, folder, folders, files, events);
    }

    /** Those that nothing is left to do in. */
    long foldersCompleted() {
      return listed || folders == 0 ? folders : folders - 1;
    }
  }

  /**
   * What could not be imported.
   *
   * @param status the API's: FAILED, RETRY while it is tried again, or SUCCEEDED
   * @param type the code of the error
   */
  record Failure(String location, String status, String type, String message, Instant updated) {
    static final String FAILED = "FAILED";
    static final String RETRY = "RETRY";
    static final String SUCCEEDED = "SUCCEEDED";

    Failure with(String changed, Instant now) {
      return new Failure(location, changed, type, message, now);
    }
  }

  ImportRecord with(Status changed, Instant now) {
    return new ImportRecord(
        accountId, region, id, storeArn, source, from, to, changed, progress, created, now);
  }

  ImportRecord with(Progress changed, Instant now) {
    return new ImportRecord(
        accountId, region, id, storeArn, source, from, to, status, changed, created, now);
  }
}

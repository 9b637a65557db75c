package dev.bulwark.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads all packs and blobs now and then, slowly, and compares them with their checksums: so that
 * what a disk has silently changed is known before it is needed. What it finds is logged and kept
 * in the data folder.
 */
public final class Scrubber implements AutoCloseable {

  /**
   * What a scrub found.
   *
   * @param problems a line for each
   */
  public record Report(Instant finished, List<String> problems) {}

  private static final System.Logger LOG = System.getLogger(Scrubber.class.getName());
  private static final String FILE = "scrub.txt";
  private static final long BYTES_PER_SECOND = 8 << 20;
  private static final int MOST_PROBLEMS = 1000;

  /** The first one waits until what a start brings is over. */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private static final Duration BETWEEN = Duration.ofHours(24);

  private final Store store;
  private final BlobStore blobs;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private Scrubber(Store store, BlobStore blobs) {
    this.store = store;
    this.blobs = blobs;
    this.thread = Thread.ofVirtual().name("bulwark-scrubber").unstarted(this::run);
  }

  /** Scrubs a data folder from time to time, until closed. */
  public static Scrubber start(Store store, BlobStore blobs) {
    var scrubber = new Scrubber(store, blobs);
    scrubber.thread.start();
    return scrubber;
  }

  private void run() {
    try {
      pause(FIRST);
      while (true) {
        scrub(store, blobs, bytes -> pause(Duration.ofMillis(bytes * 1000 / BYTES_PER_SECOND)));
        pause(BETWEEN);
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.ERROR, "The scrub broke off", e);
      }
    }
  }

  /** Without an interrupt, which could meet it while it reads. */
  private void pause(Duration time) throws InterruptedException {
    if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("closed");
    }
  }

  /** Reads everything once, and keeps what it finds. */
  public static Report scrub(Store store, BlobStore blobs, Pace pace) throws InterruptedException {
    var problems = new ArrayList<String>();
    store.scrub(pace, problems::add);
    blobs.scrub(pace, problems::add);
    problems.forEach(problem -> LOG.log(System.Logger.Level.ERROR, "Scrub: {0}", problem));
    var report =
        new Report(
            Instant.now(),
            List.copyOf(problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS))));
    keep(store.directory(), report);
    return report;
  }

  private static void keep(Path dataDir, Report report) {
    var text = new StringBuilder(report.finished().toString()).append('\n');
    report.problems().forEach(problem -> text.append(problem).append('\n'));
    try {
      RootKey.writeAtomically(
          dataDir, dataDir.resolve(FILE), text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw DataFolder.translate("The scrub's report cannot be kept", e, "");
    }
  }

  /** What the last whole scrub of a data folder found; empty before the first. */
  public static Optional<Report> last(Path dataDir) {
    var file = dataDir.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var lines = Files.readAllLines(file);
      return Optional.of(
          new Report(Instant.parse(lines.getFirst()), List.copyOf(lines.subList(1, lines.size()))));
    } catch (IOException e) {
      throw DataFolder.translate("The scrub's report " + file + " cannot be read", e, "");
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

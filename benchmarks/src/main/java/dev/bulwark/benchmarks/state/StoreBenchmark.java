package dev.bulwark.benchmarks.state;

import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rates of the store beside the rate at which the disk itself makes an append durable, in one run.
 * Arguments: a folder on the disk to measure, seconds for each line (5).
 */
public final class StoreBenchmark {

  private record Account(String name, String arn, List<String> tags, long made, String path) {
    static Account of(int number) {
      return new Account(
          "user" + number,
          "arn:aws:iam::123456789012:user/division/team/user" + number,
          List.of("x".repeat(250), "y".repeat(250)),
          number,
          "/division/team/");
    }
  }

  private interface Work {
    void run(int thread, long turn) throws IOException;
  }

  private final int seconds;

  private StoreBenchmark(int seconds) {
    this.seconds = seconds;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      System.err.println("Arguments: a folder on the disk to measure, seconds for each line (5)");
      System.exit(2);
    }
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    new StoreBenchmark(seconds).run(Path.of(arguments[0]));
  }

  private void run(Path parent) throws Exception {
    var folder = Files.createTempDirectory(Files.createDirectories(parent), "store-benchmark");
    appendAndSync(folder.resolve("raw"));
    long start = System.nanoTime();
    try (var store = Store.open(folder.resolve("data"))) {
      Table<Account> accounts = store.table(TableSpec.json("bench_accounts", Account.class));
      Table<byte[]> small = store.table(TableSpec.of("bench_small", Codec.bytes()));
      Table<byte[]> objects = store.table(TableSpec.of("bench_objects", Codec.bytes()));
      Table<byte[]> packed =
          store.table(TableSpec.of("bench_packed", Codec.bytes()).withAttachments());
      store.write(tx -> small.put(tx, "first", new byte[1]));
      System.out.printf("open and first write: %d ms%n", (System.nanoTime() - start) / 1_000_000);

      var value = new byte[700];
      var object = new byte[4096];
      measure(
          "durable writes, 700 B", 1, (t, i) -> store.write(tx -> small.put(tx, key(t, i), value)));
      measure(
          "durable writes, 700 B",
          16,
          (t, i) -> store.write(tx -> small.put(tx, key(t, i), value)));
      measure(
          "durable writes, 700 B",
          64,
          (t, i) -> store.write(tx -> small.put(tx, key(t, i), value)));
      measure(
          "durable writes, 700 B",
          512,
          (t, i) -> store.write(tx -> small.put(tx, key(t, i), value)));
      measure(
          "durable writes, JSON record",
          64,
          (t, i) -> store.write(tx -> accounts.put(tx, key(t, i), Account.of(t))));
      measure(
          "durable writes, 4 KiB",
          64,
          (t, i) -> store.write(tx -> objects.put(tx, key(t, i), object)));
      measure(
          "durable writes, 200 B with 4 KiB beside",
          64,
          (t, i) -> {
            var beside = packed.attach(key(t, i), object);
            store.write(tx -> packed.put(tx, key(t, i), new byte[200], beside));
          });
      measure(
          "appends, 700 B", 2, (t, i) -> store.append(tx -> small.put(tx, "a" + key(t, i), value)));
      long before = System.nanoTime();
      store.flush();
      System.out.printf("  flush after them: %d ms%n", (System.nanoTime() - before) / 1_000_000);

      store.run(
          tx -> {
            for (int i = 0; i < 10_000; i++) {
              accounts.put(tx, "r" + i, Account.of(i));
              small.put(tx, "r" + i, value);
            }
          });
      measure("reads, 700 B", 1, (t, i) -> require(small.get(random())));
      measure("reads, 700 B", 2, (t, i) -> require(small.get(random())));
      measure("reads, JSON record", 2, (t, i) -> require(accounts.get(random())));
      measure(
          "read transactions of one read",
          2,
          (t, i) -> store.read(tx -> require(small.get(tx, random()))));
      StoreCache<Account> cache = accounts.cached(20_000);
      measure("cached reads, JSON record", 2, (t, i) -> require(cache.get(random())));
      measure(
          "reads, 700 B, beside 64 writers",
          64,
          (t, i) -> {
            if (t < 2) {
              require(small.get(random()));
            } else {
              store.write(tx -> small.put(tx, key(t, i), value));
            }
          });

      var blobs = BlobStore.of(store);
      var bytes = new byte[64 << 10];
      measure("durable blobs of 64 KiB", 1, (t, i) -> writeBlob(blobs, bytes, 1));
      measure("durable blobs of 64 KiB", 32, (t, i) -> writeBlob(blobs, bytes, 1));
      measure("durable blobs of 16 MiB", 1, (t, i) -> writeBlob(blobs, bytes, 256));
    }
    var sealer = Sealer.open(folder, Map.of());
    var secret = new byte[40];
    measure(
        "seal and open 40 bytes",
        2,
        (t, i) -> sealer.open("b", sealer.seal("b", secret, secret), secret));
    delete(folder);
  }

  private static void writeBlob(BlobStore blobs, byte[] bytes, int times) {
    try (var writer = blobs.create()) {
      for (int i = 0; i < times; i++) {
        writer.write(bytes);
      }
      blobs.delete(writer.commit().id());
    }
  }

  /**
   * What the disk can do: one append of 4 KiB after another, each made durable, in place once it
   * has grown.
   */
  private void appendAndSync(Path file) throws Exception {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var page = ByteBuffer.allocate(4096);
      measure(
          "raw append of 4 KiB and fdatasync",
          1,
          (t, i) -> {
            channel.write(page.rewind());
            channel.force(false);
          });
    }
  }

  private static String key(int thread, long turn) {
    return thread + "/" + turn;
  }

  private static String random() {
    return "r" + ThreadLocalRandom.current().nextInt(10_000);
  }

  private static <T> T require(T found) {
    if (found == null) {
      throw new IllegalStateException("A row is missing");
    }
    return found;
  }

  private void measure(String what, int threads, Work work) throws Exception {
    var latencies = new long[threads][];
    var total = new AtomicLong();
    var done = new CountDownLatch(threads);
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    for (int t = 0; t < threads; t++) {
      int thread = t;
      Thread.ofVirtual()
          .start(
              () -> {
                var samples = new long[1 << 16];
                long turn = 0;
                try {
                  for (long now = System.nanoTime(); now < end; turn++) {
                    work.run(thread, turn);
                    long after = System.nanoTime();
                    samples[(int) (turn & (samples.length - 1))] = after - now;
                    now = after;
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                } finally {
                  latencies[thread] = Arrays.copyOf(samples, (int) Math.min(turn, samples.length));
                  total.addAndGet(turn);
                  done.countDown();
                }
              });
    }
    done.await();
    double taken = (System.nanoTime() - start) / 1e9;
    var all = Arrays.stream(latencies).flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "%-36s %4d threads %,12.0f/s   p50 %,d us  p99 %,d us  max %,d us%n",
        what,
        threads,
        total.get() / taken,
        all[all.length / 2] / 1000,
        all[(int) (all.length * 0.99)] / 1000,
        all[all.length - 1] / 1000);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

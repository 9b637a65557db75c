package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a process was killed in the middle of writing. */
class CrashTest {

  static final TableSpec<String> LEFT =
      TableSpec.of("crash_left", Codec.string(), Index.of("all", value -> "all"));
  static final TableSpec<String> RIGHT = TableSpec.of("crash_right", Codec.string());
  static final TableSpec<String> BLOBS = TableSpec.of("crash_blobs", Codec.string());
  static final TableSpec<String> PACKED =
      TableSpec.of("crash_packed", Codec.string()).withAttachments();

  /** Such that packs fill and are cleared out while the process is killed. */
  static final PackCompactor.Sizes SIZES = new PackCompactor.Sizes(1 << 20, 1 << 20);

  /** As many rows as have bytes beside them that the next write of their thread replaces. */
  private static final int REPLACED = 10;

  /**
   * Writes to tables, packs and the blob store from many threads, and prints what has been
   * acknowledged.
   */
  static final class Writer {
    public static void main(String[] arguments) {
      var out = new PrintStream(System.out, true);
      var store = SqliteStore.open(Path.of(arguments[0]), SIZES);
      var blobs = BlobStore.of(store);
      var left = store.table(LEFT);
      var right = store.table(RIGHT);
      var rows = store.table(BLOBS);
      var packed = store.table(PACKED);
      for (int t = 0; t < 32; t++) {
        int thread = t;
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; ; i++) {
                    var key = thread + "/" + i;
                    var replaced = thread + "/" + i % REPLACED;
                    var attachment = packed.attach(replaced, (key + ' ').repeat(500).getBytes());
                    int gone = i - 5;
                    store.run(
                        tx -> {
                          left.insert(tx, key, key);
                          right.insert(tx, key, "x".repeat(2000));
                          packed.put(tx, replaced, key, attachment);
                          if (gone % 3 == 0) {
                            packed.delete(tx, thread + "/" + gone % REPLACED);
                          }
                        });
                    if (i % 50 == 0) {
                      try (var blob = blobs.create()) {
                        blob.write(new byte[100_000]);
                        var id = blob.commit().id();
                        store.run(tx -> rows.insert(tx, id.value(), key));
                      }
                    }
                    out.println(key);
                  }
                });
      }
    }
  }

  static Process start(Class<?> main, List<String> wrapper, Object... arguments)
      throws IOException {
    var command = new ArrayList<String>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    for (var argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void everyAcknowledgedWriteIsThereAndNoneByHalf(@TempDir Path folder) throws Exception {
    for (int round = 1; round <= 2; round++) {
      var data = folder.resolve("round" + round);
      var acknowledged = new ArrayList<String>();
      var process = start(Writer.class, List.of(), data);
      try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged.add(line);
          if (acknowledged.size() == 1500 * round) {
            // Not the process's own method, which closes the pipe with lines still in it.
            process.toHandle().destroyForcibly();
          }
        }
      }
      process.waitFor();
      // A line cut in two by the kill was not acknowledged in full.
      acknowledged.removeLast();

      assertThat(acknowledged).hasSizeGreaterThan(1000);
      try (var store = SqliteStore.open(data, SIZES)) {
        var left = store.table(LEFT);
        var right = store.table(RIGHT);
        var rows = store.table(BLOBS);
        var blobs = BlobStore.of(store);
        var packed = store.table(PACKED);
        store.read(
            tx -> {
              for (var key : acknowledged) {
                assertThat(left.contains(tx, key)).as(key).isTrue();
              }
              assertThat(right.count(tx, "")).isEqualTo(left.count(tx, ""));
              left.forEach(
                  tx, Scan.all(), entry -> assertThat(right.contains(tx, entry.key())).isTrue());
              assertThat(left.scanByIndex(tx, "all", Scan.all()).size())
                  .isEqualTo(Math.min(Scan.MAX_LIMIT, (int) left.count(tx, "")));
              verifyPacked(tx, packed, left);
              rows.forEach(
                  tx,
                  Scan.all(),
                  entry -> {
                    try (var in = blobs.open(new BlobId(entry.key()))) {
                      assertThat(in.readAllBytes()).hasSize(100_000);
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
              return true;
            });
        blobs.sweep(id -> rows.get(id.value()) != null);
        try (var files = Files.walk(data.resolve("blobs"))) {
          long kept = files.filter(Files::isRegularFile).count();
          store.run(tx -> assertThat(kept).isEqualTo(rows.count(tx, "")));
        }
        assertThat(store.check()).isEmpty();
        store.run(tx -> packed.deleteAll(tx, ""));
      }
      // Whatever a transaction under way had put there is no more than what was deleted.
      Store.open(data).close();
      try (var files = Files.list(data.resolve("packs"))) {
        assertThat(files).isEmpty();
      }
    }
  }

  /** Bytes beside rows are there in full, and those of the write that the row tells of. */
  private static void verifyPacked(ReadTx tx, Table<String> packed, Table<String> left) {
    var newest = new HashMap<String, Integer>();
    left.forEach(
        tx,
        Scan.all(),
        entry -> {
          var parts = entry.key().split("/");
          newest.merge(parts[0], Integer.parseInt(parts[1]), Math::max);
        });
    for (var thread : newest.keySet()) {
      int last = newest.get(thread);
      for (int i = Math.max(0, last - REPLACED + 1); i <= last; i++) {
        var found = packed.attached(tx, thread + "/" + i % REPLACED);
        boolean deleted = i % 3 == 0 && i + 5 <= last;
        var key = thread + "/" + i;
        assertThat(found == null).as(key).isEqualTo(deleted);
        if (found != null) {
          assertThat(found.value()).isEqualTo(key);
          assertThat(new String(found.attachment().read())).isEqualTo((key + ' ').repeat(500));
        }
      }
    }
  }

  @Test
  void aFolderInUseIsRefusedWithTheProcessThatUsesIt(@TempDir Path folder) throws Exception {
    var process = start(Writer.class, List.of(), folder);
    try {
      process.getInputStream().read();
      assertThatThrownBy(() -> Store.open(folder))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.IN_USE))
          .hasMessage(
              "The data folder %s is in use by process %d: stop it or choose another with --data"
                  .formatted(folder, process.pid()));
    } finally {
      process.destroyForcibly().waitFor();
    }
    Store.open(folder).close();
  }
}

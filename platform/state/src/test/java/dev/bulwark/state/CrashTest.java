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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a process was killed in the middle of writing. */
class CrashTest {

  static final TableSpec<String> LEFT =
      TableSpec.of("crash_left", Codec.string(), Index.of("all", value -> "all"));
  static final TableSpec<String> RIGHT = TableSpec.of("crash_right", Codec.string());
  static final TableSpec<String> BLOBS = TableSpec.of("crash_blobs", Codec.string());

  /**
   * Writes to two tables and the blob store from many threads, and prints what has been
   * acknowledged.
   */
  static final class Writer {
    public static void main(String[] arguments) {
      var out = new PrintStream(System.out, true);
      var store = Store.open(Path.of(arguments[0]));
      var blobs = BlobStore.of(store);
      var left = store.table(LEFT);
      var right = store.table(RIGHT);
      var rows = store.table(BLOBS);
      for (int t = 0; t < 32; t++) {
        int thread = t;
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; ; i++) {
                    var key = thread + "/" + i;
                    store.run(
                        tx -> {
                          left.insert(tx, key, key);
                          right.insert(tx, key, "x".repeat(2000));
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
      try (var store = Store.open(data)) {
        var left = store.table(LEFT);
        var right = store.table(RIGHT);
        var rows = store.table(BLOBS);
        var blobs = BlobStore.of(store);
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

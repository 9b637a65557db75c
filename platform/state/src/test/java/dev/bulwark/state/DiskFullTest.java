package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk without room: writes fail clearly, nothing is half done, and all goes on when there is
 * room.
 */
class DiskFullTest {

  private static final TableSpec<byte[]> SPEC = TableSpec.of("full", Codec.bytes());

  @TempDir Path folder;

  @Test
  void writesFailAndTheStoreGoesOnWhenThereIsRoom() {
    try (var store = (SqliteStore) Store.open(folder)) {
      var table = store.table(SPEC);
      store.run(tx -> table.put(tx, "before", new byte[10]));
      store.limitPages(200);
      assertThatThrownBy(() -> store.run(tx -> table.put(tx, "big", new byte[4 << 20])))
          .isInstanceOfSatisfying(StoreException.class, DiskFullTest::isFull);
      assertThat(table.get("before")).hasSize(10);
      assertThat(table.get("big")).isNull();

      store.limitPages(1 << 30);
      store.run(tx -> table.put(tx, "big", new byte[4 << 20]));
      assertThat(table.get("big")).hasSize(4 << 20);
      assertThat(store.check()).isEmpty();
    }
  }

  @Test
  void aWriteThatDoesNotFitFailsAloneAmongOthers() throws Exception {
    try (var store = (SqliteStore) Store.open(folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var table = store.table(SPEC);
      store.run(tx -> table.put(tx, "before", new byte[10]));
      store.limitPages(400);
      var big = new ArrayList<Future<?>>();
      var small = new ArrayList<Future<?>>();
      for (int i = 0; i < 40; i++) {
        var key = "k" + i;
        small.add(threads.submit(() -> store.write(tx -> table.put(tx, "s" + key, new byte[100]))));
        big.add(threads.submit(() -> store.write(tx -> table.put(tx, key, new byte[4 << 20]))));
      }
      for (var one : big) {
        assertThatThrownBy(one::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOfSatisfying(StoreException.class, DiskFullTest::isFull);
      }
      for (var one : small) {
        one.get();
      }
      store.run(tx -> assertThat(table.count(tx, "")).isEqualTo(41));
    }
  }

  @Test
  void whatWasAppendedWaitsForRoom() {
    var settled = new AtomicInteger();
    try (var store = (SqliteStore) Store.open(folder)) {
      var table = store.table(SPEC);
      store.flush();
      store.limitPages(200);
      for (int i = 0; i < 3; i++) {
        var key = "event " + i;
        store.append(tx -> table.put(tx, key, new byte[4 << 20]), settled::incrementAndGet);
      }
      store.flush();
      assertThat(table.get("event 0")).isNull();
      assertThat(settled).hasValue(0);
      store.limitPages(1 << 30);
    }
    try (var store = Store.open(folder)) {
      var table = store.table(SPEC);
      store.run(tx -> assertThat(table.count(tx, "event")).isEqualTo(3));
      assertThat(settled).hasValue(3);
    }
  }

  private static void isFull(StoreException e) {
    assertThat(e.kind()).isEqualTo(StoreException.Kind.DISK_FULL);
  }

  /** Run where no file may grow beyond 256 KiB. */
  static final class Limited {
    public static void main(String[] arguments) throws IOException {
      var blobs = BlobStore.open(Path.of(arguments[0]));
      var small = new byte[1000];
      try (var writer = blobs.create()) {
        writer.write(small);
        writer.commit();
      }
      try (var writer = blobs.create()) {
        for (int i = 0; i < 1000; i++) {
          writer.write(small);
        }
        writer.commit();
        System.exit(1);
      } catch (StoreException e) {
        System.out.println(e.kind());
      }
      try (var writer = blobs.create()) {
        writer.write(small);
        System.out.println(blobs.open(writer.commit().id()).readAllBytes().length);
      }
    }
  }

  @Test
  void whatDoesNotFitIntoAPackLeavesNoRowAndOthersGoOn() throws Exception {
    try (var store = (SqliteStore) Store.open(folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var table = store.table(TableSpec.of("beside", Codec.string()).withAttachments());
      for (int i = 0; i < 5; i++) {
        var first = table.attach("first" + i, new byte[8000]);
        var key = "first" + i;
        store.run(tx -> table.put(tx, key, "value", first));
      }
      store.limitPacks(100_000);
      var writes = new ArrayList<Future<?>>();
      for (int i = 0; i < 100; i++) {
        var key = "k" + i;
        // Those without much to keep do not mind.
        int length = i % 2 == 0 ? 8000 : 100;
        writes.add(
            threads.submit(
                () -> {
                  var attachment = table.attach(key, new byte[length]);
                  store.run(tx -> table.put(tx, key, key, attachment));
                }));
      }
      int written = 0;
      for (int i = 0; i < 100; i++) {
        try {
          writes.get(i).get();
          written++;
          assertThat(table.attached("k" + i).attachment().read()).hasSize(i % 2 == 0 ? 8000 : 100);
        } catch (ExecutionException e) {
          assertThat(i % 2).isZero();
          assertThat(e.getCause())
              .isInstanceOfSatisfying(StoreException.class, DiskFullTest::isFull);
          assertThat(table.get("k" + i)).isNull();
        }
      }
      assertThat(written).isBetween(50, 57);
      int rows = written + 5;
      store.run(tx -> assertThat(table.count(tx, "")).isEqualTo(rows));

      store.limitPacks(Integer.MAX_VALUE);
      var late = table.attach("late", new byte[8000]);
      store.run(tx -> table.put(tx, "late", "value", late));
      assertThat(table.attached("late").attachment().read()).hasSize(8000);
      assertThat(store.check()).isEmpty();
    }
  }

  @Test
  void aBlobThatDoesNotFitLeavesNothing() throws Exception {
    var process =
        CrashTest.start(
            Limited.class, List.of("sh", "-c", "ulimit -f 256; exec \"$@\"", "sh"), folder);
    var printed = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    assertThat(printed.lines()).containsExactly("DISK_FULL", "1000");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(2);
    }
  }
}

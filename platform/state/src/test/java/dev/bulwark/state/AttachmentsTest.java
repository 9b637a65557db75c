package dev.bulwark.state;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes beside rows: kept, replaced, moved, damaged. */
class AttachmentsTest {

  private static final TableSpec<String> SPEC = TableSpec.of("beside", Codec.string());
  private static final TableSpec<String> ATTACHED = SPEC.withAttachments();

  /** Small packs, so that a few rows fill them. */
  private static final PackCompactor.Sizes SMALL = new PackCompactor.Sizes(64 << 10, 64 << 10);

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void name() {
    data = folder.resolve("data");
  }

  private static byte[] bytes(int number, int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }

  private static void put(Store store, Table<String> table, String key, byte[] content) {
    var attachment = table.attach(key, content);
    store.run(tx -> table.put(tx, key, "value of " + key, attachment));
  }

  private static byte[] read(Table<String> table, String key) {
    while (true) {
      try {
        return table.attached(key).attachment().read();
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.NOT_FOUND) {
          throw e;
        }
      }
    }
  }

  private List<Path> packs() {
    try (var files = Files.list(data.resolve("packs"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long packed() {
    return packs().stream().mapToLong(file -> file.toFile().length()).sum();
  }

  @Test
  void shortAndLongBytesComeBackAlsoAfterAReopen() {
    try (var store = Store.open(data)) {
      var table = store.table(ATTACHED);
      for (int length : new int[] {0, 1, 511, 512, 4096, 65_566, 3 << 20}) {
        put(store, table, "k" + length, bytes(length, length));
      }
      store.run(tx -> table.put(tx, "nothing", "value"));
    }
    try (var store = Store.open(data)) {
      var table = store.table(ATTACHED);
      for (int length : new int[] {0, 1, 511, 512, 4096, 65_566, 3 << 20}) {
        assertThat(read(table, "k" + length)).isEqualTo(bytes(length, length));
        assertThat(table.get("k" + length)).isEqualTo("value of k" + length);
      }
      assertThat(table.attached("nothing").attachment()).isNull();
      assertThat(table.attached("missing")).isNull();
      assertThat(store.check()).isEmpty();
    }
  }

  @Test
  void whatIsReplacedOrUndoneIsGoneAndWhatIsUpdatedStays() {
    try (var store = Store.open(data)) {
      var table = store.table(ATTACHED);
      put(store, table, "k", bytes(1, 4096));
      store.run(tx -> table.update(tx, "k", value -> "new"));
      assertThat(read(table, "k")).isEqualTo(bytes(1, 4096));

      var late = table.attach("k", bytes(2, 4096));
      assertThatThrownBy(
              () ->
                  store.run(
                      tx -> {
                        table.put(tx, "k", "undone", late);
                        throw new IOException("changed its mind");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(read(table, "k")).isEqualTo(bytes(1, 4096));

      store.run(tx -> table.put(tx, "k", "bare", null));
      assertThat(table.attached("k")).isEqualTo(new Attached<>("bare", null));
    }
    // Nothing refers to the pack any more.
    Store.open(data).close();
    assertThat(packs()).isEmpty();
  }

  @Test
  void aFolderFromBeforeThereWerePacksIsTakenOver() {
    try (var store = Store.open(data)) {
      var table = store.table(SPEC);
      store.run(tx -> IntStream.range(0, 300).forEach(i -> table.put(tx, "k" + i, "v" + i)));
    }
    try (var store = Store.open(data)) {
      var table = store.table(ATTACHED);
      assertThat(table.attached("k7")).isEqualTo(new Attached<>("v7", null));
      put(store, table, "k7", bytes(7, 4096));
      store.run(tx -> assertThat(table.count(tx, "k")).isEqualTo(300));
      assertThat(read(table, "k7")).isEqualTo(bytes(7, 4096));
    }
  }

  @Test
  void spaceOfWhatIsDeletedComesBack() throws Exception {
    try (var store = SqliteStore.open(data, SMALL)) {
      var table = store.table(ATTACHED);
      for (int i = 0; i < 200; i++) {
        put(store, table, "k" + i, bytes(i, 4096));
      }
      assertThat(packed()).isGreaterThan(800_000);
      store.run(
          tx -> {
            for (int i = 0; i < 200; i++) {
              if (i % 10 != 0) {
                table.delete(tx, "k" + i);
              }
            }
          });
      await(() -> packed() < 260_000);
      for (int i = 0; i < 200; i += 10) {
        assertThat(read(table, "k" + i)).isEqualTo(bytes(i, 4096));
      }
      assertThat(store.check()).isEmpty();
      store.run(tx -> table.deleteAll(tx, "k"));
      await(() -> packed() < 100_000);
    }
    try (var store = SqliteStore.open(data, SMALL)) {
      assertThat(packs()).isEmpty();
      var table = store.table(ATTACHED);
      put(store, table, "k", bytes(1, 4096));
      store.clear(java.util.Set.of());
    }
    Store.open(data).close();
    assertThat(packs()).isEmpty();
  }

  private interface Condition {
    boolean holds();
  }

  /** Looks again whenever a pack comes or goes. */
  private void await(Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    var folder = data.resolve("packs");
    try (var watcher = folder.getFileSystem().newWatchService()) {
      folder.register(watcher, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
      while (!condition.holds()) {
        var changed = watcher.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(changed).as("changes among the packs").isNotNull();
        changed.pollEvents();
        changed.reset();
      }
    }
  }

  @Test
  void readersAndWritersDoNotNoticeThatPacksAreClearedOut() throws Exception {
    try (var store = SqliteStore.open(data, SMALL);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var table = store.table(ATTACHED);
      IntStream.range(0, 20).forEach(i -> put(store, table, "k" + i, bytes(i, 3000)));
      var work = new java.util.ArrayList<Future<?>>();
      for (int t = 0; t < 8; t++) {
        int thread = t;
        work.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 400; i++) {
                    int key = (i * 7 + thread) % 20;
                    if (thread % 2 == 0) {
                      put(store, table, "k" + key, bytes(key, 3000));
                    } else {
                      assertThat(read(table, "k" + key)).isEqualTo(bytes(key, 3000));
                    }
                  }
                }));
      }
      for (var one : work) {
        one.get();
      }
      assertThat(store.check()).isEmpty();
      await(() -> packed() < 400_000);
    }
  }

  @Test
  void anInterruptedReaderHarmsNobody() {
    try (var store = Store.open(data)) {
      var table = store.table(ATTACHED);
      put(store, table, "k", bytes(1, 4096));
      Thread.currentThread().interrupt();
      assertThat(read(table, "k")).isEqualTo(bytes(1, 4096));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(read(table, "k")).isEqualTo(bytes(1, 4096));
      put(store, table, "next", bytes(2, 4096));
      assertThat(read(table, "next")).isEqualTo(bytes(2, 4096));
    }
  }

  @Test
  void aTornTailIsCutOff() throws Exception {
    try (var store = Store.open(data)) {
      var table = store.table(ATTACHED);
      put(store, table, "k", bytes(1, 4096));
      // Never referred to, as after a crash between the write and the commit.
      table.attach("lost", bytes(2, 4096));
    }
    var pack = packs().getFirst();
    Files.write(pack, new byte[] {1, 2, 3}, java.nio.file.StandardOpenOption.APPEND);
    try (var store = Store.open(data)) {
      assertThat(Files.size(pack)).isBetween(4096L, 4200L);
      var table = store.table(ATTACHED);
      put(store, table, "next", bytes(3, 4096));
      assertThat(read(table, "k")).isEqualTo(bytes(1, 4096));
      assertThat(read(table, "next")).isEqualTo(bytes(3, 4096));
      assertThat(packs()).hasSize(1);
    }
  }

  @Test
  void aFlippedBitIsToldAndDoesNotSpread() throws Exception {
    try (var store = SqliteStore.open(data, SMALL)) {
      var table = store.table(ATTACHED);
      IntStream.range(0, 30).forEach(i -> put(store, table, "k" + i, bytes(i, 4096)));
    }
    var first = packs().getFirst();
    flip(first, 2 * 4096);
    try (var store = SqliteStore.open(data, SMALL)) {
      var table = store.table(ATTACHED);
      assertThat(read(table, "k0")).isEqualTo(bytes(0, 4096));
      assertCorrupt(table, "k1");
      assertThat(read(table, "k2")).isEqualTo(bytes(2, 4096));
      assertThat(store.check()).hasSize(1);
      // The pack stays while something in it cannot be moved.
      store.run(tx -> IntStream.range(5, 30).forEach(i -> table.delete(tx, "k" + i)));
      put(store, table, "new", bytes(9, 4096));
      assertCorrupt(table, "k1");
      assertThat(read(table, "k2")).isEqualTo(bytes(2, 4096));
      assertThat(read(table, "new")).isEqualTo(bytes(9, 4096));
    }
  }

  @Test
  void aScrubTellsWhatADiskHasChangedAndLeavesTheRest() throws Exception {
    BlobId id;
    try (var store = SqliteStore.open(data, SMALL)) {
      var table = store.table(ATTACHED);
      IntStream.range(0, 30).forEach(i -> put(store, table, "k" + i, bytes(i, 4096)));
      var blobs = BlobStore.of(store);
      try (var writer = blobs.create()) {
        writer.write(bytes(1, 200_000));
        id = writer.commit().id();
      }
      assertThat(Scrubber.scrub(store, blobs, Pace.UNLIMITED).problems()).isEmpty();
      assertThat(Scrubber.last(data).orElseThrow().problems()).isEmpty();
    }
    flip(packs().getLast(), 3 * 4096);
    flip(data.resolve("blobs").resolve(id.value().substring(0, 2)).resolve(id.value()), 100_000);
    Files.delete(packs().getFirst());
    try (var store = SqliteStore.open(data, SMALL)) {
      store.table(ATTACHED);
      Scrubber.scrub(store, BlobStore.of(store), Pace.UNLIMITED);
    }
    assertThat(Scrubber.last(data).orElseThrow().problems())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo("pack-00000001 is missing"),
            line -> assertThat(line).contains("pack-00000002 at ").contains("beside/k"),
            line -> assertThat(line).contains(id.value()));
  }

  private static void flip(Path file, long at) throws IOException {
    try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.seek(at);
      int before = opened.read();
      opened.seek(at);
      opened.write(before ^ 1);
    }
  }

  private static void assertCorrupt(Table<String> table, String key) {
    assertThatThrownBy(() -> read(table, key))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
  }

  @Test
  void aPackThatIsShortOrMissingIsTold() throws Exception {
    try (var store = SqliteStore.open(data, SMALL)) {
      var table = store.table(ATTACHED);
      IntStream.range(0, 40).forEach(i -> put(store, table, "k" + i, bytes(i, 4096)));
    }
    var files = packs();
    assertThat(files).hasSizeGreaterThan(2);
    Files.delete(files.get(0));
    Files.write(files.get(1), new byte[0]);
    try (var store = SqliteStore.open(data, SMALL)) {
      var table = store.table(ATTACHED);
      assertCorrupt(table, "k0");
      assertCorrupt(table, "k20");
      assertThat(read(table, "k39")).isEqualTo(bytes(39, 4096));
      assertThat(store.check()).anyMatch(line -> line.endsWith("is missing"));
      put(store, table, "k0", bytes(1, 4096));
      assertThat(read(table, "k0")).isEqualTo(bytes(1, 4096));
      store.run(tx -> table.delete(tx, "k1"));
    }
  }
}

package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoreTest {

  @TempDir Path folder;
  private BlobStore blobs;

  @BeforeEach
  void open() {
    blobs = BlobStore.open(folder);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private Blob write(byte[] bytes) {
    try (var writer = blobs.create()) {
      writer.write(bytes);
      return writer.commit();
    }
  }

  private byte[] read(BlobId id, long offset, long length) throws IOException {
    try (var in = blobs.open(id, offset, length)) {
      return in.readAllBytes();
    }
  }

  private Path file(BlobId id) {
    return folder.resolve(id.value().substring(0, 2)).resolve(id.value());
  }

  private List<Path> files() throws IOException {
    try (var walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 65535, 65536, 65537, 200_000, 5_000_000, 40_000_000})
  void aBlobComesBackAsItWas(int length) throws Exception {
    var bytes = random(length);
    var blob = write(bytes);
    assertThat(blob.length()).isEqualTo(length);
    assertThat(read(blob.id(), 0, Long.MAX_VALUE)).isEqualTo(bytes);
  }

  @Test
  void anyRangeCanBeRead() throws Exception {
    var bytes = random(300_000);
    var id = write(bytes).id();
    var random = new Random(1);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(bytes.length);
      int to = from + random.nextInt(bytes.length - from);
      assertThat(read(id, from, to - from)).isEqualTo(Arrays.copyOfRange(bytes, from, to));
    }
    assertThat(read(id, bytes.length, 10)).isEmpty();
    assertThat(read(id, bytes.length - 3, 10)).hasSize(3);
    assertThat(read(id, Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    try (var in = blobs.open(id)) {
      assertThat(in.skip(100)).isEqualTo(100);
      assertThat(in.read()).isEqualTo(bytes[100] & 0xff);
      assertThat(in.skip(150_000)).isEqualTo(150_000);
      assertThat(in.read()).isEqualTo(bytes[150_101] & 0xff);
      assertThat(in.skip(10)).isEqualTo(10);
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 150_112, bytes.length));
    }
  }

  @Test
  void aBlobThatIsNotCommittedWasNeverThere() throws Exception {
    try (var writer = blobs.create()) {
      writer.write(random(100_000));
      assertThat(files()).hasSize(1);
    }
    assertThat(files()).isEmpty();

    // What a killed process leaves.
    var unfinished = blobs.create();
    unfinished.write(random(100_000));
    BlobStore.open(folder);
    assertThat(files()).isEmpty();
    unfinished.close();
  }

  @Test
  void aFlippedBitIsFoundByWhoReadsItsBlockAndByNobodyElse() throws Exception {
    var bytes = random(200_000);
    var id = write(bytes).id();
    flip(file(id), 70_000);
    assertThatThrownBy(() -> read(id, 65_536, 10))
        .isInstanceOfSatisfying(StoreException.class, BlobStoreTest::corrupt);
    assertThatThrownBy(() -> read(id, 0, 200_000)).isInstanceOf(StoreException.class);
    assertThat(read(id, 0, 65_536)).hasSize(65_536);
    assertThat(read(id, 131_072, 1000)).hasSize(1000);
  }

  private static void corrupt(StoreException e) {
    assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT);
  }

  @Test
  void everyFlippedBitOfASmallBlobIsFound() throws Exception {
    var id = write(random(10)).id();
    var good = Files.readAllBytes(file(id));
    for (int at = 0; at < good.length; at++) {
      flip(file(id), at);
      assertThatThrownBy(() -> read(id, 0, 10))
          .isInstanceOfSatisfying(StoreException.class, BlobStoreTest::corrupt);
      Files.write(file(id), good);
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(file(id), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> read(id, 0, 10))
          .isInstanceOfSatisfying(StoreException.class, BlobStoreTest::corrupt);
    }
  }

  private static void flip(Path file, int at) throws IOException {
    var bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aDeletedBlobIsGoneButNotForWhoReadsIt() throws Exception {
    var id = write(random(200_000)).id();
    try (var in = blobs.open(id)) {
      blobs.delete(id);
      blobs.delete(id);
      assertThat(in.readAllBytes()).hasSize(200_000);
    }
    assertThat(blobs.exists(id)).isFalse();
    assertThatThrownBy(() -> blobs.open(id))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.NOT_FOUND));
  }

  @Test
  void aSweepDeletesWhatNothingRefersTo() {
    var kept = write(random(10)).id();
    var orphan = write(random(10)).id();
    assertThat(blobs.sweep(kept::equals)).isEqualTo(1);
    assertThat(blobs.exists(kept)).isTrue();
    assertThat(blobs.exists(orphan)).isFalse();
  }

  @Test
  void manyBlobsAreWrittenAtOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var written =
          IntStream.range(0, 64)
              .mapToObj(i -> threads.submit(() -> write(random(i * 1000))))
              .toList();
      for (int i = 0; i < 64; i++) {
        assertThat(read(written.get(i).get().id(), 0, 100_000)).isEqualTo(random(i * 1000));
      }
    }
  }

  @Test
  void noIdLeadsOutOfTheFolder() {
    for (var name : List.of("../../etc/passwd", "", "00", "g".repeat(32), "A".repeat(32))) {
      assertThatThrownBy(() -> new BlobId(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}

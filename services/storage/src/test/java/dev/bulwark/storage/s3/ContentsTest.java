package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Where the bytes of objects lie: as older programs kept them, and when a disk has changed them.
 */
class ContentsTest {
  private static final String BUCKET = "contents";
  private static final String KEY = "folder/object";

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final S3Tables tables = new S3Tables(lab.store);

  @BeforeEach
  void createBucket() {
    s3.createBucket(r -> r.bucket(BUCKET));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void put(byte[] content) {
    s3.putObject(r -> r.bucket(BUCKET).key(KEY), RequestBody.fromBytes(content));
  }

  private byte[] get() {
    return s3.getObjectAsBytes(r -> r.bucket(BUCKET).key(KEY)).asByteArray();
  }

  private static byte[] bytes(int value, int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Moves the object's bytes to where they were kept before there were packs. */
  private void makeOld(byte[] content) {
    var row = S3Tables.key(BUCKET, KEY);
    var now = tables.objects.get(row);
    var sealed = Blobs.seal(new ServerSeal(lab.sealer), BUCKET, KEY, content);
    lab.store.run(
        tx -> {
          tables.objects.put(tx, row, now.withContent(Content.Inline.INSTANCE), null);
          tables.contents.put(tx, row, sealed);
        });
  }

  private boolean hasContentRow() {
    return tables.contents.get(S3Tables.key(BUCKET, KEY)) != null;
  }

  @Test
  void whatOlderProgramsKeptIsReadOverwrittenAndDeleted() {
    for (int length : new int[] {10, 4096, 60_000}) {
      put(bytes(1, length));
      makeOld(bytes(1, length));
      assertThat(get()).isEqualTo(bytes(1, length));
      s3.putObjectTagging(
          r ->
              r.bucket(BUCKET)
                  .key(KEY)
                  .tagging(t -> t.tagSet(tag -> tag.key("k").value("v").build())));
      assertThat(get()).isEqualTo(bytes(1, length));
      assertThat(hasContentRow()).isTrue();

      put(bytes(2, length));
      assertThat(get()).isEqualTo(bytes(2, length));
      assertThat(hasContentRow()).isFalse();

      makeOld(bytes(2, length));
      s3.deleteObject(r -> r.bucket(BUCKET).key(KEY));
      assertThat(hasContentRow()).isFalse();
    }
  }

  @Test
  void anObjectChangesItsWayOfBeingKeptWithItsSize() {
    for (int length : new int[] {0, 100, 4096, 200_000, 4096, 100, 0, 200_000, 0}) {
      put(bytes(length, length));
      assertThat(get()).isEqualTo(bytes(length, length));
    }
    s3.putObjectTagging(
        r -> r.bucket(BUCKET).key(KEY).tagging(t -> t.tagSet(tag -> tag.key("k").value("v"))));
    assertThat(get()).isEmpty();
    assertThat(lab.store.check()).isEmpty();
  }

  @Test
  void damagedBytesAreNeverAnswered() throws IOException {
    put(bytes(1, 60_000));
    try (var files = Files.list(lab.store.directory().resolve("packs"))) {
      var pack = files.findFirst().orElseThrow();
      try (var opened = new RandomAccessFile(pack.toFile(), "rw")) {
        opened.seek(30_000);
        int before = opened.read();
        opened.seek(30_000);
        opened.write(before ^ 4);
      }
    }
    assertThatThrownBy(this::get)
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(503));
    assertThat(s3.headObject(r -> r.bucket(BUCKET).key(KEY)).contentLength()).isEqualTo(60_000);
    put(bytes(2, 60_000));
    assertThat(get()).isEqualTo(bytes(2, 60_000));
  }

  /** Deletes the files of large contents, as a disk may lose them. */
  private void loseBlobs() throws IOException {
    try (var files = Files.walk(lab.store.directory().resolve("blobs"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  @Timeout(60)
  void lostBytesAreToldAsSuch() throws IOException {
    put(bytes(1, 300_000));
    var id = s3.createMultipartUpload(r -> r.bucket(BUCKET).key("parts")).uploadId();
    var part =
        s3.uploadPart(
            r -> r.bucket(BUCKET).key("parts").uploadId(id).partNumber(1),
            RequestBody.fromBytes(bytes(2, 300_000)));
    s3.completeMultipartUpload(
        r ->
            r.bucket(BUCKET)
                .key("parts")
                .uploadId(id)
                .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(part.eTag()))));
    loseBlobs();
    for (var key : List.of(KEY, "parts")) {
      assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)))
          .as(key)
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(503));
    }
    put(bytes(3, 300_000));
    assertThat(get()).isEqualTo(bytes(3, 300_000));
  }
}

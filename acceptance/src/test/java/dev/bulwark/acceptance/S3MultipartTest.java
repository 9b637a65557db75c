package dev.bulwark.acceptance;

import static dev.bulwark.acceptance.S3ObjectsTest.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Uploads in parts. */
class S3MultipartTest {
  private static final int PART = 5 << 20;

  private final S3Client s3 = RunningServer.shared().s3(RunningServer.ROOT);
  private final String bucket = "parts-" + UUID.randomUUID().toString().substring(0, 8);
  private final byte[] content = new byte[PART + 100_000];

  @BeforeEach
  void create() {
    s3.createBucket(r -> r.bucket(bucket));
    new Random(3).nextBytes(content);
  }

  private String begin(String key) {
    return s3.createMultipartUpload(
            r -> r.bucket(bucket).key(key).contentType("x/y").metadata(Map.of("m", "1")))
        .uploadId();
  }

  private CompletedPart upload(String key, String id, int number, byte[] bytes) {
    var tag =
        s3.uploadPart(
                r -> r.bucket(bucket).key(key).uploadId(id).partNumber(number),
                RequestBody.fromBytes(bytes))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).build();
  }

  private void complete(String key, String id, List<CompletedPart> parts) {
    s3.completeMultipartUpload(
        r -> r.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
  }

  @Test
  void partsInAnyOrderMakeOneObject() {
    var id = begin("big");
    var second = upload("big", id, 2, Arrays.copyOfRange(content, PART, content.length));
    upload("big", id, 1, new byte[] {1});
    var first = upload("big", id, 1, Arrays.copyOf(content, PART));
    assertThatThrownBy(() -> s3.headObject(r -> r.bucket(bucket).key("big")))
        .isInstanceOf(NoSuchKeyException.class);
    assertThat(s3.listParts(r -> r.bucket(bucket).key("big").uploadId(id)).parts())
        .extracting(p -> p.partNumber(), p -> p.size())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, (long) PART),
            org.assertj.core.groups.Tuple.tuple(2, 100_000L));
    assertThat(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads())
        .extracting(u -> u.uploadId())
        .containsExactly(id);
    complete("big", id, List.of(first, second));
    var got = s3.getObjectAsBytes(r -> r.bucket(bucket).key("big"));
    assertThat(got.asByteArray()).isEqualTo(content);
    assertThat(got.response().eTag()).endsWith("-2\"");
    assertThat(got.response().contentType()).isEqualTo("x/y");
    assertThat(got.response().metadata()).containsEntry("m", "1");
    var seam = "bytes=%d-%d".formatted(PART - 2, PART + 1);
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("big").range(seam)).asByteArray())
        .isEqualTo(Arrays.copyOfRange(content, PART - 2, PART + 2));
    assertThat(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads()).isEmpty();
  }

  @Test
  void anAbortedUploadLeavesNothing() {
    var id = begin("gone");
    upload("gone", id, 1, new byte[1000]);
    s3.abortMultipartUpload(r -> r.bucket(bucket).key("gone").uploadId(id));
    assertThatThrownBy(() -> upload("gone", id, 2, new byte[1000]))
        .satisfies(failing(404, "NoSuchUpload"));
    assertThat(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads()).isEmpty();
    s3.deleteBucket(r -> r.bucket(bucket));
  }

  @Test
  void whatCannotBeCompletedIsRefused() {
    var id = begin("wrong");
    var small = upload("wrong", id, 1, new byte[1000]);
    var last = upload("wrong", id, 2, new byte[1000]);
    assertThatThrownBy(() -> complete("wrong", id, List.of(small, last)))
        .satisfies(failing(400, "EntityTooSmall"));
    assertThatThrownBy(() -> complete("wrong", id, List.of(last, small)))
        .satisfies(failing(400, "InvalidPartOrder"));
    var unknown = CompletedPart.builder().partNumber(1).eTag("\"00\"").build();
    assertThatThrownBy(() -> complete("wrong", id, List.of(unknown)))
        .satisfies(failing(400, "InvalidPart"));
    assertThatThrownBy(() -> complete("wrong", "no-such-upload", List.of(small)))
        .satisfies(failing(404, "NoSuchUpload"));
    assertThatThrownBy(() -> upload("wrong", id, 10_001, new byte[1]))
        .satisfies(failing(400, "InvalidArgument"));
    complete("wrong", id, List.of(small));
    assertThat(s3.headObject(r -> r.bucket(bucket).key("wrong")).contentLength()).isEqualTo(1000);
  }

  @Test
  void aPartCanBeCopiedFromAnObject() {
    s3.putObject(r -> r.bucket(bucket).key("source"), RequestBody.fromBytes(content));
    var id = begin("copied");
    var tag =
        s3.uploadPartCopy(
                r ->
                    r.sourceBucket(bucket)
                        .sourceKey("source")
                        .copySourceRange("bytes=10-99")
                        .destinationBucket(bucket)
                        .destinationKey("copied")
                        .uploadId(id)
                        .partNumber(1))
            .copyPartResult()
            .eTag();
    complete("copied", id, List.of(CompletedPart.builder().partNumber(1).eTag(tag).build()));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("copied")).asByteArray())
        .isEqualTo(Arrays.copyOfRange(content, 10, 100));
  }
}

package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

final class MultipartTest {
  private static final int PART = 5 * 1024 * 1024;

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final byte[] content = new byte[2 * PART + 1234];

  @BeforeEach
  void makeBucket() {
    new Random(7).nextBytes(content);
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String create(String key) {
    return s3.createMultipartUpload(b -> b.bucket("shelf").key(key)).uploadId();
  }

  private UploadPartResponse upload(String key, String id, int number, byte[] bytes) {
    return s3.uploadPart(
        b -> b.bucket("shelf").key(key).uploadId(id).partNumber(number),
        RequestBody.fromBytes(bytes));
  }

  private static CompletedPart completed(int number, UploadPartResponse part) {
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(part.eTag())
        .checksumCRC32(part.checksumCRC32())
        .build();
  }

  private String eTagOf(String key, String id, List<CompletedPart> parts) {
    return s3.completeMultipartUpload(
            b -> b.bucket("shelf").key(key).uploadId(id).multipartUpload(m -> m.parts(parts)))
        .eTag();
  }

  private List<CompletedPart> uploadAll(String key, String id) {
    var parts = new ArrayList<CompletedPart>();
    for (int i = 0; i * PART < content.length; i++) {
      var bytes = Arrays.copyOfRange(content, i * PART, Math.min(content.length, (i + 1) * PART));
      parts.add(completed(i + 1, upload(key, id, i + 1, bytes)));
    }
    return parts;
  }

  /** A client whose answer was lost asks again. */
  @Test
  void whatWasCompletedMayBeCompletedAgainWhileItIsThere() {
    var id = create("k");
    var parts = List.of(completed(1, upload("k", id, 1, new byte[3])));
    var eTag = eTagOf("k", id, parts);

    assertThat(eTagOf("k", id, parts)).isEqualTo(eTag);
    assertCode(
        "NoSuchUpload",
        () -> eTagOf("k", id, List.of(parts.getFirst().toBuilder().eTag("other").build())));
    assertCode("NoSuchUpload", () -> eTagOf("k", "none", parts));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("put"));
    assertCode("NoSuchUpload", () -> eTagOf("k", id, parts));
  }

  @Test
  void partsBecomeAnObject() {
    var id = create("big");
    var parts = uploadAll("big", id);
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).isEmpty();
    assertThat(s3.listParts(b -> b.bucket("shelf").key("big").uploadId(id)).parts())
        .extracting(p -> p.partNumber())
        .containsExactly(1, 2, 3);
    assertThat(eTagOf("big", id, parts)).endsWith("-3\"");

    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("big")).asByteArray())
        .isEqualTo(content);
    var range =
        s3.getObjectAsBytes(
            b -> b.bucket("shelf").key("big").range("bytes=" + (PART - 10) + "-" + (PART + 9)));
    assertThat(range.asByteArray()).isEqualTo(Arrays.copyOfRange(content, PART - 10, PART + 10));
    var second = s3.getObjectAsBytes(b -> b.bucket("shelf").key("big").partNumber(2));
    assertThat(second.response().partsCount()).isEqualTo(3);
    assertThat(second.asByteArray()).isEqualTo(Arrays.copyOfRange(content, PART, 2 * PART));

    var attributes =
        s3.getObjectAttributes(
            b ->
                b.bucket("shelf")
                    .key("big")
                    .objectAttributes(
                        ObjectAttributes.E_TAG,
                        ObjectAttributes.OBJECT_SIZE,
                        ObjectAttributes.OBJECT_PARTS));
    assertThat(attributes.objectSize()).isEqualTo(content.length);
    assertThat(attributes.objectParts().totalPartsCount()).isEqualTo(3);
    assertThat(s3.listMultipartUploads(b -> b.bucket("shelf")).uploads()).isEmpty();

    s3.deleteObject(b -> b.bucket("shelf").key("big"));
    assertThat(lab.blobFiles()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"CRC32, FULL_OBJECT", "CRC32, COMPOSITE", "SHA256, COMPOSITE", "SHA1, COMPOSITE"})
  void theWholeHasAChecksumFromThoseOfItsParts(String algorithm, String type) throws Exception {
    var id =
        s3.createMultipartUpload(
                b -> b.bucket("shelf").key("k").checksumAlgorithm(algorithm).checksumType(type))
            .uploadId();
    var parts = new ArrayList<CompletedPart>();
    for (int i = 0; i < 2; i++) {
      int number = i + 1;
      var bytes = Arrays.copyOfRange(content, i * PART, (i + 1) * PART);
      var part =
          s3.uploadPart(
              b ->
                  b.bucket("shelf")
                      .key("k")
                      .uploadId(id)
                      .partNumber(number)
                      .checksumAlgorithm(algorithm),
              RequestBody.fromBytes(bytes));
      parts.add(
          CompletedPart.builder()
              .partNumber(number)
              .eTag(part.eTag())
              .checksumCRC32(part.checksumCRC32())
              .checksumSHA1(part.checksumSHA1())
              .checksumSHA256(part.checksumSHA256())
              .build());
    }
    s3.completeMultipartUpload(
        b ->
            b.bucket("shelf")
                .key("k")
                .uploadId(id)
                .checksumType(type)
                .multipartUpload(m -> m.parts(parts)));
    var head = s3.headObject(b -> b.bucket("shelf").key("k").checksumMode(ChecksumMode.ENABLED));
    assertThat(head.checksumTypeAsString()).isEqualTo(type);
    if (type.equals("FULL_OBJECT")) {
      var expected =
          Checksum.full(
              ChecksumAlgorithm.CRC32,
              ChecksumAlgorithm.CRC32.of(Arrays.copyOf(content, 2 * PART)));
      assertThat(head.checksumCRC32()).isEqualTo(expected.text());
    } else {
      assertThat(
              head.checksumCRC32() != null
                  ? head.checksumCRC32()
                  : head.checksumSHA1() != null ? head.checksumSHA1() : head.checksumSHA256())
          .endsWith("-2");
    }
  }

  @Test
  void refusesPartsThatDoNotFit() {
    var id = create("k");
    var small = completed(1, upload("k", id, 1, new byte[10]));
    var last = completed(2, upload("k", id, 2, new byte[20]));
    assertCode("EntityTooSmall", () -> eTagOf("k", id, List.of(small, last)));
    assertCode("InvalidPartOrder", () -> eTagOf("k", id, List.of(last, small)));
    assertCode(
        "InvalidPart", () -> eTagOf("k", id, List.of(small.toBuilder().eTag("\"0\"").build())));
    assertCode(
        "InvalidPart", () -> eTagOf("k", id, List.of(small.toBuilder().partNumber(9).build())));
    assertCode("MalformedXML", () -> eTagOf("k", id, List.of()));
    assertCode("NoSuchUpload", () -> upload("k", "none", 1, new byte[1]));
    assertCode("InvalidArgument", () -> upload("k", id, 10_001, new byte[1]));
    assertThat(eTagOf("k", id, List.of(small))).endsWith("-1\"");
    assertThat(lab.blobFiles()).isEqualTo(1);
  }

  @Test
  void anAbortedUploadLeavesNothing() {
    var id = create("k");
    upload("k", id, 1, new byte[10]);
    upload("k", id, 1, new byte[20]);
    assertThat(lab.blobFiles()).isEqualTo(1);
    s3.abortMultipartUpload(b -> b.bucket("shelf").key("k").uploadId(id));
    assertThat(lab.blobFiles()).isZero();
    assertCode(
        "NoSuchUpload",
        () -> s3.abortMultipartUpload(b -> b.bucket("shelf").key("k").uploadId(id)));
  }

  @Test
  void aBucketTakesItsUnfinishedUploadsWithIt() {
    upload("k", create("k"), 1, new byte[10]);
    s3.deleteBucket(b -> b.bucket("shelf"));
    assertThat(lab.blobFiles()).isZero();
  }

  @Test
  void listsUploadsByPages() {
    var expected = new ArrayList<String>();
    for (var key : List.of("a", "a", "b/1", "b/2", "c")) {
      expected.add(key + create(key));
    }
    var found = new ArrayList<String>();
    String key = null;
    String id = null;
    boolean more = true;
    while (more) {
      var keyMarker = key;
      var idMarker = id;
      var page =
          s3.listMultipartUploads(
              b -> b.bucket("shelf").maxUploads(2).keyMarker(keyMarker).uploadIdMarker(idMarker));
      page.uploads().forEach(u -> found.add(u.key() + u.uploadId()));
      key = page.nextKeyMarker();
      id = page.nextUploadIdMarker();
      more = page.isTruncated();
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    var grouped = s3.listMultipartUploads(b -> b.bucket("shelf").delimiter("/"));
    assertThat(grouped.uploads()).hasSize(3);
    assertThat(grouped.commonPrefixes()).extracting(p -> p.prefix()).containsExactly("b/");
  }

  @Test
  void listsPartsByPages() {
    var id = create("k");
    for (int i = 1; i <= 5; i++) {
      upload("k", id, i * 2, new byte[i]);
    }
    var page = s3.listParts(b -> b.bucket("shelf").key("k").uploadId(id).maxParts(2));
    assertThat(page.isTruncated()).isTrue();
    assertThat(page.nextPartNumberMarker()).isEqualTo(4);
    var rest =
        s3.listParts(b -> b.bucket("shelf").key("k").uploadId(id).partNumberMarker(4).maxParts(10));
    assertThat(rest.isTruncated()).isFalse();
    assertThat(rest.parts()).extracting(p -> p.partNumber()).containsExactly(6, 8, 10);
  }

  @Test
  void whatIsReplacedMustNotChangeMeanwhile() {
    var before = s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("before"));
    lab.pass(Duration.ofSeconds(1));
    var id = create("k");
    lab.pass(Duration.ofSeconds(1));
    var part = completed(1, upload("k", id, 1, new byte[] {1}));
    var meanwhile = s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("new"));
    assertCode("PreconditionFailed", () -> completeIf(before.eTag(), id, part));
    assertCode("ConditionalRequestConflict", () -> completeIf(meanwhile.eTag(), id, part));
    lab.pass(Duration.ofSeconds(1));
    var again = create("k");
    var other = completed(1, upload("k", again, 1, new byte[] {1}));
    assertThat(completeIf(meanwhile.eTag(), again, other).eTag()).endsWith("-1\"");
  }

  private CompleteMultipartUploadResponse completeIf(
      String eTag, String id, CompletedPart... parts) {
    return s3.completeMultipartUpload(
        b ->
            b.bucket("shelf")
                .key("k")
                .uploadId(id)
                .ifMatch(eTag)
                .multipartUpload(m -> m.parts(parts)));
  }

  @Test
  void partsCanBeCopied() {
    var source = Arrays.copyOf(content, PART + 100);
    s3.putObject(b -> b.bucket("shelf").key("source"), RequestBody.fromBytes(source));
    var id = create("k");
    var copied =
        s3.uploadPartCopy(
            b ->
                b.sourceBucket("shelf")
                    .sourceKey("source")
                    .destinationBucket("shelf")
                    .destinationKey("k")
                    .uploadId(id)
                    .partNumber(1)
                    .copySourceRange("bytes=100-" + (PART + 99)));
    eTagOf(
        "k",
        id,
        List.of(
            CompletedPart.builder().partNumber(1).eTag(copied.copyPartResult().eTag()).build()));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("k")).asByteArray())
        .isEqualTo(Arrays.copyOfRange(source, 100, PART + 100));
    var other = create("k");
    assertCode(
        "InvalidArgument",
        () ->
            s3.uploadPartCopy(
                b ->
                    b.sourceBucket("shelf")
                        .sourceKey("source")
                        .destinationBucket("shelf")
                        .destinationKey("k")
                        .uploadId(other)
                        .partNumber(1)
                        .copySourceRange("bytes=0-" + (PART + 100))));
  }

  @Test
  void aReadOfPartsGoesOnWhileTheyAreDeleted() throws Exception {
    var id = create("big");
    eTagOf("big", id, uploadAll("big", id));
    try (var reading = s3.getObject(b -> b.bucket("shelf").key("big"))) {
      var first = reading.readNBytes(10);
      s3.deleteObject(b -> b.bucket("shelf").key("big"));
      assertThat(lab.blobFiles()).isEqualTo(3);
      assertThat(first).isEqualTo(Arrays.copyOf(content, 10));
      assertThat(reading.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 10, content.length));
    }
    assertThat(lab.blobFiles()).isZero();
  }
}

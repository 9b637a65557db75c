package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/** Objects, as applications put, get, copy and delete them. */
class S3ObjectsTest {
  private final RunningServer server = RunningServer.shared();
  private final S3Client s3 = server.s3(RunningServer.ROOT);
  private final String bucket = "objects-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void create() {
    s3.createBucket(r -> r.bucket(bucket));
  }

  private String put(String key, String content) {
    return s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(content)).eTag();
  }

  private String get(String key) {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String();
  }

  static Consumer<Throwable> failing(int status, String code) {
    return thrown ->
        assertThat(thrown)
            .isInstanceOfSatisfying(
                S3Exception.class,
                e -> {
                  assertThat(e.statusCode()).isEqualTo(status);
                  // What answers a HEAD has no body, and so no code.
                  if (e.awsErrorDetails() != null && e.awsErrorDetails().errorCode() != null) {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
                  }
                });
  }

  @Test
  void anObjectComesBackAsItWasPut() throws Exception {
    var content = new byte[300_000];
    new Random(1).nextBytes(content);
    var put =
        s3.putObject(
            r ->
                r.bucket(bucket)
                    .key("a")
                    .contentType("application/x-thing")
                    .cacheControl("max-age=7")
                    .contentDisposition("attachment; filename=\"a.bin\"")
                    .contentLanguage("de")
                    .metadata(Map.of("colour", "blue", "size", "very large")),
            RequestBody.fromBytes(content));
    var md5 = java.util.HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    assertThat(put.eTag()).isEqualTo("\"" + md5 + "\"");
    var got = s3.getObjectAsBytes(r -> r.bucket(bucket).key("a"));
    assertThat(got.asByteArray()).isEqualTo(content);
    assertThat(got.response().contentType()).isEqualTo("application/x-thing");
    assertThat(got.response().cacheControl()).isEqualTo("max-age=7");
    assertThat(got.response().contentDisposition()).isEqualTo("attachment; filename=\"a.bin\"");
    assertThat(got.response().contentLanguage()).isEqualTo("de");
    assertThat(got.response().metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("colour", "blue", "size", "very large"));
    var head = s3.headObject(r -> r.bucket(bucket).key("a"));
    assertThat(head.contentLength()).isEqualTo(content.length);
    assertThat(head.eTag()).isEqualTo(put.eTag());
    assertThat(head.lastModified()).isNotNull();
  }

  @Test
  void anEmptyObjectIsAnObject() {
    put("empty", "");
    assertThat(get("empty")).isEmpty();
    assertThat(s3.headObject(r -> r.bucket(bucket).key("empty")).contentLength()).isZero();
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> get("nothing")).isInstanceOf(NoSuchKeyException.class);
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("no-such-" + bucket).key("nothing")))
        .isInstanceOf(NoSuchBucketException.class);
    assertThatThrownBy(() -> s3.headObject(r -> r.bucket(bucket).key("nothing")))
        .satisfies(failing(404, "NoSuchKey"));
    s3.deleteObject(r -> r.bucket(bucket).key("nothing"));
  }

  @Test
  void rangesGiveThePartsThatAreAskedFor() {
    put("digits", "0123456789");
    assertThat(range("bytes=2-4")).isEqualTo("234");
    assertThat(range("bytes=7-")).isEqualTo("789");
    assertThat(range("bytes=-3")).isEqualTo("789");
    assertThat(range("bytes=5-100")).isEqualTo("56789");
    var part = s3.getObject(r -> r.bucket(bucket).key("digits").range("bytes=0-0"));
    assertThat(part.response().contentRange()).isEqualTo("bytes 0-0/10");
    assertThat(part.response().contentLength()).isEqualTo(1);
    assertThatThrownBy(() -> range("bytes=10-")).satisfies(failing(416, "InvalidRange"));
    // A range that is none is ignored, as RFC 9110 wants it.
    assertThat(range("lines=1-2")).isEqualTo("0123456789");
  }

  private String range(String range) {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key("digits").range(range)).asUtf8String();
  }

  @Test
  void conditionsAreHeld() {
    var tag = put("c", "one");
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("c").ifNoneMatch(tag)))
        .satisfies(failing(304, "NotModified"));
    assertThatThrownBy(
            () -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("c").ifMatch("\"other\"")))
        .satisfies(failing(412, "PreconditionFailed"));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("c").ifMatch(tag)).asUtf8String())
        .isEqualTo("one");
    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key("c").ifNoneMatch("*"), RequestBody.fromString("two")))
        .satisfies(failing(412, "PreconditionFailed"));
    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key("c").ifMatch("\"0\""), RequestBody.fromString("two")))
        .satisfies(failing(412, "PreconditionFailed"));
    s3.putObject(r -> r.bucket(bucket).key("c").ifMatch(tag), RequestBody.fromString("two"));
    assertThat(get("c")).isEqualTo("two");
    s3.putObject(r -> r.bucket(bucket).key("d").ifNoneMatch("*"), RequestBody.fromString("new"));
    assertThat(get("d")).isEqualTo("new");
  }

  @Test
  void anObjectIsCopiedWithItsMetadataOrWithNewOnes() {
    s3.putObject(
        r -> r.bucket(bucket).key("from+here ä").metadata(Map.of("k", "v")).contentType("text/x"),
        RequestBody.fromString("content"));
    var copied =
        s3.copyObject(
            r ->
                r.sourceBucket(bucket)
                    .sourceKey("from+here ä")
                    .destinationBucket(bucket)
                    .destinationKey("to"));
    assertThat(copied.copyObjectResult().eTag()).isNotBlank();
    var head = s3.headObject(r -> r.bucket(bucket).key("to"));
    assertThat(head.metadata()).containsEntry("k", "v");
    assertThat(head.contentType()).isEqualTo("text/x");
    s3.copyObject(
        r ->
            r.sourceBucket(bucket)
                .sourceKey("to")
                .destinationBucket(bucket)
                .destinationKey("to")
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("n", "w")));
    assertThat(s3.headObject(r -> r.bucket(bucket).key("to")).metadata())
        .containsExactly(Map.entry("n", "w"));
    assertThat(get("to")).isEqualTo("content");
    assertThatThrownBy(
            () ->
                s3.copyObject(
                    r ->
                        r.sourceBucket(bucket)
                            .sourceKey("to")
                            .destinationBucket(bucket)
                            .destinationKey("to")))
        .satisfies(failing(400, "InvalidRequest"));
    assertThatThrownBy(
            () ->
                s3.copyObject(
                    r ->
                        r.sourceBucket(bucket)
                            .sourceKey("nothing")
                            .destinationBucket(bucket)
                            .destinationKey("x")))
        .satisfies(failing(404, "NoSuchKey"));
  }

  @Test
  void manyAreDeletedAtOnce() {
    put("1", "a");
    put("2", "b");
    put("3", "c");
    var deleted =
        s3.deleteObjects(
            r ->
                r.bucket(bucket)
                    .delete(
                        d ->
                            d.objects(
                                ObjectIdentifier.builder().key("1").build(),
                                ObjectIdentifier.builder().key("2").build(),
                                ObjectIdentifier.builder().key("never there").build())));
    assertThat(deleted.deleted()).extracting(d -> d.key()).contains("1", "2", "never there");
    assertThat(deleted.errors()).isEmpty();
    assertThat(s3.listObjectsV2(r -> r.bucket(bucket)).contents())
        .extracting(o -> o.key())
        .containsExactly("3");
    assertThatThrownBy(() -> s3.deleteBucket(r -> r.bucket(bucket)))
        .satisfies(failing(409, "BucketNotEmpty"));
    s3.deleteObject(r -> r.bucket(bucket).key("3"));
    s3.deleteBucket(r -> r.bucket(bucket));
    assertThatThrownBy(() -> s3.headBucket(r -> r.bucket(bucket)))
        .satisfies(failing(404, "NoSuchBucket"));
  }

  @Test
  void objectsHaveTags() {
    s3.putObject(
        r -> r.bucket(bucket).key("t").tagging("a=1&b=two%20words"), RequestBody.fromString("x"));
    assertThat(s3.getObjectTagging(r -> r.bucket(bucket).key("t")).tagSet())
        .containsExactlyInAnyOrder(tag("a", "1"), tag("b", "two words"));
    s3.putObjectTagging(r -> r.bucket(bucket).key("t").tagging(t -> t.tagSet(tag("c", "3"))));
    assertThat(s3.getObjectTagging(r -> r.bucket(bucket).key("t")).tagSet())
        .containsExactly(tag("c", "3"));
    assertThat(s3.getObject(r -> r.bucket(bucket).key("t")).response().tagCount()).isEqualTo(1);
    s3.deleteObjectTagging(r -> r.bucket(bucket).key("t"));
    assertThat(s3.getObjectTagging(r -> r.bucket(bucket).key("t")).tagSet()).isEmpty();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN_TO_SDK_VERSION", "CRC64_NVME"})
  void theSdksTrailingChecksumsAreVerifiedAndKept(ChecksumAlgorithm algorithm) {
    s3.putObject(
        r -> r.bucket(bucket).key("sum").checksumAlgorithm(algorithm),
        RequestBody.fromString("content"));
    // The SDK compares what it computes with what the server says.
    var got =
        s3.getObject(r -> r.bucket(bucket).key("sum").checksumMode(ChecksumMode.ENABLED))
            .response();
    var sum =
        switch (algorithm) {
          case CRC32 -> got.checksumCRC32();
          case CRC32_C -> got.checksumCRC32C();
          case SHA1 -> got.checksumSHA1();
          default -> got.checksumSHA256();
        };
    assertThat(sum).isNotBlank();
    assertThat(get("sum")).isEqualTo("content");
  }

  @Test
  void aWrongChecksumIsRefusedAndNothingIsKept() throws Exception {
    var other =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest("other".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key("bad").checksumSHA256(other),
                    RequestBody.fromString("content")))
        .satisfies(failing(400, "BadDigest"));
    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key("bad").contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                    RequestBody.fromString("content")))
        .satisfies(failing(400, "BadDigest"));
    assertThatThrownBy(() -> get("bad")).isInstanceOf(NoSuchKeyException.class);
  }
}

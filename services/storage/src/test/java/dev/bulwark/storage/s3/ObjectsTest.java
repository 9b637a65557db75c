package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.schema.Body;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class ObjectsTest {
  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static byte[] bytes(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private void put(String key, byte[] content) {
    s3.putObject(b -> b.bucket("shelf").key(key), RequestBody.fromBytes(content));
  }

  private byte[] get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket("shelf").key(key)).asByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 65_506, 65_536, 65_537, 131_012, 1_000_000})
  void whatIsPutIsGot(int size) {
    var content = bytes(size);
    put("a/b", content);
    assertThat(get("a/b")).isEqualTo(content);
    assertThat(s3.headObject(b -> b.bucket("shelf").key("a/b")).contentLength()).isEqualTo(size);
  }

  @Test
  void keepsHeadersAndMetadata() {
    s3.putObject(
        b ->
            b.bucket("shelf")
                .key("k")
                .contentType("text/plain")
                .cacheControl("no-store")
                .contentDisposition("attachment")
                .contentEncoding("br")
                .contentLanguage("de")
                .metadata(Map.of("Colour", "blue"))
                .storageClass("STANDARD_IA")
                .tagging("team=red&stage=test"),
        RequestBody.fromString("hello"));
    var head = s3.headObject(b -> b.bucket("shelf").key("k"));
    assertThat(head.contentType()).isEqualTo("text/plain");
    assertThat(head.cacheControl()).isEqualTo("no-store");
    assertThat(head.contentDisposition()).isEqualTo("attachment");
    assertThat(head.contentEncoding()).isEqualTo("br");
    assertThat(head.contentLanguage()).isEqualTo("de");
    assertThat(head.metadata()).containsExactly(Map.entry("colour", "blue"));
    assertThat(head.storageClassAsString()).isEqualTo("STANDARD_IA");
    assertThat(head.serverSideEncryptionAsString()).isEqualTo("AES256");
    assertThat(head.eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
    assertThat(s3.getObject(b -> b.bucket("shelf").key("k")).response().tagCount()).isEqualTo(2);
  }

  @Test
  void theUsualTypeIsBinary() {
    s3.putObject(
        b -> b.bucket("shelf").key("k"),
        RequestBody.fromContentProvider(
            () -> new ByteArrayInputStream(new byte[1]), 1, "application/x-test"));
    assertThat(s3.headObject(b -> b.bucket("shelf").key("k")).contentType())
        .isEqualTo("application/x-test");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, bytes 0-0/100000, 1",
    "bytes=65000-70000, bytes 65000-70000/100000, 5001",
    "bytes=99999-, bytes 99999-99999/100000, 1",
    "bytes=-5, bytes 99995-99999/100000, 5",
    "bytes=0-500000, bytes 0-99999/100000, 100000",
  })
  void sendsRanges(String range, String contentRange, int length) {
    var content = bytes(100_000);
    put("k", content);
    var response = s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").range(range));
    assertThat(response.response().contentRange()).isEqualTo(contentRange);
    assertThat(response.response().sdkHttpResponse().statusCode()).isEqualTo(206);
    int from = Integer.parseInt(contentRange.substring(6, contentRange.indexOf('-')));
    assertThat(response.asByteArray()).isEqualTo(Arrays.copyOfRange(content, from, from + length));
    var head = s3.headObject(b -> b.bucket("shelf").key("k").range(range));
    assertThat(head.contentLength()).isEqualTo(length);
    assertThat(head.sdkHttpResponse().statusCode()).isEqualTo(206);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,5-6", "bytes=5-2", "chars=0-1", "bytes=a-b", "bytes=-"})
  void sendsAllForRangesThatItDoesNotHeed(String range) {
    put("k", bytes(10));
    var response = s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").range(range));
    assertThat(response.response().sdkHttpResponse().statusCode()).isEqualTo(200);
    assertThat(response.asByteArray()).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
  void refusesRangesOutside(String range) {
    put("k", bytes(10));
    assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").range(range)))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(416);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidRange");
              assertThat(e.awsErrorDetails().errorMessage())
                  .isEqualTo("The requested range is not satisfiable");
            });
  }

  @Test
  void heedsConditionsOfReads() {
    put("k", bytes(10));
    var head = s3.headObject(b -> b.bucket("shelf").key("k"));
    var eTag = head.eTag();
    var later = head.lastModified().plus(1, ChronoUnit.HOURS);
    var earlier = head.lastModified().minus(1, ChronoUnit.HOURS);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").ifMatch(eTag)).asByteArray())
        .hasSize(10);
    // If-Match, where it holds, stands before If-Unmodified-Since.
    s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").ifMatch(eTag).ifUnmodifiedSince(earlier));
    assertStatus(412, () -> s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").ifMatch("\"0\"")));
    assertStatus(304, () -> s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").ifNoneMatch(eTag)));
    assertStatus(304, () -> s3.headObject(b -> b.bucket("shelf").key("k").ifModifiedSince(later)));
    assertStatus(
        412, () -> s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").ifUnmodifiedSince(earlier)));
    s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").ifModifiedSince(earlier));
  }

  @Test
  void heedsConditionsOfWrites() {
    s3.putObject(b -> b.bucket("shelf").key("k").ifNoneMatch("*"), RequestBody.fromString("1"));
    assertStatus(
        412,
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").ifNoneMatch("*"), RequestBody.fromString("2")));
    var eTag = s3.headObject(b -> b.bucket("shelf").key("k")).eTag();
    s3.putObject(b -> b.bucket("shelf").key("k").ifMatch(eTag), RequestBody.fromString("3"));
    assertStatus(
        412,
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").ifMatch(eTag), RequestBody.fromString("4")));
    assertStatus(
        404,
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("none").ifMatch(eTag), RequestBody.fromString("4")));
    assertThat(get("k")).isEqualTo("3".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(
      value = ChecksumAlgorithm.class,
      names = {"CRC32", "SHA1", "SHA256"})
  void keepsTheChecksumThatWasGiven(ChecksumAlgorithm algorithm) {
    for (int size : new int[] {10, 100_000}) {
      s3.putObject(
          b -> b.bucket("shelf").key("k").checksumAlgorithm(algorithm),
          RequestBody.fromBytes(bytes(size)));
      // The client checks the response's checksum against the bytes that it reads.
      var response =
          s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").checksumMode(ChecksumMode.ENABLED));
      assertThat(response.response().checksumTypeAsString()).isEqualTo("FULL_OBJECT");
      var value =
          switch (algorithm) {
            case CRC32 -> response.response().checksumCRC32();
            case SHA1 -> response.response().checksumSHA1();
            default -> response.response().checksumSHA256();
          };
      assertThat(value).isNotNull();
    }
  }

  @Test
  void refusesBytesThatAreNotWhatTheyWereToBe() {
    assertCode(
        "BadDigest",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").checksumCRC32("AAAAAA=="),
                RequestBody.fromString("hello")));
    assertCode(
        "BadDigest",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                RequestBody.fromString("hello")));
    assertCode(
        "InvalidDigest",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").contentMD5("nonsense"),
                RequestBody.fromString("hello")));
    assertCode(
        "BadDigest",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").checksumSHA256("A".repeat(43) + "="),
                RequestBody.fromBytes(bytes(200_000))));
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).isEmpty();
    assertThat(lab.blobFiles()).isZero();
  }

  @Test
  void leavesNoBlobsBehind() {
    put("k", bytes(200_000));
    put("k", bytes(300_000));
    assertThat(lab.blobFiles()).isEqualTo(1);
    put("k", bytes(10));
    assertThat(lab.blobFiles()).isZero();
    put("k", bytes(300_000));
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    assertThat(lab.blobFiles()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 500_000})
  void keepsNothingOfABodyThatBreaksOff(int size) {
    put("k", bytes(10));
    var half = new ByteArrayInputStream(bytes(size / 2));
    assertThat(lab.put("shelf", "k", new Body(half, size))).isEqualTo(400);
    assertThat(get("k")).isEqualTo(bytes(10));
    assertThat(lab.blobFiles()).isZero();
    assertThat(lab.put("shelf", "k", Body.of(bytes(size)))).isEqualTo(200);
    assertThat(get("k")).isEqualTo(bytes(size));
  }

  @Test
  void largeBytesAreNotLegibleOnTheDisk() throws Exception {
    var text = "legible ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    put("k", text);
    try (var files = Files.walk(lab.store.directory().resolve("blobs"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain("legible");
      }
    }
  }

  @Test
  void sweepsWhatAnInterruptedRunLeft() throws Exception {
    put("k", bytes(300_000));
    try (var writer = lab.blobs.create()) {
      writer.write(bytes(10));
      writer.commit();
    }
    lab.restart();
    assertThat(lab.blobFiles()).isEqualTo(1);
    assertThat(get("k")).isEqualTo(bytes(300_000));
  }

  @Test
  void aReadGoesOnWhileItsObjectIsReplaced() throws Exception {
    put("k", bytes(3_000_000));
    try (var reading = s3.getObject(b -> b.bucket("shelf").key("k"))) {
      var first = reading.readNBytes(1000);
      put("k", bytes(10));
      s3.deleteObject(b -> b.bucket("shelf").key("k"));
      var rest = reading.readAllBytes();
      assertThat(first).isEqualTo(Arrays.copyOf(bytes(3_000_000), 1000));
      assertThat(rest).hasSize(2_999_000);
    }
  }

  @Test
  void missingKeysAreToldToWhoMayList() {
    assertThatThrownBy(() -> get("none"))
        .isInstanceOfSatisfying(
            NoSuchKeyException.class,
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo("The specified key does not exist."));
    var reader = lab.user(Lab.ACCOUNT, "reader", Lab.allow("s3:GetObject", "*"));
    assertCode("AccessDenied", () -> reader.getObjectAsBytes(b -> b.bucket("shelf").key("none")));
    assertCode("NoSuchBucket", () -> reader.getObjectAsBytes(b -> b.bucket("absent").key("none")));
  }

  @Test
  void deletesAreIdempotent() {
    put("k", bytes(1));
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    assertStatus(404, () -> s3.headObject(b -> b.bucket("shelf").key("k")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../etc/passwd", "a//b", "/", "a b+c%2e&d?e#f", "ü/ß/日本", "a/../b", "a\nb"})
  void takesAnyKey(String key) {
    put(key, key.getBytes(StandardCharsets.UTF_8));
    assertThat(get(key)).isEqualTo(key.getBytes(StandardCharsets.UTF_8));
    var listed = s3.listObjectsV2(b -> b.bucket("shelf").encodingType("url")).contents();
    assertThat(listed).singleElement().satisfies(o -> assertThat(o.key()).isEqualTo(key));
  }

  @Test
  void refusesWhatIsTooLong() {
    put("k".repeat(1024), bytes(1));
    assertCode("KeyTooLongError", () -> put("k".repeat(1025), bytes(1)));
    assertCode("KeyTooLongError", () -> put("ü".repeat(513), bytes(1)));
    assertCode(
        "MetadataTooLarge",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").metadata(Map.of("k", "v".repeat(2048))),
                RequestBody.empty()));
  }

  @Test
  void refusesWhatIsNotBuilt() {
    assertCode(
        "NotImplemented",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").writeOffsetBytes(1L), RequestBody.empty()));
    assertCode(
        "AccessControlListNotSupported",
        () ->
            s3.putObject(b -> b.bucket("shelf").key("k").acl("public-read"), RequestBody.empty()));
  }

  static void assertCode(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  static void assertStatus(int status, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(status));
  }
}

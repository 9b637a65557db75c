package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static dev.bulwark.storage.s3.ObjectsTest.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.state.Scan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class VersioningTest {
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

  private void set(String status) {
    s3.putBucketVersioning(b -> b.bucket("shelf").versioningConfiguration(v -> v.status(status)));
  }

  private String put(String key, String content) {
    return s3.putObject(b -> b.bucket("shelf").key(key), RequestBody.fromString(content))
        .versionId();
  }

  private String get(String key, String version) {
    return s3.getObjectAsBytes(b -> b.bucket("shelf").key(key).versionId(version)).asUtf8String();
  }

  private DeleteObjectResponse delete(String key, String version) {
    return s3.deleteObject(b -> b.bucket("shelf").key(key).versionId(version));
  }

  private ListObjectVersionsResponse versions() {
    return s3.listObjectVersions(b -> b.bucket("shelf").encodingType("url"));
  }

  private boolean isEmpty() {
    var tables = new S3Tables(lab.store);
    return lab.store.read(
        tx ->
            tables.objects.keys(tx, Scan.all()).isEmpty()
                && tables.versions.keys(tx, Scan.all()).isEmpty()
                && tables.nullVersions.keys(tx, Scan.all()).isEmpty()
                && tables.kept.keys(tx, Scan.all()).isEmpty()
                && tables.contents.keys(tx, Scan.all()).isEmpty()
                && tables.blobs.keys(tx, Scan.all()).isEmpty());
  }

  @Test
  void tellsWhetherVersionsAreKept() {
    assertThat(s3.getBucketVersioning(b -> b.bucket("shelf")).status()).isNull();
    set("Enabled");
    assertThat(s3.getBucketVersioning(b -> b.bucket("shelf")).statusAsString())
        .isEqualTo("Enabled");
    set("Suspended");
    assertThat(s3.getBucketVersioning(b -> b.bucket("shelf")).statusAsString())
        .isEqualTo("Suspended");
    assertCode(
        "IllegalVersioningConfigurationException",
        () -> s3.putBucketVersioning(b -> b.bucket("shelf").versioningConfiguration(v -> {})));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 5000, 100_000})
  void keepsWhatIsOverwritten(int size) {
    var texts = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      texts.add(String.valueOf(i).repeat(size));
    }
    // The first one is put before there are versions.
    put("k", texts.get(0));
    set("Enabled");
    var first = put("k", texts.get(1));
    var second = put("k", texts.get(2));
    var third = put("k", texts.get(3));
    assertThat(get("k", "null")).isEqualTo(texts.get(0));
    assertThat(get("k", first)).isEqualTo(texts.get(1));
    assertThat(get("k", second)).isEqualTo(texts.get(2));
    assertThat(get("k", null)).isEqualTo(texts.get(3));
    var head = s3.headObject(b -> b.bucket("shelf").key("k"));
    assertThat(head.versionId()).isEqualTo(third).hasSize(32);
    assertThat(versions().versions())
        .extracting(v -> v.versionId() + " " + v.isLatest())
        .containsExactly(third + " true", second + " false", first + " false", "null false");
    delete("k", third);
    assertThat(get("k", null)).isEqualTo(texts.get(2));
    delete("k", first);
    delete("k", "null");
    assertThat(get("k", null)).isEqualTo(texts.get(2));
    delete("k", second);
    assertThat(isEmpty()).isTrue();
    assertThat(lab.blobFiles()).isZero();
  }

  @Test
  void aMarkerHidesAnObjectUntilItIsDeleted() {
    set("Enabled");
    var version = put("k", "1");
    var deleted = delete("k", null);
    assertThat(deleted.deleteMarker()).isTrue();
    assertThatThrownBy(() -> get("k", null))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("NoSuchKey");
              var http = e.awsErrorDetails().sdkHttpResponse();
              assertThat(http.firstMatchingHeader("x-amz-delete-marker")).contains("true");
              assertThat(http.firstMatchingHeader("x-amz-version-id"))
                  .contains(deleted.versionId());
            });
    assertThatThrownBy(() -> get("k", deleted.versionId()))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(405);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("MethodNotAllowed");
              var http = e.awsErrorDetails().sdkHttpResponse();
              assertThat(http.firstMatchingHeader("x-amz-delete-marker")).contains("true");
              assertThat(http.firstMatchingHeader("Allow")).contains("DELETE");
              assertThat(http.firstMatchingHeader("Last-Modified")).isPresent();
            });
    assertStatus(
        405, () -> s3.headObject(b -> b.bucket("shelf").key("k").versionId(deleted.versionId())));
    assertThat(get("k", version)).isEqualTo("1");
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).isEmpty();
    assertThat(versions().deleteMarkers())
        .singleElement()
        .satisfies(
            marker -> {
              assertThat(marker.isLatest()).isTrue();
              assertThat(marker.versionId()).isEqualTo(deleted.versionId());
            });
    assertThat(versions().versions()).singleElement().matches(v -> !v.isLatest());
    var undeleted = delete("k", deleted.versionId());
    assertThat(undeleted.deleteMarker()).isTrue();
    assertThat(get("k", null)).isEqualTo("1");
  }

  @Test
  void whereVersioningIsSuspendedTheNullVersionIsReplaced() {
    set("Enabled");
    var version = put("k", "1");
    set("Suspended");
    put("k", "2");
    put("k", "3");
    assertThat(versions().versions())
        .extracting(v -> v.versionId())
        .containsExactly("null", version);
    assertThat(get("k", "null")).isEqualTo("3");
    var deleted = delete("k", null);
    assertThat(deleted.versionId()).isEqualTo("null");
    assertThat(deleted.deleteMarker()).isTrue();
    assertThat(versions().versions()).extracting(v -> v.versionId()).containsExactly(version);
    assertThat(versions().deleteMarkers()).extracting(v -> v.versionId()).containsExactly("null");
    put("k", "4");
    assertThat(versions().deleteMarkers()).isEmpty();
    set("Enabled");
    var last = put("k", "5");
    assertThat(versions().versions())
        .extracting(v -> v.versionId())
        .containsExactly(last, "null", version);
    set("Suspended");
    put("k", "6");
    assertThat(versions().versions())
        .extracting(v -> v.versionId())
        .containsExactly("null", last, version);
    assertThat(get("k", "null")).isEqualTo("6");
    for (var id : List.of("null", last, version)) {
      delete("k", id);
    }
    assertThat(isEmpty()).isTrue();
  }

  @Test
  void versionsOfPartsMoveWithTheirParts() {
    set("Enabled");
    var bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    var upload = s3.createMultipartUpload(b -> b.bucket("shelf").key("k")).uploadId();
    var part =
        s3.uploadPart(
            b -> b.bucket("shelf").key("k").uploadId(upload).partNumber(1),
            RequestBody.fromBytes(bytes));
    var done =
        s3.completeMultipartUpload(
            b ->
                b.bucket("shelf")
                    .key("k")
                    .uploadId(upload)
                    .multipartUpload(
                        m ->
                            m.parts(
                                CompletedPart.builder().partNumber(1).eTag(part.eTag()).build())));
    put("k", "small");
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").versionId(done.versionId()))
                .asByteArray())
        .isEqualTo(bytes);
    var newest = s3.headObject(b -> b.bucket("shelf").key("k")).versionId();
    delete("k", newest);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").partNumber(1)).asByteArray())
        .isEqualTo(bytes);
    delete("k", done.versionId());
    assertThat(isEmpty()).isTrue();
    assertThat(lab.blobFiles()).isZero();
  }

  @Test
  void listsVersionsInPages() {
    set("Enabled");
    for (var key : List.of("a", "b/1", "b/2", "c\u0001d", "c", "ü")) {
      put(key, "1");
      put(key, "2");
    }
    delete("a", null);
    var all = new ArrayList<String>();
    versions().versions().forEach(v -> all.add(v.key() + v.versionId()));
    versions().deleteMarkers().forEach(v -> all.add(v.key() + v.versionId()));
    assertThat(all).hasSize(13);
    for (int size : new int[] {1, 2, 3, 5, 13}) {
      var paged = new ArrayList<String>();
      var latest = new ArrayList<String>();
      s3.listObjectVersionsPaginator(b -> b.bucket("shelf").maxKeys(size).encodingType("url"))
          .forEach(
              page -> {
                assertThat(page.versions().size() + page.deleteMarkers().size())
                    .isLessThanOrEqualTo(size);
                page.versions().forEach(v -> paged.add(v.key() + v.versionId()));
                page.versions().stream()
                    .filter(v -> v.isLatest())
                    .forEach(v -> latest.add(v.key()));
                page.deleteMarkers().forEach(v -> paged.add(v.key() + v.versionId()));
              });
      assertThat(paged).containsExactlyInAnyOrderElementsOf(all);
      assertThat(latest).containsExactly("b/1", "b/2", "c", "c\u0001d", "ü");
    }
    var grouped =
        s3.listObjectVersions(b -> b.bucket("shelf").delimiter("/").maxKeys(4).encodingType("url"));
    assertThat(grouped.commonPrefixes()).extracting(p -> p.prefix()).containsExactly("b/");
    assertThat(grouped.nextKeyMarker()).isEqualTo("b/");
    assertThat(grouped.nextVersionIdMarker()).isNull();
    var rest =
        s3.listObjectVersions(
            b -> b.bucket("shelf").delimiter("/").keyMarker("b/").encodingType("url"));
    assertThat(rest.versions()).hasSize(6);
    assertCode(
        "InvalidArgument",
        () -> s3.listObjectVersions(b -> b.bucket("shelf").versionIdMarker("null")));
  }

  @Test
  void tagsCopiesAndDeletesSingleVersions() {
    set("Enabled");
    var first = put("k", "1");
    var second = put("k", "2");
    s3.putObjectTagging(
        b ->
            b.bucket("shelf")
                .key("k")
                .versionId(first)
                .tagging(t -> t.tagSet(tag -> tag.key("a").value("b"))));
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key("k")).tagSet()).isEmpty();
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key("k").versionId(first)).tagSet())
        .hasSize(1);
    var copy =
        s3.copyObject(
            b ->
                b.copySource("shelf/k?versionId=" + first)
                    .destinationBucket("shelf")
                    .destinationKey("k"));
    assertThat(copy.copySourceVersionId()).isEqualTo(first);
    assertThat(get("k", null)).isEqualTo("1");
    var deleted =
        s3.deleteObjects(
            b ->
                b.bucket("shelf")
                    .delete(
                        d ->
                            d.objects(
                                ObjectIdentifier.builder().key("k").versionId(second).build(),
                                ObjectIdentifier.builder().key("k").build(),
                                ObjectIdentifier.builder()
                                    .key("k")
                                    .versionId("nonsense")
                                    .build())));
    assertThat(deleted.errors()).singleElement().matches(e -> e.code().equals("InvalidArgument"));
    assertThat(deleted.deleted()).hasSize(2);
    assertThat(deleted.deleted().get(1).deleteMarker()).isTrue();
    assertThat(deleted.deleted().get(1).deleteMarkerVersionId()).isNotNull();
    assertCode("NoSuchVersion", () -> get("k", second));
    assertCode("InvalidArgument", () -> get("k", "nonsense"));
  }

  @Test
  void aBucketWithVersionsIsNotEmpty() {
    set("Enabled");
    put("k", "1");
    delete("k", null);
    assertCode("BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket("shelf")));
    versions().versions().forEach(v -> delete(v.key(), v.versionId()));
    versions().deleteMarkers().forEach(v -> delete(v.key(), v.versionId()));
    s3.deleteBucket(b -> b.bucket("shelf"));
  }

  @Test
  void conditionsAreAboutTheNewestVersion() {
    set("Enabled");
    put("k", "1");
    delete("k", null);
    s3.putObject(
        b -> b.bucket("shelf").key("k").ifNoneMatch("*"),
        RequestBody.fromBytes("2".getBytes(StandardCharsets.UTF_8)));
    assertStatus(
        412,
        () -> s3.putObject(b -> b.bucket("shelf").key("k").ifNoneMatch("*"), RequestBody.empty()));
    assertStatus(412, () -> s3.deleteObject(b -> b.bucket("shelf").key("k").ifMatch("\"0\"")));
  }

  @Test
  void versionsTakeTheirOwnPermission() {
    set("Enabled");
    var version = put("k", "1");
    var reader = lab.user(Lab.ACCOUNT, "reader", Lab.allow("s3:GetObject", "*"));
    reader.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
    assertCode(
        "AccessDenied",
        () -> reader.getObjectAsBytes(b -> b.bucket("shelf").key("k").versionId(version)));
    assertCode("AccessDenied", () -> reader.listObjectVersions(b -> b.bucket("shelf")));
  }

  @Test
  void mfaDeleteTakesACodeOfTheRoot() {
    var device = "arn:aws:iam::" + Lab.ACCOUNT + ":mfa/root ";
    assertCode(
        "AccessDenied",
        () ->
            s3.putBucketVersioning(
                b ->
                    b.bucket("shelf")
                        .versioningConfiguration(v -> v.status("Enabled").mfaDelete("Enabled"))));
    s3.putBucketVersioning(
        b ->
            b.bucket("shelf")
                .mfa(device + "123456")
                .versioningConfiguration(v -> v.status("Enabled").mfaDelete("Enabled")));
    assertThat(s3.getBucketVersioning(b -> b.bucket("shelf")).mfaDeleteAsString())
        .isEqualTo("Enabled");
    var version = put("k", "1");
    delete("k", null);
    assertThatThrownBy(() -> delete("k", version))
        .hasMessageContaining("Mfa Authentication must be used for this request");
    assertCode(
        "AccessDenied",
        () ->
            s3.deleteObject(
                b -> b.bucket("shelf").key("k").versionId(version).mfa(device + "654321")));
    s3.deleteObject(b -> b.bucket("shelf").key("k").versionId(version).mfa(device + "123456"));
    assertThatThrownBy(() -> set("Suspended")).hasMessageContaining("Mfa Authentication");
    var user = lab.user(Lab.ACCOUNT, "admin", Lab.allow("s3:*", "*"));
    assertCode(
        "AccessDenied",
        () ->
            user.putBucketVersioning(
                b ->
                    b.bucket("shelf")
                        .mfa(device + "123456")
                        .versioningConfiguration(v -> v.status("Suspended"))));
  }
}

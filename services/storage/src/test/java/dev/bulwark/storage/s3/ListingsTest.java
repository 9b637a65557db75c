package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

final class ListingsTest {
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

  private void put(String... keys) {
    for (var key : keys) {
      s3.putObject(b -> b.bucket("shelf").key(key), RequestBody.fromString(key));
    }
  }

  /** Keys and common prefixes of all pages, in their order. */
  private List<String> all(ListObjectsV2Request.Builder request) {
    var found = new ArrayList<String>();
    for (var page : s3.listObjectsV2Paginator(request.bucket("shelf").build())) {
      page.contents().forEach(o -> found.add(o.key()));
      page.commonPrefixes().forEach(p -> found.add(p.prefix()));
      assertThat(page.keyCount()).isEqualTo(page.contents().size() + page.commonPrefixes().size());
    }
    return found;
  }

  @Test
  void keysAreInTheOrderOfTheirBytes() {
    // U+FFFF sorts before U+10000 in UTF-8, and after it in UTF-16.
    put("b", "a", "\ud800\udc00", "\uff5e", "A", "a/", "a-");
    assertThat(all(ListObjectsV2Request.builder()))
        .containsExactly("A", "a", "a-", "a/", "b", "\uff5e", "\ud800\udc00");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void groupsByDelimiter(int maxKeys) {
    put("x", "a/1", "a/2", "a/3", "a-", "a0", "b/c/d", "b/c/e", "b/f");
    assertThat(all(ListObjectsV2Request.builder().delimiter("/").maxKeys(maxKeys)))
        .containsExactlyInAnyOrder("a-", "a/", "a0", "b/", "x");
    assertThat(all(ListObjectsV2Request.builder().delimiter("/").prefix("b/").maxKeys(maxKeys)))
        .containsExactlyInAnyOrder("b/c/", "b/f");
    assertThat(all(ListObjectsV2Request.builder().prefix("a/").maxKeys(maxKeys)))
        .containsExactly("a/1", "a/2", "a/3");
  }

  @Test
  void versionOneGoesOnFromItsMarker() {
    put("a/1", "a/2", "b", "c/1", "d");
    var found = new ArrayList<String>();
    String next = null;
    boolean more = true;
    while (more) {
      var marker = next;
      var page = s3.listObjects(b -> b.bucket("shelf").delimiter("/").maxKeys(1).marker(marker));
      page.contents().forEach(o -> found.add(o.key()));
      page.commonPrefixes().forEach(p -> found.add(p.prefix()));
      next = page.nextMarker();
      more = page.isTruncated();
    }
    assertThat(found).containsExactly("a/", "b", "c/", "d");
    var plain = s3.listObjects(b -> b.bucket("shelf").maxKeys(2));
    assertThat(plain.nextMarker()).isNull();
    assertThat(plain.contents().getFirst().owner().id()).hasSize(64);
  }

  @Test
  void startsAfterAKey() {
    put("a", "b", "c");
    assertThat(all(ListObjectsV2Request.builder().startAfter("a"))).containsExactly("b", "c");
    assertThat(all(ListObjectsV2Request.builder().startAfter("aa"))).containsExactly("b", "c");
    assertThat(all(ListObjectsV2Request.builder().startAfter("c"))).isEmpty();
  }

  @Test
  void aTokenHoldsWhateverHappensBetweenPages() {
    put("a", "b", "c", "d");
    var page = s3.listObjectsV2(b -> b.bucket("shelf").maxKeys(2));
    s3.deleteObject(b -> b.bucket("shelf").key("b"));
    put("aa", "bb");
    var rest =
        s3.listObjectsV2(b -> b.bucket("shelf").continuationToken(page.nextContinuationToken()));
    assertThat(rest.contents()).extracting(o -> o.key()).containsExactly("bb", "c", "d");
  }

  @Test
  void boundsThePage() {
    put("a", "b");
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf").maxKeys(0)).contents()).isEmpty();
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf").maxKeys(5000)).maxKeys()).isEqualTo(1000);
    assertCode("InvalidArgument", () -> s3.listObjectsV2(b -> b.bucket("shelf").maxKeys(-1)));
    assertCode(
        "InvalidArgument",
        () -> s3.listObjectsV2(b -> b.bucket("shelf").continuationToken("nonsense")));
    assertCode(
        "InvalidArgument", () -> s3.listObjectsV2(b -> b.bucket("shelf").encodingType("latin1")));
  }

  @Test
  void deletesMany() {
    put("a", "b", "c");
    var user =
        lab.user(Lab.ACCOUNT, "cleaner", Lab.allow("s3:DeleteObject", "arn:aws:s3:::shelf/a"));
    var result =
        user.deleteObjects(
            b -> b.bucket("shelf").delete(d -> d.objects(o -> o.key("a"), o -> o.key("b"))));
    assertThat(result.deleted()).extracting(d -> d.key()).containsExactly("a");
    assertThat(result.errors())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.key()).isEqualTo("b");
              assertThat(e.code()).isEqualTo("AccessDenied");
            });
    assertCode(
        "BadDigest",
        () ->
            s3.deleteObjects(
                b ->
                    b.bucket("shelf")
                        .delete(d -> d.objects(o -> o.key("c")))
                        .overrideConfiguration(
                            c -> c.putHeader("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="))));
    var quiet =
        s3.deleteObjects(
            b ->
                b.bucket("shelf")
                    .delete(d -> d.quiet(true).objects(o -> o.key("b"), o -> o.key("none"))));
    assertThat(quiet.deleted()).isEmpty();
    assertThat(all(ListObjectsV2Request.builder())).containsExactly("c");
  }

  @Test
  void copies() {
    s3.putObject(
        b -> b.bucket("shelf").key("a b").contentType("text/plain").tagging("k=v"),
        RequestBody.fromString("hello"));
    s3.copyObject(
        b ->
            b.sourceBucket("shelf")
                .sourceKey("a b")
                .destinationBucket("shelf")
                .destinationKey("copy"));
    var copy = s3.getObjectAsBytes(b -> b.bucket("shelf").key("copy"));
    assertThat(copy.asUtf8String()).isEqualTo("hello");
    assertThat(copy.response().contentType()).isEqualTo("text/plain");
    assertThat(copy.response().tagCount()).isEqualTo(1);
    assertCode(
        "InvalidRequest",
        () ->
            s3.copyObject(
                b ->
                    b.sourceBucket("shelf")
                        .sourceKey("copy")
                        .destinationBucket("shelf")
                        .destinationKey("copy")));
    s3.copyObject(
        b ->
            b.sourceBucket("shelf")
                .sourceKey("copy")
                .destinationBucket("shelf")
                .destinationKey("copy")
                .metadataDirective("REPLACE")
                .taggingDirective("REPLACE")
                .contentType("text/html"));
    var replaced = s3.headObject(b -> b.bucket("shelf").key("copy"));
    assertThat(replaced.contentType()).isEqualTo("text/html");
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key("copy")).tagSet()).isEmpty();
    assertCode(
        "PreconditionFailed",
        () ->
            s3.copyObject(
                b ->
                    b.sourceBucket("shelf")
                        .sourceKey("copy")
                        .destinationBucket("shelf")
                        .destinationKey("other")
                        .copySourceIfMatch("\"0\"")));
    var user = lab.user(Lab.ACCOUNT, "writer", Lab.allow("s3:PutObject", "*"));
    assertCode(
        "AccessDenied",
        () ->
            user.copyObject(
                b ->
                    b.sourceBucket("shelf")
                        .sourceKey("copy")
                        .destinationBucket("shelf")
                        .destinationKey("other")));
  }

  @Test
  void copiesLargeObjects() {
    var content = new byte[300_000];
    s3.putObject(b -> b.bucket("shelf").key("big"), RequestBody.fromBytes(content));
    s3.copyObject(
        b ->
            b.sourceBucket("shelf")
                .sourceKey("big")
                .destinationBucket("shelf")
                .destinationKey("copy"));
    s3.deleteObject(b -> b.bucket("shelf").key("big"));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("copy")).asByteArray())
        .isEqualTo(content);
  }
}

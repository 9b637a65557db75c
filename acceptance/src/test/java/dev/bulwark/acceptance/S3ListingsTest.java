package dev.bulwark.acceptance;

import static dev.bulwark.acceptance.S3ObjectsTest.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Listings: prefixes, delimiters, pages. */
class S3ListingsTest {
  private static final List<String> KEYS =
      List.of("a/1", "a/2", "a/b/3", "b", "c/4", "c/5", "d", "ü/ö", "\uD83D\uDE00");

  private final S3Client s3 = RunningServer.shared().s3(RunningServer.ROOT);
  private final String bucket = "listing-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void fill() {
    s3.createBucket(r -> r.bucket(bucket));
    for (var key : KEYS.reversed()) {
      s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(key));
    }
  }

  @Test
  void keysComeInTheOrderOfTheirBytes() {
    var listed = s3.listObjectsV2(r -> r.bucket(bucket));
    assertThat(listed.contents()).extracting(S3Object::key).containsExactlyElementsOf(KEYS);
    assertThat(listed.keyCount()).isEqualTo(KEYS.size());
    assertThat(listed.isTruncated()).isFalse();
  }

  @Test
  void pagesOfAnySizeGiveEveryKeyOnce() {
    for (var size = 1; size <= KEYS.size(); size++) {
      var limit = size;
      var keys = new ArrayList<String>();
      s3.listObjectsV2Paginator(r -> r.bucket(bucket).maxKeys(limit))
          .forEach(
              page -> {
                assertThat(page.contents()).hasSizeLessThanOrEqualTo(limit);
                page.contents().forEach(o -> keys.add(o.key()));
              });
      assertThat(keys).containsExactlyElementsOf(KEYS);
    }
  }

  @Test
  void aDelimiterRollsUpWhatIsBelow() {
    var top = s3.listObjectsV2(r -> r.bucket(bucket).delimiter("/"));
    assertThat(top.contents()).extracting(S3Object::key).containsExactly("b", "d", "\uD83D\uDE00");
    assertThat(top.commonPrefixes())
        .extracting(CommonPrefix::prefix)
        .containsExactly("a/", "c/", "ü/");
    var below = s3.listObjectsV2(r -> r.bucket(bucket).prefix("a/").delimiter("/"));
    assertThat(below.contents()).extracting(S3Object::key).containsExactly("a/1", "a/2");
    assertThat(below.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("a/b/");
    var rolled = new ArrayList<String>();
    s3.listObjectsV2Paginator(r -> r.bucket(bucket).delimiter("/").maxKeys(1))
        .forEach(
            page -> {
              assertThat(page.contents().size() + page.commonPrefixes().size()).isEqualTo(1);
              page.contents().forEach(o -> rolled.add(o.key()));
              page.commonPrefixes().forEach(p -> rolled.add(p.prefix()));
            });
    assertThat(rolled).containsExactly("a/", "b", "c/", "d", "ü/", "\uD83D\uDE00");
  }

  @Test
  void aListingStartsWhereItIsTold() {
    assertThat(s3.listObjectsV2(r -> r.bucket(bucket).startAfter("b")).contents())
        .extracting(S3Object::key)
        .startsWith("c/4");
    var first = s3.listObjects(r -> r.bucket(bucket).maxKeys(2));
    assertThat(first.isTruncated()).isTrue();
    assertThat(s3.listObjects(r -> r.bucket(bucket).marker("a/2")).contents())
        .extracting(S3Object::key)
        .startsWith("a/b/3");
    assertThat(
            s3.listObjectsV2(r -> r.bucket(bucket).prefix("ü").encodingType(EncodingType.URL))
                .contents())
        .hasSize(1);
    assertThat(s3.listObjectsV2(r -> r.bucket(bucket).maxKeys(0)).contents()).isEmpty();
    assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(bucket).continuationToken("made-up")))
        .satisfies(failing(400, "InvalidArgument"));
    assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(bucket).maxKeys(-1)))
        .satisfies(failing(400, "InvalidArgument"));
  }

  @Test
  void aListingIsNotUpsetByChangesBetweenItsPages() {
    var page = s3.listObjectsV2(r -> r.bucket(bucket).maxKeys(3));
    s3.deleteObject(r -> r.bucket(bucket).key("a/b/3"));
    s3.putObject(r -> r.bucket(bucket).key("a/b/4"), RequestBody.fromString("new"));
    var next =
        s3.listObjectsV2(r -> r.bucket(bucket).continuationToken(page.nextContinuationToken()));
    assertThat(next.contents()).extracting(S3Object::key).startsWith("a/b/4", "b");
  }

  @Test
  void bucketsAreListed() {
    assertThat(s3.listBuckets().buckets()).extracting(b -> b.name()).contains(bucket);
    assertThat(s3.getBucketLocation(r -> r.bucket(bucket)).locationConstraintAsString())
        .isNullOrEmpty();
  }
}

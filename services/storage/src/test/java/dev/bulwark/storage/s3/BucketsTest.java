package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static dev.bulwark.storage.s3.ObjectsTest.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

final class BucketsTest {
  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void namesAreSharedByAllAccounts() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.createBucket(b -> b.bucket("shelf"));
    var other = lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1);
    assertCode("BucketAlreadyExists", () -> other.createBucket(b -> b.bucket("shelf")));
    var europe = lab.root(Lab.ACCOUNT, Region.EU_WEST_1);
    assertCode(
        "BucketAlreadyOwnedByYou",
        () ->
            europe.createBucket(
                b ->
                    b.bucket("shelf")
                        .createBucketConfiguration(c -> c.locationConstraint("eu-west-1"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Shelf",
        "my_shelf",
        "-shelf",
        "shelf-",
        "a..b",
        "192.168.5.4",
        "xn--shelf",
        "a-s3alias"
      })
  void refusesBadNames(String name) {
    // AWS's client does not even send most of these.
    assertThat(BucketNames.isValid(name)).isFalse();
  }

  @Test
  void refusesReservedNames() {
    assertCode("InvalidBucketName", () -> s3.createBucket(b -> b.bucket("a-s3alias")));
  }

  @Test
  void lieInARegion() {
    s3.createBucket(b -> b.bucket("here"));
    s3.createBucket(
        b -> b.bucket("there").createBucketConfiguration(c -> c.locationConstraint("eu-west-1")));
    assertThat(s3.getBucketLocation(b -> b.bucket("here")).locationConstraintAsString())
        .isNullOrEmpty();
    assertThat(s3.getBucketLocation(b -> b.bucket("there")).locationConstraintAsString())
        .isEqualTo("eu-west-1");
    assertThat(s3.headBucket(b -> b.bucket("there")).bucketRegion()).isEqualTo("eu-west-1");
    assertCode(
        "InvalidLocationConstraint",
        () ->
            s3.createBucket(
                b ->
                    b.bucket("nowhere")
                        .createBucketConfiguration(c -> c.locationConstraint("mars-1"))));
    assertCode(
        "IllegalLocationConstraintException",
        () ->
            lab.root(Lab.ACCOUNT, Region.EU_WEST_1)
                .createBucket(
                    b ->
                        b.bucket("nowhere")
                            .createBucketConfiguration(c -> c.locationConstraint("eu-central-1"))));
  }

  @Test
  void areListedByPages() {
    var names = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      var name = "shelf-" + i;
      names.add(name);
      s3.createBucket(b -> b.bucket(name));
    }
    lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1).createBucket(b -> b.bucket("foreign"));
    assertThat(s3.listBuckets().buckets()).extracting(b -> b.name()).isEqualTo(names);
    var found = new ArrayList<String>();
    s3.listBucketsPaginator(b -> b.maxBuckets(2)).buckets().forEach(b -> found.add(b.name()));
    assertThat(found).isEqualTo(names);
    assertThat(s3.listBuckets(b -> b.prefix("shelf-3")).buckets()).hasSize(1);
    assertCode("InvalidArgument", () -> s3.listBuckets(b -> b.continuationToken("nonsense")));
    // Well-formed, but no place in a list of buckets; and one before all of this account's.
    for (var place : List.of("\u008bn", "1:00")) {
      var token = Tokens.encode(place);
      assertCode("InvalidArgument", () -> s3.listBuckets(b -> b.continuationToken(token)));
    }
  }

  @Test
  void areDeletedWhenEmpty() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.empty());
    assertCode("BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket("shelf")));
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    s3.deleteBucket(b -> b.bucket("shelf"));
    assertStatus(404, () -> s3.headBucket(b -> b.bucket("shelf")));
    assertCode("NoSuchBucket", () -> s3.deleteBucket(b -> b.bucket("shelf")));
    assertCode(
        "NoSuchBucket", () -> s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.empty()));
  }

  @Test
  void mustBelongToTheExpectedOwner() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.headBucket(b -> b.bucket("shelf").expectedBucketOwner(Lab.ACCOUNT));
    assertStatus(
        403, () -> s3.headBucket(b -> b.bucket("shelf").expectedBucketOwner(Lab.OTHER_ACCOUNT)));
  }

  @Test
  void tellWhatTheyDoNotHave() {
    s3.createBucket(b -> b.bucket("shelf"));
    assertThat(s3.getBucketVersioning(b -> b.bucket("shelf")).status()).isNull();
    assertThat(s3.getBucketLogging(b -> b.bucket("shelf")).loggingEnabled()).isNull();
    assertThat(s3.getBucketRequestPayment(b -> b.bucket("shelf")).payerAsString())
        .isEqualTo("BucketOwner");
    assertThat(s3.getBucketAcl(b -> b.bucket("shelf")).grants())
        .singleElement()
        .satisfies(g -> assertThat(g.permissionAsString()).isEqualTo("FULL_CONTROL"));
    assertThat(
            s3.getBucketEncryption(b -> b.bucket("shelf"))
                .serverSideEncryptionConfiguration()
                .rules()
                .getFirst()
                .applyServerSideEncryptionByDefault()
                .sseAlgorithmAsString())
        .isEqualTo("AES256");
    assertCode("NoSuchBucketPolicy", () -> s3.getBucketPolicy(b -> b.bucket("shelf")));
    assertCode("NoSuchTagSet", () -> s3.getBucketTagging(b -> b.bucket("shelf")));
    assertCode("NoSuchCORSConfiguration", () -> s3.getBucketCors(b -> b.bucket("shelf")));
    assertCode("NoSuchWebsiteConfiguration", () -> s3.getBucketWebsite(b -> b.bucket("shelf")));
    assertCode(
        "NoSuchLifecycleConfiguration",
        () -> s3.getBucketLifecycleConfiguration(b -> b.bucket("shelf")));
    assertCode(
        "ReplicationConfigurationNotFoundError",
        () -> s3.getBucketReplication(b -> b.bucket("shelf")));
    assertCode(
        "ObjectLockConfigurationNotFoundError",
        () -> s3.getObjectLockConfiguration(b -> b.bucket("shelf")));
    assertStatus(
        501, () -> s3.putBucketWebsite(b -> b.bucket("shelf").websiteConfiguration(w -> {})));
  }

  @Test
  void keepTags() {
    s3.createBucket(b -> b.bucket("shelf"));
    var tag = Tag.builder().key("team").value("red").build();
    s3.putBucketTagging(b -> b.bucket("shelf").tagging(t -> t.tagSet(tag)));
    assertThat(s3.getBucketTagging(b -> b.bucket("shelf")).tagSet()).containsExactly(tag);
    assertCode(
        "InvalidTag",
        () -> s3.putBucketTagging(b -> b.bucket("shelf").tagging(t -> t.tagSet(tag, tag))));
    assertThatThrownBy(
            () ->
                s3.putBucketTagging(
                    b -> b.bucket("shelf").tagging(t -> t.tagSet(x -> x.key("aws:x").value("")))))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo("System tags cannot be added/updated by requester"));
    s3.deleteBucketTagging(b -> b.bucket("shelf"));
    assertCode("NoSuchTagSet", () -> s3.getBucketTagging(b -> b.bucket("shelf")));
  }
}

package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailException;
import software.amazon.awssdk.services.cloudtrail.model.InsightNotEnabledException;
import software.amazon.awssdk.services.cloudtrail.model.InsufficientEncryptionPolicyException;
import software.amazon.awssdk.services.cloudtrail.model.InsufficientS3BucketPolicyException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidHomeRegionException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidTrailNameException;
import software.amazon.awssdk.services.cloudtrail.model.KmsKeyNotFoundException;
import software.amazon.awssdk.services.cloudtrail.model.MaximumNumberOfTrailsExceededException;
import software.amazon.awssdk.services.cloudtrail.model.S3BucketDoesNotExistException;
import software.amazon.awssdk.services.cloudtrail.model.Tag;
import software.amazon.awssdk.services.cloudtrail.model.TrailAlreadyExistsException;
import software.amazon.awssdk.services.cloudtrail.model.TrailNotFoundException;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;

/** Trails as clients make, change and see them. */
class TrailsTest {
  private static final String ARN = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit";

  private final TrailWorld world = new TrailWorld();
  private final CloudTrailClient trails = world.trails;

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aTrailIsWhatWasAskedFor() {
    var made =
        trails.createTrail(
            r ->
                r.name("audit")
                    .s3BucketName(TrailWorld.BUCKET)
                    .s3KeyPrefix("logs")
                    .isMultiRegionTrail(true)
                    .enableLogFileValidation(true)
                    .tagsList(t -> t.key("team").value("blue")));
    assertThat(made.trailARN()).isEqualTo(ARN);
    assertThat(made.includeGlobalServiceEvents()).isTrue();

    var trail = trails.getTrail(r -> r.name("audit")).trail();
    assertThat(trail.homeRegion()).isEqualTo("us-east-1");
    assertThat(trail.s3KeyPrefix()).isEqualTo("logs");
    assertThat(trail.logFileValidationEnabled()).isTrue();
    assertThat(trail.hasCustomEventSelectors()).isFalse();
    assertThat(trail.isOrganizationTrail()).isFalse();
    assertThat(trails.listTags(r -> r.resourceIdList(ARN)).resourceTagList().getFirst().tagsList())
        .containsExactly(Tag.builder().key("team").value("blue").build());
    assertThat(trails.getTrailStatus(r -> r.name("audit")).isLogging()).isFalse();
    assertThat(world.s3.listObjectsV2(r -> r.bucket(TrailWorld.BUCKET)).contents())
        .extracting(object -> object.key())
        .contains("logs/AWSLogs/123456789012/CloudTrail/");
  }

  @Test
  void anUpdateChangesWhatItNames() {
    trails.createTrail(r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).s3KeyPrefix("logs"));
    var updated = trails.updateTrail(r -> r.name(ARN).enableLogFileValidation(true));
    assertThat(updated.s3KeyPrefix()).isEqualTo("logs");
    assertThat(updated.logFileValidationEnabled()).isTrue();
    assertThat(trails.updateTrail(r -> r.name("audit").s3KeyPrefix("")).s3KeyPrefix()).isNull();
    assertThatThrownBy(
            () -> trails.updateTrail(r -> r.name("audit").s3BucketName("nobodys-bucket")))
        .isInstanceOf(S3BucketDoesNotExistException.class)
        .hasMessageContaining("S3 bucket nobodys-bucket does not exist!");
    trails.deleteTrail(r -> r.name("audit"));
    assertThatThrownBy(() -> trails.getTrail(r -> r.name("audit")))
        .isInstanceOf(TrailNotFoundException.class)
        .hasMessageContaining("Unknown trail: " + ARN + " for the user: 123456789012");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ab | Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters.",
        "-abc | Trail name must starts with a letter or number.",
        "abc- | Trail name must ends with a letter or number.",
        "a b c | Trail name or ARN can only contain",
        "my-_trail | Trail name cannot have adjacent",
        "192.168.5.4 | Trail name cannot be in IP address format"
      })
  void namesHaveToBeNames(String name, String message) {
    assertThatThrownBy(() -> trails.createTrail(r -> r.name(name).s3BucketName(TrailWorld.BUCKET)))
        .isInstanceOf(InvalidTrailNameException.class)
        .hasMessageContaining(message);
  }

  @Test
  void thePolicyOfTheBucketDecides() {
    world.s3.createBucket(r -> r.bucket("closed-bucket"));
    assertThatThrownBy(() -> trails.createTrail(r -> r.name("audit").s3BucketName("closed-bucket")))
        .isInstanceOf(InsufficientS3BucketPolicyException.class)
        .hasMessageContaining("Incorrect S3 bucket policy is detected for bucket: closed-bucket");
    world.s3.putBucketPolicy(
        r ->
            r.bucket("closed-bucket")
                .policy(
                    TrailWorld.policy("closed-bucket")
                        .replace("cloudtrail:*:1234", "cloudtrail:*:9994")));
    assertThatThrownBy(() -> trails.createTrail(r -> r.name("audit").s3BucketName("closed-bucket")))
        .isInstanceOf(InsufficientS3BucketPolicyException.class);
    world.s3.putBucketPolicy(
        r -> r.bucket("closed-bucket").policy(TrailWorld.policy("closed-bucket")));
    trails.createTrail(r -> r.name("audit").s3BucketName("closed-bucket"));
  }

  @Test
  void thePolicyOfTheKeyDecides() {
    var kms = world.lab.client(KmsClient.builder());
    var key = kms.createKey().keyMetadata();
    assertThatThrownBy(
            () ->
                trails.createTrail(
                    r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).kmsKeyId(key.keyId())))
        .isInstanceOf(InsufficientEncryptionPolicyException.class);
    assertThatThrownBy(
            () ->
                trails.createTrail(
                    r ->
                        r.name("audit")
                            .s3BucketName(TrailWorld.BUCKET)
                            .kmsKeyId("11111111-2222-3333-4444-555555555555")))
        .isInstanceOf(KmsKeyNotFoundException.class);
    kms.putKeyPolicy(
        r ->
            r.keyId(key.keyId())
                .policy(
                    """
                    {"Version": "2012-10-17", "Statement": [
                      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
                      {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:DescribeKey", "Resource": "*"},
                      {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:GenerateDataKey*", "Resource": "*",
                       "Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit"},
                         "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:123456789012:trail/*"}}}]}"""));
    assertThat(
            trails
                .createTrail(
                    r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).kmsKeyId(key.keyId()))
                .kmsKeyId())
        .isEqualTo(key.arn());
  }

  @Test
  void aTrailOfAllRegionsHasShadows() {
    trails.createTrail(
        r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).isMultiRegionTrail(true));
    trails.createTrail(r -> r.name("local").s3BucketName(TrailWorld.BUCKET));
    var elsewhere = world.lab.client(CloudTrailClient.builder(), Lab.ROOT, "eu-west-1");

    assertThat(elsewhere.describeTrails().trailList())
        .extracting(trail -> trail.trailARN())
        .containsExactly(ARN);
    assertThat(elsewhere.describeTrails(r -> r.includeShadowTrails(false)).trailList()).isEmpty();
    assertThat(elsewhere.listTrails(r -> {}).trails()).hasSize(2);
    assertThat(elsewhere.getTrailStatus(r -> r.name(ARN)).isLogging()).isFalse();
    assertThatThrownBy(() -> elsewhere.getTrailStatus(r -> r.name("audit")))
        .isInstanceOf(TrailNotFoundException.class);
    assertThatThrownBy(() -> elsewhere.startLogging(r -> r.name(ARN)))
        .isInstanceOf(InvalidHomeRegionException.class);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(
            () ->
                trails.createTrail(
                    r ->
                        r.name("audit")
                            .s3BucketName(TrailWorld.BUCKET)
                            .isMultiRegionTrail(true)
                            .includeGlobalServiceEvents(false)))
        .isInstanceOf(InvalidParameterCombinationException.class)
        .hasMessageContaining("Multi-Region trail must include global service events.");
    for (var i = 1; i <= 5; i++) {
      var name = "trail-" + i;
      trails.createTrail(r -> r.name(name).s3BucketName(TrailWorld.BUCKET));
    }
    assertThatThrownBy(
            () -> trails.createTrail(r -> r.name("trail-1").s3BucketName(TrailWorld.BUCKET)))
        .isInstanceOf(TrailAlreadyExistsException.class)
        .hasMessageContaining("Trail trail-1 already exists for customer: 123456789012");
    assertThatThrownBy(
            () -> trails.createTrail(r -> r.name("trail-6").s3BucketName(TrailWorld.BUCKET)))
        .isInstanceOf(MaximumNumberOfTrailsExceededException.class)
        .hasMessageContaining("User: 123456789012 already has 5 trails in us-east-1.");
    assertThatThrownBy(() -> trails.getInsightSelectors(r -> r.trailName("trail-1")))
        .isInstanceOf(InsightNotEnabledException.class);
  }

  @Test
  void permissionsAreAskedFor() {
    var iam = world.lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("alice"));
    iam.putUserPolicy(
        r ->
            r.userName("alice")
                .policyName("p")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cloudtrail:CreateTrail","Resource":"%s"}]}"""
                        .formatted(ARN)));
    var key = iam.createAccessKey(r -> r.userName("alice")).accessKey();
    var alice =
        world.lab.client(
            CloudTrailClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()),
            "us-east-1");

    assertThatThrownBy(
            () -> alice.createTrail(r -> r.name("other").s3BucketName(TrailWorld.BUCKET)))
        .isInstanceOf(CloudTrailException.class)
        .hasMessageContaining("is not authorized to perform: cloudtrail:CreateTrail");
    assertThatThrownBy(
            () ->
                alice.createTrail(
                    r ->
                        r.name("audit")
                            .s3BucketName(TrailWorld.BUCKET)
                            .tagsList(t -> t.key("a").value("b"))))
        .hasMessageContaining("is not authorized to perform: cloudtrail:AddTags");
    var role = "arn:aws:iam::123456789012:role/delivery";
    assertThatThrownBy(
            () ->
                alice.createTrail(
                    r ->
                        r.name("audit")
                            .s3BucketName(TrailWorld.BUCKET)
                            .cloudWatchLogsRoleArn(role)))
        .hasMessageContaining("is not authorized to perform: iam:PassRole on resource: " + role);
    alice.createTrail(r -> r.name("audit").s3BucketName(TrailWorld.BUCKET));
  }
}

package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.base.BulwarkClock;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudtrail.model.InvalidCloudWatchLogsLogGroupArnException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidCloudWatchLogsRoleArnException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.json.JsonMapper;

/** Trails that deliver to log groups, in a role. */
class LogGroupDeliveryTest {
  private static final String GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*";
  private static final String ROLE = "arn:aws:iam::123456789012:role/delivery";
  private static final String STREAM = "123456789012_CloudTrail_us-east-1";

  private TrailWorld world = new TrailWorld();
  private CloudWatchLogsClient logs = world.lab.client(CloudWatchLogsClient.builder());
  private IamClient iam = world.lab.client(IamClient.builder());

  private void use(TrailWorld other) {
    world = other;
    logs = world.lab.client(CloudWatchLogsClient.builder());
    iam = world.lab.client(IamClient.builder());
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void role(String service) {
    iam.createRole(
        r ->
            r.roleName("delivery")
                .assumeRolePolicyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"%s"}}]}"""
                        .formatted(service)));
  }

  private void allow() {
    iam.putRolePolicy(
        r ->
            r.roleName("delivery")
                .policyName("p")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],
                      "Resource":"arn:aws:logs:us-east-1:123456789012:log-group:trail:log-stream:123456789012_CloudTrail_us-east-1*"}]}"""));
  }

  private void trail() {
    world.trails.createTrail(
        r ->
            r.name("audit")
                .s3BucketName(TrailWorld.BUCKET)
                .cloudWatchLogsLogGroupArn(GROUP)
                .cloudWatchLogsRoleArn(ROLE));
    world.trails.startLogging(r -> r.name("audit"));
  }

  @Test
  void eventsAreInTheStreamOfTheirRegion() {
    logs.createLogGroup(r -> r.logGroupName("trail"));
    role("cloudtrail.amazonaws.com");
    allow();
    trail();
    world.s3.createBucket(r -> r.bucket("a-new-bucket"));
    world.deliver();
    assertThat(
            logs.filterLogEvents(
                    r -> r.logGroupName("trail").filterPattern("{ $.eventName = CreateBucket }"))
                .events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.logStreamName()).isEqualTo(STREAM);
              assertThat(event.message()).contains("a-new-bucket");
            });
    var status = world.trails.getTrailStatus(r -> r.name("audit"));
    assertThat(status.latestCloudWatchLogsDeliveryTime()).isNotNull();
    assertThat(status.latestCloudWatchLogsDeliveryError()).isNull();

    // What CloudTrail does in the role is told as its.
    assertThat(
            world
                .trails
                .lookupEvents(
                    r ->
                        r.lookupAttributes(
                            a ->
                                a.attributeKey(LookupAttributeKey.EVENT_NAME)
                                    .attributeValue("CreateLogStream")))
                .events()
                .getFirst()
                .cloudTrailEvent())
        .contains("\"invokedBy\":\"cloudtrail.amazonaws.com\"")
        .contains("assumed-role/delivery/");
  }

  @Test
  void aLogGroupThatIsGoneIsTold() {
    logs.createLogGroup(r -> r.logGroupName("trail"));
    role("cloudtrail.amazonaws.com");
    allow();
    trail();
    logs.deleteLogGroup(r -> r.logGroupName("trail"));
    world.deliver();
    assertThat(world.records()).isNotEmpty();
    assertThat(
            world.trails.getTrailStatus(r -> r.name("audit")).latestCloudWatchLogsDeliveryError())
        .isEqualTo("ResourceNotFoundException");
    logs.createLogGroup(r -> r.logGroupName("trail"));
    world.deliver();
    assertThat(
            logs.filterLogEvents(r -> r.logGroupName("trail").filterPattern("StartLogging"))
                .events())
        .hasSize(1);
  }

  @Test
  void whatALogGroupDidNotTakeOutlivesARestart(@TempDir Path folder) {
    world.close();
    var clock = BulwarkClock.system();
    use(new TrailWorld(Lab.of(folder, clock)));
    world.makeBucket(TrailWorld.BUCKET);
    logs.createLogGroup(r -> r.logGroupName("trail"));
    role("cloudtrail.amazonaws.com");
    allow();
    trail();
    logs.deleteLogGroup(r -> r.logGroupName("trail"));
    world.s3.createBucket(r -> r.bucket("made-before"));
    world.deliver();
    world.close();
    use(new TrailWorld(Lab.of(folder, clock)));
    logs.createLogGroup(r -> r.logGroupName("trail"));
    world.s3.createBucket(r -> r.bucket("made-after"));
    world.deliver();
    world.deliver();
    assertThat(
            logs
                .filterLogEvents(
                    r -> r.logGroupName("trail").filterPattern("{ $.eventName = CreateBucket }"))
                .events()
                .stream()
                .map(event -> JsonMapper.shared().readTree(event.message()))
                .map(record -> record.at("/responseElements/location").asString()))
        .containsExactlyInAnyOrder("/made-before", "/made-after");
  }

  @Test
  void aLogGroupIsEncryptedUnderItsKey() {
    var kms = world.lab.client(KmsClient.builder());
    var key = kms.createKey().keyMetadata();
    assertThatThrownBy(() -> logs.createLogGroup(r -> r.logGroupName("trail").kmsKeyId(key.arn())))
        .hasMessageContaining(
            "The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:aws:logs:us-east-1:123456789012:log-group:trail'");
    kms.putKeyPolicy(
        r ->
            r.keyId(key.keyId())
                .policy(
                    """
                    {"Version": "2012-10-17", "Statement": [
                      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
                      {"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
                       "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"], "Resource": "*",
                       "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:trail"}}}]}"""));
    logs.createLogGroup(r -> r.logGroupName("trail").kmsKeyId(key.arn()));
    assertThat(logs.describeLogGroups().logGroups().getFirst().kmsKeyId()).isEqualTo(key.arn());
    logs.createLogStream(r -> r.logGroupName("trail").logStreamName("s"));
    var time = world.lab.clock.instant().toEpochMilli();
    logs.putLogEvents(
        r ->
            r.logGroupName("trail")
                .logStreamName("s")
                .logEvents(e -> e.timestamp(time).message("secret")));
    assertThat(logs.filterLogEvents(r -> r.logGroupName("trail")).events()).hasSize(1);
    kms.disableKey(r -> r.keyId(key.keyId()));
    // Data keys are kept for five minutes.
    world.lab.clock.advance(Duration.ofMinutes(6));
    assertThatThrownBy(() -> logs.filterLogEvents(r -> r.logGroupName("trail")))
        .hasMessageContaining("not allowed to be used with LogGroup");
    kms.enableKey(r -> r.keyId(key.keyId()));
    assertThat(logs.filterLogEvents(r -> r.logGroupName("trail")).events()).hasSize(1);
  }

  @Test
  void roleAndGroupHaveToLetItIn() {
    logs.createLogGroup(r -> r.logGroupName("trail"));
    role("ec2.amazonaws.com");
    assertThatThrownBy(this::trail)
        .isInstanceOf(InvalidCloudWatchLogsRoleArnException.class)
        .hasMessageContaining("Access denied. Check the trust relationships for your role.");
    iam.deleteRole(r -> r.roleName("delivery"));
    role("cloudtrail.amazonaws.com");
    assertThatThrownBy(this::trail)
        .isInstanceOf(InvalidCloudWatchLogsLogGroupArnException.class)
        .hasMessageContaining("Access denied. Check the permissions for your role.");
    allow();
    logs.deleteLogGroup(r -> r.logGroupName("trail"));
    assertThatThrownBy(this::trail).isInstanceOf(InvalidCloudWatchLogsLogGroupArnException.class);
    assertThatThrownBy(
            () ->
                world.trails.createTrail(
                    r ->
                        r.name("audit")
                            .s3BucketName(TrailWorld.BUCKET)
                            .cloudWatchLogsLogGroupArn(GROUP)))
        .isInstanceOf(InvalidParameterCombinationException.class);
  }
}

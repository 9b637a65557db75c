package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Scenario S11: an instance with a role reads S3 without long-term keys. */
class InstanceRolesTest {
  private static final String TRUST =
      """
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}""";
  private static final String READ =
      """
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}]}""";

  @TempDir Path data;
  @TempDir Path folder;
  private RunningServer server;
  private RunningServer imds;

  @BeforeEach
  void start() {
    server = RunningServer.start("--data", data.toString(), "--lab");
    var s3 = server.s3(RunningServer.ROOT);
    for (var bucket : List.of("reports", "secrets")) {
      s3.createBucket(r -> r.bucket(bucket));
      s3.putObject(r -> r.bucket(bucket).key("a.txt"), RequestBody.fromString("of " + bucket));
    }
    var iam = server.client(IamClient.builder(), RunningServer.ROOT);
    iam.createRole(r -> r.roleName("web").assumeRolePolicyDocument(TRUST));
    iam.putRolePolicy(r -> r.roleName("web").policyName("read").policyDocument(READ));
    iam.createInstanceProfile(r -> r.instanceProfileName("web"));
    iam.addRoleToInstanceProfile(r -> r.instanceProfileName("web").roleName("web"));
    imds = RunningServer.imds(data, "web");
  }

  @AfterEach
  void stop() {
    imds.close();
    server.close();
  }

  private InstanceProfileCredentialsProvider provider() {
    return InstanceProfileCredentialsProvider.builder()
        .endpoint(imds.endpoint().toString())
        .build();
  }

  private String read(AwsCredentials credentials, String bucket) {
    return server
        .s3(credentials)
        .getObjectAsBytes(r -> r.bucket(bucket).key("a.txt"))
        .asUtf8String();
  }

  private void assertRefused(AwsCredentials credentials, String bucket, String code) {
    assertThatThrownBy(() -> read(credentials, bucket))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  @Test
  void s11TheSdkReadsWhatTheRoleMayWithCredentialsThatRotateAndExpire() throws Exception {
    AwsCredentials first;
    try (var provider = provider()) {
      first = provider.resolveCredentials();
    }
    assertThat(first.accessKeyId()).startsWith("ASIA");
    assertThat(read(first, "reports")).isEqualTo("of reports");
    assertRefused(first, "secrets", "AccessDenied");
    advance("PT5H30M");
    AwsCredentials second;
    try (var provider = provider()) {
      second = provider.resolveCredentials();
    }
    assertThat(second.accessKeyId()).isNotEqualTo(first.accessKeyId());
    assertThat(read(first, "reports")).isEqualTo("of reports");
    advance("PT31M");
    assertRefused(first, "reports", "ExpiredToken");
    assertThat(read(second, "reports")).isEqualTo("of reports");
  }

  private void advance(String duration) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var body = "{\"advance\":\"%s\"}".formatted(duration);
      var request =
          HttpRequest.newBuilder(server.endpoint().resolve("/_bulwark/clock"))
              .POST(HttpRequest.BodyPublishers.ofString(body));
      assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void s11TheCliReadsWhatTheRoleMayAndTheEventNamesEc2() {
    var program = Tool.onPath("aws");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    var aws =
        Tool.of(program.get(), server, folder)
            .without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED")
            .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.endpoint().toString());
    assertThat(aws.run("sts", "get-caller-identity", "--query", "Arn", "--output", "text").ok())
        .matches("arn:aws:sts::123456789012:assumed-role/web/i-[0-9a-f]{17}");
    assertThat(aws.run("s3", "cp", "s3://reports/a.txt", "-").ok()).isEqualTo("of reports");
    assertThat(aws.run("s3", "cp", "s3://secrets/a.txt", "-").failed()).contains("403");
    var events =
        server
            .client(CloudTrailClient.builder(), RunningServer.ROOT)
            .lookupEvents(
                r ->
                    r.lookupAttributes(
                        a ->
                            a.attributeKey(LookupAttributeKey.EVENT_NAME)
                                .attributeValue("AssumeRole")))
            .events();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().cloudTrailEvent())
        .contains(
            "\"userIdentity\":{\"type\":\"AWSService\",\"invokedBy\":\"ec2.amazonaws.com\"}",
            "\"sourceIPAddress\":\"ec2.amazonaws.com\"",
            "\"userAgent\":\"ec2.amazonaws.com\"",
            "\"roleArn\":\"arn:aws:iam::123456789012:role/web\"")
        .doesNotContain("tlsDetails");
    var explained =
        RunningServer.command("explain", "--data", data.toString(), events.getFirst().eventId());
    assertThat(explained.printed())
        .contains("AssumeRole of sts.amazonaws.com by ec2.amazonaws.com");
  }
}

package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** Each of AWS's protocols, as the SDK speaks it: what is built answers, what is not says so. */
class ProtocolsTest {
  private final RunningServer server = RunningServer.shared();

  private static Arguments unbuilt(
      String protocol, String operation, java.util.function.Consumer<RunningServer> call) {
    return Arguments.of(protocol, operation, call);
  }

  static Stream<Arguments> unbuiltOperations() {
    return Stream.of(
        unbuilt(
            "query",
            "ListPlatformApplications",
            server ->
                server.client(SnsClient.builder(), RunningServer.ROOT).listPlatformApplications()),
        unbuilt(
            "ec2",
            "DescribeInstances",
            server -> server.client(Ec2Client.builder(), RunningServer.ROOT).describeInstances()),
        unbuilt(
            "json 1.1",
            "ListDashboards",
            server ->
                server
                    .client(CloudTrailClient.builder(), RunningServer.ROOT)
                    .listDashboards(r -> {})),
        unbuilt(
            "rest-json",
            "ListFunctions",
            server -> server.client(LambdaClient.builder(), RunningServer.ROOT).listFunctions()),
        unbuilt(
            "rest-xml",
            "GetBucketMetadataTableConfiguration",
            server ->
                server
                    .s3(RunningServer.ROOT)
                    .getBucketMetadataTableConfiguration(r -> r.bucket("some-bucket"))),
        unbuilt(
            "cbor",
            "ListMetricStreams",
            server ->
                server
                    .client(CloudWatchClient.builder(), RunningServer.ROOT)
                    .listMetricStreams(r -> {})));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("unbuiltOperations")
  void whatIsNotBuiltSaysSoInTheFormOfItsProtocol(
      String protocol, String operation, java.util.function.Consumer<RunningServer> call) {
    assertThatThrownBy(() -> call.accept(server))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(501);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("NotImplemented");
              assertThat(e.awsErrorDetails().errorMessage())
                  .contains("does not implement the operation " + operation);
              assertThat(e.requestId()).isNotBlank();
            });
  }

  @Test
  void whatIsBuiltAnswersInTheFormOfItsProtocol() {
    var users = server.client(IamClient.builder(), RunningServer.ROOT).listUsers();
    assertThat(users.isTruncated()).isNotNull();
    assertThat(users.responseMetadata().requestId()).isNotBlank();
    var identity = server.client(StsClient.builder(), RunningServer.ROOT).getCallerIdentity();
    assertThat(identity.account()).isEqualTo(RunningServer.ACCOUNT);
    assertThat(identity.arn()).isEqualTo("arn:aws:iam::123456789012:root");
    var events = server.client(CloudTrailClient.builder(), RunningServer.ROOT).lookupEvents();
    assertThat(events.responseMetadata().requestId()).isNotBlank();
    var queues = server.client(SqsClient.builder(), RunningServer.ROOT).listQueues();
    assertThat(queues.responseMetadata().requestId()).isNotBlank();
    var buckets = server.s3(RunningServer.ROOT).listBuckets();
    assertThat(buckets.owner()).isNotNull();
    assertThat(buckets.responseMetadata().requestId()).isNotBlank();
  }

  @Test
  void cloudWatchIsAskedInQueryAndJsonToo() throws IOException {
    try (var connection = new RawConnection(server.endpoint(), 20_000)) {
      var query =
          connection.send(
              Requests.signed(
                  Requests.form(
                      server.endpoint(), "Action", "ListMetrics", "Version", "2010-08-01"),
                  RunningServer.ROOT,
                  "monitoring"));
      assertThat(query.status()).isEqualTo(200);
      assertThat(query.header("content-type")).startsWith("text/xml");
      assertThat(query.text()).contains("<ListMetricsResult>");
      var json =
          connection.send(
              Requests.signed(
                  json(server.endpoint(), "1.0", "GraniteServiceVersion20100801.ListMetrics"),
                  RunningServer.ROOT,
                  "monitoring"));
      assertThat(json.status()).isEqualTo(200);
      assertThat(json.text()).contains("\"Metrics\":[");
    }
  }

  static HttpRequest json(URI endpoint, String version, String target) {
    var request = Requests.of(endpoint, "POST", "/", "", "{}".getBytes(StandardCharsets.UTF_8));
    request
        .headers()
        .set("content-type", "application/x-amz-json-" + version)
        .set("x-amz-target", target);
    return request;
  }

  @Test
  void theFrontDoorKnowsItsServicesAndOperations() throws IOException {
    try (var connection = new RawConnection(server.endpoint(), 20_000)) {
      var target =
          connection.send(
              Requests.signed(
                  json(server.endpoint(), "1.1", "TrentService.MakeCoffee"),
                  RunningServer.ROOT,
                  "kms"));
      assertThat(target.status()).isEqualTo(400);
      assertThat(ErrorBody.of(target).code()).isEqualTo("UnknownOperationException");
      var action =
          connection.send(
              Requests.signed(
                  Requests.form(server.endpoint(), "Action", "MakeCoffee", "Version", "2010-05-08"),
                  RunningServer.ROOT,
                  "iam"));
      assertThat(action.status()).isEqualTo(400);
      assertThat(ErrorBody.of(action))
          .isEqualTo(
              new ErrorBody(
                  "InvalidAction", "Could not find operation MakeCoffee for version 2010-05-08"));
      var path =
          connection.send(
              Requests.signed(
                  Requests.of(server.endpoint(), "GET", "/2015-03-31/coffee", "", new byte[0]),
                  RunningServer.ROOT,
                  "lambda"));
      assertThat(path.status()).isEqualTo(404);
      assertThat(ErrorBody.of(path).code()).isEqualTo("UnknownOperationException");
    }
  }
}

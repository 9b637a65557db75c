package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** Time travel: services follow the laboratory's clock, clients go on in the present. */
class LabTest {
  private static int post(RunningServer server, String route, String body)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(server.endpoint().resolve("/_bulwark/" + route))
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .statusCode();
    }
  }

  @Test
  void sessionsExpireWhenTheClockIsMovedAndKeysGoOn() throws Exception {
    try (var server = RunningServer.start("--ephemeral", "--lab")) {
      var root = server.client(StsClient.builder(), RunningServer.ROOT);
      var session = root.getSessionToken(r -> r.durationSeconds(900)).credentials();
      var sts =
          server.client(
              StsClient.builder(),
              AwsSessionCredentials.create(
                  session.accessKeyId(), session.secretAccessKey(), session.sessionToken()));
      assertThat(sts.getCallerIdentity().account()).isEqualTo(RunningServer.ACCOUNT);
      assertThat(post(server, "clock", "{\"advance\":\"P7D\"}")).isEqualTo(200);
      assertThatThrownBy(sts::getCallerIdentity)
          .isInstanceOfSatisfying(
              StsException.class,
              e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ExpiredToken"));
      assertThat(root.getCallerIdentity().account()).isEqualTo(RunningServer.ACCOUNT);
      var iam = server.client(IamClient.builder(), RunningServer.ROOT);
      assertThat(iam.createUser(r -> r.userName("later")).user().createDate())
          .isAfter(session.expiration());
      assertThat(post(server, "reset", "")).isEqualTo(200);
      assertThat(iam.listUsers().users()).isEmpty();
    }
  }
}

package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The instance metadata service, over HTTP, before a running installation. */
class ImdsTest {
  private static final String INSTANCE = "i-0123456789abcdef0";
  private static final String TOKEN = "X-aws-ec2-metadata-token";
  private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final String IAM = "/latest/meta-data/iam/";

  @TempDir private Path dir;
  private final HttpClient http = HttpClient.newHttpClient();
  private final BulwarkClock clock = BulwarkClock.fixed(Instant.parse("2026-03-04T05:06:07Z"));
  private Installation installation;
  private RootClient client;
  private HttpFront imds;
  private String token;

  @BeforeEach
  void start() throws Exception {
    installation =
        Installation.start(
            new Settings(0, dir, "123456789012", "eu-west-1", "127.0.0.1", false, true), Map.of());
    client = new RootClient(dir);
    iam("CreateRole", "RoleName", "web", "AssumeRolePolicyDocument", trust("ec2.amazonaws.com"));
    iam("CreateInstanceProfile", "InstanceProfileName", "web-profile", "Path", "/servers/");
    iam("AddRoleToInstanceProfile", "InstanceProfileName", "web-profile", "RoleName", "web");
    imds = new HttpFront("127.0.0.1", 0, new Imds(launch("web-profile"), clock)::handle);
    token = send("PUT", "/latest/api/token", TTL, "300").body();
  }

  @AfterEach
  void stop() {
    imds.close();
    client.close();
    installation.close();
    http.close();
  }

  private ImdsInstance launch(String profile) {
    return ImdsInstance.launch(
        new ImdsInstance.Identity(
            "123456789012", profile, INSTANCE, "eu-west-1", Instant.parse("2026-03-04T05:06:07Z")),
        client);
  }

  private static String trust(String service) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"%s\"},\"Action\":\"sts:AssumeRole\"}]}"
        .formatted(service);
  }

  /** A call of IAM as root. */
  private void iam(String action, String... parameters) throws Exception {
    var form = new StringBuilder("Version=2010-05-08&Action=" + action);
    for (var i = 0; i < parameters.length; i += 2) {
      form.append('&')
          .append(parameters[i])
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    var key = RootAccessKey.read(dir);
    assertThat(
            call(
                    new SigV4Signer(
                        key.accessKeyId(), key.secretAccessKey(), null, "us-east-1", "iam"),
                    form.toString())
                .statusCode())
        .isEqualTo(200);
  }

  private HttpResponse<String> call(SigV4Signer signer, String form)
      throws IOException, InterruptedException {
    var body = form.getBytes(StandardCharsets.UTF_8);
    var uri = URI.create("http://127.0.0.1:" + installation.port() + "/");
    var signed =
        signer.sign(
            new dev.bulwark.wire.HttpRequest(
                "POST",
                "/",
                "",
                new HttpHeaders()
                    .add("host", uri.getAuthority())
                    .add("content-type", "application/x-www-form-urlencoded"),
                Body.of(body),
                "",
                false),
            body,
            Instant.now());
    var request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    signed
        .headers()
        .forEach(
            (name, value) -> {
              if (!name.equals("host")) {
                request.header(name, value);
              }
            });
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The ARN as which somebody with these credentials is known. */
  private HttpResponse<String> whoAmI(JsonNode credentials)
      throws IOException, InterruptedException {
    return call(
        new SigV4Signer(
            credentials.path("AccessKeyId").asString(),
            credentials.path("SecretAccessKey").asString(),
            credentials.path("Token").asString(),
            "eu-west-1",
            "sts"),
        "Version=2011-06-15&Action=GetCallerIdentity");
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + imds.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (var i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path, TOKEN, token);
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return JsonMapper.builder().build().readTree(get(path).body());
  }

  @Test
  void tokensAreAskedForWithALifetimeAndEnd() throws Exception {
    var given = send("PUT", "/latest/api/token", TTL, "21600");
    assertThat(given.statusCode()).isEqualTo(200);
    assertThat(given.headers().firstValue(TTL)).contains("21600");
    for (var wrong : new String[] {"0", "21601", "-1", "soon", ""}) {
      assertThat(send("PUT", "/latest/api/token", TTL, wrong).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(send("PUT", "/latest/api/token").statusCode()).isEqualTo(400);
    var id = "/latest/meta-data/instance-id";
    clock.advance(Duration.ofSeconds(299));
    assertThat(get(id).headers().firstValue(TTL)).contains("1");
    clock.advance(Duration.ofSeconds(1));
    assertThat(get(id).statusCode()).isEqualTo(401);
    assertThat(send("GET", id, TOKEN, given.body()).body()).isEqualTo(INSTANCE);
  }

  @Test
  void whoHasNoTokenOrComesThroughAProxyOrAPageIsRefused() throws Exception {
    var id = "/latest/meta-data/instance-id";
    assertThat(send("GET", id).statusCode()).isEqualTo(401);
    assertThat(send("GET", id, TOKEN, "AQAAAA==").statusCode()).isEqualTo(401);
    var forged = (token.startsWith("B") ? "C" : "B") + token.substring(1);
    assertThat(send("GET", id, TOKEN, forged).statusCode()).isEqualTo(401);
    assertThat(
            send("PUT", "/latest/api/token", TTL, "60", "X-Forwarded-For", "192.0.2.1")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            send("PUT", "/latest/api/token", TTL, "60", "Origin", "http://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(send("PUT", "/2021-07-15/api/token", TTL, "60").statusCode()).isEqualTo(403);
    assertThat(send("POST", id, TOKEN, token).statusCode()).isEqualTo(405);
  }

  @Test
  void listsAndTellsWhatThereIs() throws Exception {
    assertThat(get("/latest/").body()).isEqualTo("dynamic/\nmeta-data/");
    assertThat(get("/latest/meta-data/").body()).isEqualTo("iam/\ninstance-id\nplacement/");
    assertThat(get("/latest/meta-data").body()).isEqualTo("iam/\ninstance-id\nplacement/");
    assertThat(get("/latest/meta-data/placement/").body()).isEqualTo("availability-zone\nregion");
    assertThat(get("/latest/meta-data/placement/region").body()).isEqualTo("eu-west-1");
    assertThat(get("/latest/meta-data/placement/availability-zone").body()).isEqualTo("eu-west-1a");
    assertThat(get(IAM).body()).isEqualTo("info\nsecurity-credentials/");
    assertThat(get(IAM + "security-credentials/").body()).isEqualTo("web");
    assertThat(json(IAM + "info").path("InstanceProfileArn").asString())
        .isEqualTo("arn:aws:iam::123456789012:instance-profile/servers/web-profile");
    assertThat(json("/latest/dynamic/instance-identity/document").path("accountId").asString())
        .isEqualTo("123456789012");
    assertThat(get("/latest/meta-data/ami-id").statusCode()).isEqualTo(404);
    assertThat(get("/latest/dynamic/instance-identity/pkcs7").statusCode()).isEqualTo(404);
    assertThat(get(IAM + "security-credentials/other").statusCode()).isEqualTo(404);
  }

  @Test
  void credentialsAreThoseOfTheRoleAndRotateBeforeTheyEnd() throws Exception {
    var path = IAM + "security-credentials/web";
    var first = json(path);
    assertThat(first.path("Code").asString()).isEqualTo("Success");
    assertThat(first.path("Type").asString()).isEqualTo("AWS-HMAC");
    assertThat(whoAmI(first).body())
        .contains("<Arn>arn:aws:sts::123456789012:assumed-role/web/" + INSTANCE + "</Arn>");
    assertThat(json(path)).isEqualTo(first);
    advance("PT5H1M");
    var second = json(path);
    assertThat(second.path("AccessKeyId")).isNotEqualTo(first.path("AccessKeyId"));
    assertThat(whoAmI(first).statusCode()).isEqualTo(200);
    advance("PT1H");
    assertThat(whoAmI(first).body()).contains("<Code>ExpiredToken</Code>");
    assertThat(whoAmI(second).statusCode()).isEqualTo(200);
  }

  private void advance(String duration) {
    assertThat(
            client
                .send(
                    "POST",
                    "clock",
                    "{\"advance\":\"%s\"}".formatted(duration).getBytes(StandardCharsets.UTF_8),
                    FirstRoot.SIGNING_NAME)
                .status())
        .isEqualTo(200);
  }

  @Test
  void aRoleThatDoesNotTrustEc2GivesNothingUntilItDoes() throws Exception {
    var path = IAM + "security-credentials/web";
    iam(
        "UpdateAssumeRolePolicy",
        "RoleName",
        "web",
        "PolicyDocument",
        trust("lambda.amazonaws.com"));
    var refused = json(path);
    assertThat(refused.path("Code").asString()).isEqualTo("AssumeRoleUnauthorizedAccess");
    assertThat(refused.path("Message").asString()).startsWith("EC2 cannot assume the role web.");
    assertThat(refused.has("AccessKeyId")).isFalse();
    assertThat(json(IAM + "info").path("Code").asString()).isEqualTo("Success");
    iam("UpdateAssumeRolePolicy", "RoleName", "web", "PolicyDocument", trust("ec2.amazonaws.com"));
    assertThat(json(path).path("Code").asString()).isEqualTo("Success");
  }

  @Test
  void credentialsEndWithTheRoleAndTheProfile() throws Exception {
    var credentials = json(IAM + "security-credentials/web");
    iam("RemoveRoleFromInstanceProfile", "InstanceProfileName", "web-profile", "RoleName", "web");
    assertThat(get(IAM + "security-credentials/web").statusCode()).isEqualTo(404);
    assertThat(whoAmI(credentials).statusCode()).isEqualTo(200);
    iam("DeleteRole", "RoleName", "web");
    assertThat(whoAmI(credentials).statusCode()).isEqualTo(403);
    iam("DeleteInstanceProfile", "InstanceProfileName", "web-profile");
    assertThat(json(IAM + "info").path("Code").asString()).isEqualTo("InstanceProfileNotFound");
    iam("CreateInstanceProfile", "InstanceProfileName", "web-profile");
    assertThat(json(IAM + "info").path("Code").asString()).isEqualTo("InstanceProfileNotFound");
  }

  @Test
  void onlyRootSpeaksForInstancesAndOfProfilesThatAre() throws Exception {
    assertThatThrownBy(() -> launch("other"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("there is no instance profile other");
    var unsigned =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%d/_bulwark/instance-credentials"
                            .formatted(installation.port())))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(unsigned.statusCode()).isBetween(400, 403);
    var malformed =
        client.send(
            "POST",
            InstanceRoute.PATH,
            "[".getBytes(StandardCharsets.UTF_8),
            FirstRoot.SIGNING_NAME);
    assertThat(malformed.status()).isEqualTo(400);
  }

  @Test
  void saysSoWhenTheInstallationIsGone() throws Exception {
    installation.close();
    assertThat(get(IAM + "info").statusCode()).isEqualTo(503);
    assertThat(get("/latest/meta-data/instance-id").body()).isEqualTo(INSTANCE);
  }
}

package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Roles for the users of an identity provider on this machine, with the stock aws CLI: tokens of
 * OpenID Connect, and signed SAML assertions.
 */
@Timeout(120)
class FederationTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"%s"},"Action":"%s",
       "Condition":{"StringEquals":{"%s":"%s"}}}]}""";

  @TempDir Path folder;
  private IdentityProvider idp;
  private RunningServer server;
  private Tool aws;
  private Tool nobody;

  @BeforeEach
  void start() throws Exception {
    var program = Tool.onPath("aws");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    idp = new IdentityProvider(folder);
    server =
        RunningServer.start(
            Map.of(
                "BULWARK_OIDC_ALLOW_PRIVATE",
                "true",
                "BULWARK_OIDC_CA_BUNDLE",
                idp.certificate(folder.resolve("idp.pem")).toString()),
            "--ephemeral");
    aws = Tool.of(program.get(), server, folder);
    nobody = aws.without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
      idp.close();
    }
  }

  /** A role that may list users, and its ARN. */
  private String role(String name, String trust) throws Exception {
    Files.writeString(folder.resolve("trust.json"), trust);
    Files.writeString(
        folder.resolve("policy.json"),
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}""");
    var arn =
        text(
            "iam",
            "create-role",
            "--role-name",
            name,
            "--assume-role-policy-document",
            "file://trust.json",
            "--query",
            "Role.Arn");
    aws.run(
            "iam",
            "put-role-policy",
            "--role-name",
            name,
            "--policy-name",
            "list",
            "--policy-document",
            "file://policy.json")
        .ok();
    return arn;
  }

  private String text(String... arguments) {
    return aws.with("AWS_DEFAULT_OUTPUT", "text").run(arguments).ok();
  }

  /** What a session of the role does and does not. */
  private void lists(String credentials, String arn) {
    var parts = credentials.split("\\s+");
    var session =
        aws.with("AWS_ACCESS_KEY_ID", parts[0])
            .with("AWS_SECRET_ACCESS_KEY", parts[1])
            .with("AWS_SESSION_TOKEN", parts[2]);
    assertThat(session.run("sts", "get-caller-identity", "--query", "Arn", "--output", "text").ok())
        .isEqualTo(arn);
    session.run("iam", "list-users").ok();
    assertThat(session.run("iam", "list-roles").failed()).contains("AccessDenied");
  }

  @Test
  void aTokenOfAnOpenIdConnectProviderOpensTheRoleThatTrustsItsSubject() throws Exception {
    var provider =
        text(
            "iam",
            "create-open-id-connect-provider",
            "--url",
            idp.url(),
            "--client-id-list",
            "my-app");
    var arn =
        role(
            "deployer",
            TRUST.formatted(
                provider, "sts:AssumeRoleWithWebIdentity", idp.name() + ":sub", "repo:octo/app"));
    var soon = Instant.now().plusSeconds(300);

    lists(
        assumed(arn, idp.token("my-app", "repo:octo/app", soon)).ok(),
        "arn:aws:sts::123456789012:assumed-role/deployer/ci");

    assertThat(assumed(arn, idp.token("my-app", "repo:octo/other", soon)).failed())
        .contains("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    assertThat(assumed(arn, idp.token("other-app", "repo:octo/app", soon)).failed())
        .contains("InvalidIdentityToken");
    assertThat(
            assumed(arn, idp.token("my-app", "repo:octo/app", Instant.now().minusSeconds(600)))
                .failed())
        .contains("ExpiredTokenException");
    var token = idp.token("my-app", "repo:octo/app", soon);
    assertThat(assumed(arn, token.substring(0, token.lastIndexOf('.') + 1) + "AAAA").failed())
        .contains("InvalidIdentityToken");
  }

  private Tool.Result assumed(String role, String token) {
    return nobody.run(
        "sts",
        "assume-role-with-web-identity",
        "--role-arn",
        role,
        "--role-session-name",
        "ci",
        "--web-identity-token",
        token,
        "--query",
        "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]",
        "--output",
        "text");
  }

  @Test
  void theCliSignsInByItselfWithATokenInAFile() throws Exception {
    var provider =
        text(
            "iam",
            "create-open-id-connect-provider",
            "--url",
            idp.url(),
            "--client-id-list",
            "my-app");
    var arn =
        role(
            "pod",
            TRUST.formatted(
                provider, "sts:AssumeRoleWithWebIdentity", idp.name() + ":aud", "my-app"));
    var file =
        Files.writeString(
            folder.resolve("token"),
            idp.token("my-app", "system:pod", Instant.now().plusSeconds(300)));
    // The CLI keeps credentials in its home, by role and name of the session.
    var session = "pod-" + UUID.randomUUID();

    var pod =
        nobody
            .with("AWS_ROLE_ARN", arn)
            .with("AWS_ROLE_SESSION_NAME", session)
            .with("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString());

    assertThat(pod.run("sts", "get-caller-identity", "--query", "Arn", "--output", "text").ok())
        .isEqualTo("arn:aws:sts::123456789012:assumed-role/pod/" + session);
  }

  @Test
  void aSignedAssertionOpensTheRoleThatItNames() throws Exception {
    Files.writeString(folder.resolve("metadata.xml"), idp.metadata());
    var provider =
        text(
            "iam",
            "create-saml-provider",
            "--name",
            "corp",
            "--saml-metadata-document",
            "file://metadata.xml",
            "--query",
            "SAMLProviderArn");
    var arn =
        role(
            "staff",
            TRUST.formatted(
                provider,
                "sts:AssumeRoleWithSAML",
                "SAML:aud",
                "https://signin.aws.amazon.com/saml"));
    var attributes = Map.of("Role", arn + "," + provider, "RoleSessionName", "carol@example.com");

    lists(
        withAssertion(arn, provider, idp.response("carol", attributes)).ok(),
        "arn:aws:sts::123456789012:assumed-role/staff/carol@example.com");

    var elsewhere = Map.of("Role", arn + "x," + provider, "RoleSessionName", "carol@example.com");
    assertThat(withAssertion(arn, provider, idp.response("carol", elsewhere)).failed())
        .contains("AccessDenied");
    try (var stranger = new IdentityProvider(Files.createDirectory(folder.resolve("other")))) {
      assertThat(withAssertion(arn, provider, stranger.response("carol", attributes)).failed())
          .contains("InvalidIdentityToken");
    }
  }

  private Tool.Result withAssertion(String role, String provider, String assertion)
      throws Exception {
    Files.writeString(folder.resolve("assertion"), assertion);
    return nobody.run(
        "sts",
        "assume-role-with-saml",
        "--role-arn",
        role,
        "--principal-arn",
        provider,
        "--saml-assertion",
        "file://assertion",
        "--query",
        "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]",
        "--output",
        "text");
  }

  @Test
  void aTokenOfTheAccountsOwnIssuerVerifiesWithThePublishedKeys() throws Exception {
    assertThat(aws.run("iam", "get-outbound-web-identity-federation-info").failed())
        .contains("FeatureDisabled");
    var issuer = text("iam", "enable-outbound-web-identity-federation");
    assertThat(issuer).startsWith(server.endpoint() + "/_bulwark/issuers/");
    var token =
        text(
            "sts",
            "get-web-identity-token",
            "--audience",
            "api.example.com",
            "--signing-algorithm",
            "RS256",
            "--tags",
            "Key=job,Value=7",
            "--query",
            "WebIdentityToken");
    var parts = token.split("\\.");
    var claims = json(Base64.getUrlDecoder().decode(parts[1]));
    assertThat(claims.path("iss").asString()).isEqualTo(issuer);
    assertThat(claims.path("sub").asString()).isEqualTo("arn:aws:iam::123456789012:root");
    assertThat(claims.at("/https:~1~1sts.amazonaws.com~1/request_tags/job").asString())
        .isEqualTo("7");

    var configuration = json(fetch(issuer + "/.well-known/openid-configuration"));
    assertThat(configuration.path("issuer").asString()).isEqualTo(issuer);
    var keys = json(fetch(configuration.path("jwks_uri").asString())).path("keys");
    var kid = json(Base64.getUrlDecoder().decode(parts[0])).path("kid").asString();
    var key = keys.valueStream().filter(one -> one.path("kid").asString().equals(kid)).findFirst();
    var verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(
        KeyFactory.getInstance("RSA")
            .generatePublic(
                new RSAPublicKeySpec(
                    number(key.orElseThrow().path("n").asString()),
                    number(key.orElseThrow().path("e").asString()))));
    verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(verifier.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }

  private static JsonNode json(byte[] text) {
    return JSON.readTree(text);
  }

  private static BigInteger number(String encoded) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(encoded));
  }

  private static byte[] fetch(String url) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var answer =
          client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    }
  }
}

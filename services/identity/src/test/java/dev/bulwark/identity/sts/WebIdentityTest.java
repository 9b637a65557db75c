package dev.bulwark.identity.sts;

import static dev.bulwark.identity.sts.Installation.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderException;
import dev.bulwark.identity.federation.ProviderException.Problem;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.sts.Installation.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AssumeRoleWithWebIdentity with tokens of a real provider. */
class WebIdentityTest {
  private static final String SUBJECT = "repo:octo/app:ref:refs/heads/main";

  private final Installation aws = new Installation();
  private final OidcIssuer issuer = new OidcIssuer();
  private String role = "";

  @BeforeEach
  void trustTheProvider() {
    createProvider(TestKeys.thumbprint("ca"));
    role = aws.role("deployer", trust("{}", "\"sts:AssumeRoleWithWebIdentity\""));
  }

  @AfterEach
  void close() {
    issuer.close();
    aws.close();
  }

  private void createProvider(String thumbprint) {
    aws.root()
        .iam(
            "CreateOpenIDConnectProvider",
            "Url",
            issuer.url(),
            "ClientIDList.member.1",
            "my-app",
            "ThumbprintList.member.1",
            thumbprint)
        .ok();
  }

  private String providerArn() {
    return "arn:aws:iam::" + ACCOUNT + ":oidc-provider/" + issuer.name();
  }

  private String trust(String condition, String actions) {
    return """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
          "Principal": {"Federated": "%s"}, "Action": %s, "Condition": %s}}"""
        .formatted(providerArn(), actions, condition);
  }

  private JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
    var now = aws.clock.instant();
    return change
        .apply(
            new JWTClaimsSet.Builder()
                .issuer(issuer.url())
                .subject(SUBJECT)
                .audience("my-app")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300))))
        .build();
  }

  private String token(UnaryOperator<JWTClaimsSet.Builder> change) {
    return OidcIssuer.sign(JWSAlgorithm.RS256, OidcIssuer.RSA, claims(change));
  }

  private String token() {
    return token(UnaryOperator.identity());
  }

  private Answer assume(String token, String... more) {
    var parameters =
        new String[] {"RoleArn", role, "RoleSessionName", "ci", "WebIdentityToken", token};
    var all = Arrays.copyOf(parameters, parameters.length + more.length);
    System.arraycopy(more, 0, all, parameters.length, more.length);
    return aws.nobody().sts("AssumeRoleWithWebIdentity", all);
  }

  private static String invalid(String message) {
    return "400 InvalidIdentityToken: " + message;
  }

  @Test
  void aTokenOfATrustedProviderGivesASession() {
    var answer = assume(token()).ok();

    assertThat(answer.text("SubjectFromWebIdentityToken")).isEqualTo(SUBJECT);
    assertThat(answer.text("Audience")).isEqualTo("my-app");
    assertThat(answer.text("Provider")).isEqualTo(providerArn());
    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T06:06:07Z");
    var session = answer.client();
    assertThat(session.sts("GetCallerIdentity").ok().text("Arn"))
        .isEqualTo("arn:aws:sts::" + ACCOUNT + ":assumed-role/deployer/ci");
  }

  @Test
  void allAlgorithmsOfAwsAreTaken() {
    for (var algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512)) {
      assume(OidcIssuer.sign(algorithm, OidcIssuer.RSA, claims(c -> c))).ok();
    }
    assume(OidcIssuer.sign(JWSAlgorithm.ES256, OidcIssuer.EC, claims(c -> c))).ok();
  }

  @Test
  void tokensThatNobodySignedRightlyAreRefused() throws JOSEException {
    assertThat(assume(new PlainJWT(claims(c -> c)).serialize()).error())
        .startsWith("400 InvalidIdentityToken");
    assertThat(assume("an-access-token").error())
        .isEqualTo(
            invalid(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"));
    var publicKey = OidcIssuer.RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
    assertThat(
            assume(
                    OidcIssuer.sign(
                        JWSAlgorithm.HS256, "rsa-1", new MACSigner(publicKey), claims(c -> c)))
                .error())
        .isEqualTo(invalid("Unsupported token signing algorithm: HS256"));
    // Another's key under the id of one that is published.
    var forged =
        OidcIssuer.sign(
            JWSAlgorithm.RS256,
            "rsa-1",
            new com.nimbusds.jose.crypto.RSASSASigner(OidcIssuer.NEXT_RSA),
            claims(c -> c));
    assertThat(assume(forged).error()).isEqualTo(invalid("Token signature invalid"));
    // The right signature under other claims.
    var other = token(c -> c.subject("repo:evil/app:ref:refs/heads/main")).split("\\.");
    var good = token().split("\\.");
    assertThat(assume(good[0] + "." + other[1] + "." + good[2]).error())
        .isEqualTo(invalid("Token signature invalid"));
  }

  @Test
  void anUnknownKeyIsLookedForAgainButNotAtOnce() {
    assume(token()).ok();
    issuer.publish(OidcIssuer.NEXT_RSA);
    var rotated = OidcIssuer.sign(JWSAlgorithm.RS256, OidcIssuer.NEXT_RSA, claims(c -> c));
    var before = issuer.requests.get();
    assertThat(assume(rotated).error())
        .isEqualTo(
            invalid(
                "Couldn't retrieve verification key from your identity provider,  please reference"
                    + " AssumeRoleWithWebIdentity documentation for requirements"));
    assertThat(issuer.requests.get()).isEqualTo(before);

    aws.clock.advance(Duration.ofSeconds(11));

    assume(rotated).ok();
    assertThat(assume(token()).status).isEqualTo(400);
  }

  @Test
  void keysAreKept() {
    assume(token()).ok();
    var asked = issuer.requests.get();
    assume(token()).ok();
    assertThat(issuer.requests.get()).isEqualTo(asked);

    aws.clock.advance(Duration.ofMinutes(16));

    assume(token()).ok();
    assertThat(issuer.requests.get()).isGreaterThan(asked);
  }

  @Test
  void timesCount() {
    var now = aws.clock.instant();
    var expired = token(c -> c.expirationTime(Date.from(now.minusSeconds(1))));
    assertThat(assume(expired).error())
        .isEqualTo(
            "400 ExpiredTokenException: Token expired: current date/time %d must be before the expiration date/time %d"
                .formatted(now.getEpochSecond(), now.getEpochSecond() - 1));
    assertThat(assume(token(c -> c.notBeforeTime(Date.from(now.plusSeconds(600))))).status)
        .isEqualTo(400);
    assertThat(assume(token(c -> c.issueTime(Date.from(now.plusSeconds(600))))).status)
        .isEqualTo(400);
    assertThat(assume(token(c -> c.subject("x".repeat(5000)))).status).isEqualTo(400);
    assertThat(assume(token(c -> c.expirationTime(null))).error())
        .isEqualTo(invalid("Missing a required claim: exp"));
  }

  @Test
  void theAudienceHasToBeAClientOfTheProvider() {
    assertThat(assume(token(c -> c.audience("another-app"))).error())
        .isEqualTo(invalid("Incorrect token audience"));
    assume(token(c -> c.audience(List.of("another-app", "my-app")))).ok();
    // The authorized party stands before the audience.
    assertThat(assume(token(c -> c.claim("azp", "another-app"))).status).isEqualTo(400);
    assume(token(c -> c.audience("api").claim("azp", "my-app"))).ok();

    aws.root()
        .iam(
            "AddClientIDToOpenIDConnectProvider",
            "OpenIDConnectProviderArn",
            providerArn(),
            "ClientID",
            "another-app")
        .ok();

    assume(token(c -> c.audience("another-app"))).ok();
  }

  @Test
  void anUnknownIssuerIsNotAsked() {
    assertThat(assume(token(c -> c.issuer("https://evil.example.com"))).error())
        .isEqualTo(
            invalid(
                "No OpenIDConnect provider found in your account for https://evil.example.com"));
    // A provider of one account says nothing in another.
    role = role.replace(ACCOUNT, "210987654321");
    assertThat(assume(token()).error())
        .isEqualTo(invalid("No OpenIDConnect provider found in your account for " + issuer.url()));
    assertThat(issuer.requests.get()).isZero();
  }

  @Test
  void theServersCertificateHasToMatch() {
    aws.root().iam("DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn", providerArn()).ok();
    createProvider("0".repeat(40));
    assertThat(assume(token()).error())
        .isEqualTo(
            invalid(
                "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"));
    aws.root()
        .iam(
            "UpdateOpenIDConnectProviderThumbprint",
            "OpenIDConnectProviderArn",
            providerArn(),
            "ThumbprintList.member.1",
            TestKeys.thumbprint("server"))
        .ok();

    assume(token()).ok();
  }

  @Test
  void thumbprintsAreFetchedWhereNoneIsGiven() {
    aws.root().iam("DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn", providerArn()).ok();
    aws.root()
        .iam("CreateOpenIDConnectProvider", "Url", issuer.url(), "ClientIDList.member.1", "my-app")
        .ok();

    assertThat(
            aws.root()
                .iam("GetOpenIDConnectProvider", "OpenIDConnectProviderArn", providerArn())
                .ok()
                .text("ThumbprintList"))
        .contains(TestKeys.thumbprint("ca"));
    assume(token()).ok();
  }

  @Test
  void aProviderThatAnswersNonsenseIsNotBelieved() {
    var noKey =
        invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference"
                + " AssumeRoleWithWebIdentity documentation for requirements");
    var configuration = "/.well-known/openid-configuration";
    for (var document :
        List.of(
            "not JSON",
            "{\"issuer\":\"https://another\",\"jwks_uri\":\"" + issuer.url() + "/keys\"}",
            "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"http://localhost/keys\"}",
            "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"https://169.254.169.254/keys\"}",
            "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"file:///etc/passwd\"}",
            "redirect " + issuer.url() + "/elsewhere",
            " ".repeat(300_000))) {
      issuer.serve(configuration, document);
      assertThat(assume(token()).error()).describedAs(document).isEqualTo(noKey);
      aws.clock.advance(Duration.ofSeconds(11));
    }
  }

  @Test
  void aServerUnderAnothersNameIsNotBelieved() throws ProviderException {
    try (var impostor = new OidcIssuer("127.0.0.2", "127.0.0.2")) {
      var client = new ProviderClient(new ProviderSettings(true, List.of()));
      var thumbprints = List.of(TestKeys.thumbprint("server"), TestKeys.thumbprint("ca"));
      assertThatThrownBy(() -> client.get(URI.create(impostor.url() + "/keys"), thumbprints))
          .isInstanceOfSatisfying(
              ProviderException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNREACHABLE));
      assertThat(impostor.requests.get()).isZero();
      // The one whose name it is.
      assertThat(client.get(URI.create(issuer.url() + "/keys"), thumbprints)).isNotEmpty();
    }
  }

  @Test
  void onlyTheOperatorLetsPrivateAddressesBeAsked() {
    var keys = URI.create(issuer.url() + "/keys");
    assertThatThrownBy(
            () ->
                new ProviderClient(ProviderSettings.DEFAULT)
                    .get(keys, List.of(TestKeys.thumbprint("ca"))))
        .isInstanceOfSatisfying(
            ProviderException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.FORBIDDEN_ADDRESS));
    assertThat(issuer.requests.get()).isZero();
  }

  @Test
  void anAuthorityOfTheOperatorMakesThumbprintsNeedless() throws ProviderException {
    var client =
        new ProviderClient(new ProviderSettings(true, List.of(TestKeys.certificate("ca"))));

    assertThat(client.get(URI.create(issuer.url() + "/keys"), List.of())).isNotEmpty();
  }

  @Test
  void aProviderThatIsNotThereIsUnreachable() {
    var token = token();
    issuer.close();

    assertThat(assume(token).error()).startsWith("400 IDPCommunicationError: ");
  }

  @Test
  void conditionsOnClaimsDecide() {
    role =
        aws.role(
            "main",
            trust(
                """
                {"StringEquals": {"%1$s:aud": "my-app"}, "StringLike": {"%1$s:sub": "repo:octo/*:ref:refs/heads/main"}}"""
                    .formatted(issuer.name()),
                "\"sts:AssumeRoleWithWebIdentity\""));
    assume(token()).ok();

    assertThat(assume(token(c -> c.subject("repo:evil/app:ref:refs/heads/main"))).error())
        .isEqualTo("403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity");
    role = role.replace("main", "missing");
    assertThat(assume(token()).error())
        .isEqualTo("403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity");
  }

  @Test
  void aRoleThatTrustsSomebodyElseIsNotForTokens() {
    role = aws.role("other", Installation.trust("arn:aws:iam::" + ACCOUNT + ":root"));

    assertThat(assume(token()).error())
        .isEqualTo("403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity");
  }

  @Test
  void tagsAndSourceIdentityComeFromClaims() {
    var tagged =
        token(
            c ->
                c.claim(
                        "https://aws.amazon.com/tags",
                        Map.of(
                            "principal_tags",
                            Map.of("Project", List.of("Atlas")),
                            "transitive_tag_keys",
                            List.of("Project")))
                    .claim("https://aws.amazon.com/source_identity", "octo"));
    assertThat(assume(tagged).error())
        .isEqualTo("403 AccessDenied: Not authorized to perform sts:TagSession");
    role =
        aws.role(
            "tagged",
            trust(
                "{\"StringEquals\": {\"aws:RequestTag/Project\": \"Atlas\"}}",
                "[\"sts:AssumeRoleWithWebIdentity\", \"sts:TagSession\", \"sts:SetSourceIdentity\"]"));

    var answer = assume(tagged).ok();

    assertThat(answer.text("SourceIdentity")).isEqualTo("octo");
    assertThat(answer.has("PackedPolicySize")).isTrue();
    aws.root()
        .iam(
            "PutRolePolicy",
            "RoleName",
            "tagged",
            "PolicyName",
            "list",
            "PolicyDocument",
            """
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*",
              "Condition": {"StringEquals": {"aws:PrincipalTag/Project": "Atlas", "aws:SourceIdentity": "octo",
                "aws:FederatedProvider": "%s", "%s:sub": "%s"}}}}"""
                .formatted(providerArn(), issuer.name(), SUBJECT))
        .ok();
    answer.client().iam("ListUsers").ok();
    assertThat(
            assume(token(c -> c.claim("https://aws.amazon.com/source_identity", "not one")))
                .error())
        .startsWith("400 InvalidIdentityToken: Source Identity must match");
    assertThat(assume(token(c -> c.claim("https://aws.amazon.com/tags", "x"))).status)
        .isEqualTo(400);
  }

  @Test
  void durationAndPoliciesLimitTheSession() {
    assertThat(assume(token(), "DurationSeconds", "7200").error())
        .contains("exceeds the MaxSessionDuration set for this role");
    assertThat(assume(token(), "DurationSeconds", "900").ok().text("Expiration"))
        .isEqualTo("2026-03-04T05:21:07Z");
    aws.root()
        .iam(
            "PutRolePolicy",
            "RoleName",
            "deployer",
            "PolicyName",
            "all",
            "PolicyDocument",
            Installation.allow("\"*\"", "*"))
        .ok();
    var session = assume(token(), "Policy", Installation.allow("\"iam:ListUsers\"", "*")).client();
    session.iam("ListUsers").ok();
    assertThat(session.iam("ListRoles").status).isEqualTo(403);
  }

  @Test
  void theEventTellsWhoCalled() {
    var session = assume(token()).client();
    session.sts("GetCallerIdentity").ok();
    assume(token(c -> c.subject("x"))).ok();
    var records = aws.records();
    assertThat(records)
        .anyMatch(
            record ->
                record.contains("\"eventName\":\"AssumeRoleWithWebIdentity\"")
                    && record.contains(
                        "\"userIdentity\":{\"type\":\"WebIdentityUser\",\"principalId\":\"%s:my-app:%s\",\"userName\":\"%s\",\"identityProvider\":\"%s\"}"
                            .formatted(providerArn(), SUBJECT, SUBJECT, providerArn()))
                    && !record.contains(token()));
    assertThat(records)
        .anyMatch(
            record ->
                record.contains("\"eventName\":\"GetCallerIdentity\"")
                    && record.contains(
                        "\"webIdFederationData\":{\"federatedProvider\":\"%s\",\"attributes\":{\"%s:aud\":\"my-app\",\"%s:sub\":\"%s\"}}"
                            .formatted(providerArn(), issuer.name(), issuer.name(), SUBJECT)));
  }
}

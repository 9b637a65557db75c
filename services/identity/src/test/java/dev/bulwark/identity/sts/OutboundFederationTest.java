package dev.bulwark.identity.sts;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import dev.bulwark.identity.sts.Installation.Answer;
import dev.bulwark.identity.sts.Installation.Client;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that principals show elsewhere, and the issuer that vouches for them. */
class OutboundFederationTest {
  private static final String ALLOW =
      Installation.allow("[\"sts:GetWebIdentityToken\", \"sts:AssumeRole\"]", "*");

  private final Installation aws = new Installation();

  @AfterEach
  void close() {
    aws.close();
  }

  private String enable() {
    return aws.root().iam("EnableOutboundWebIdentityFederation").ok().text("IssuerIdentifier");
  }

  private static Answer token(Client client, String algorithm, String... more) {
    var parameters = new String[4 + more.length];
    parameters[0] = "Audience.member.1";
    parameters[1] = "https://api.example.com";
    parameters[2] = "SigningAlgorithm";
    parameters[3] = algorithm;
    System.arraycopy(more, 0, parameters, 4, more.length);
    return client.sts("GetWebIdentityToken", parameters);
  }

  private String document(String issuer, String path) {
    var id = issuer.substring(issuer.lastIndexOf('/') + 1);
    return aws.outbound.document(id, path);
  }

  @Test
  void theTokenVerifiesWithThePublishedKeysAndTellsWhoCalls() throws Exception {
    var issuer = enable();
    var alice = aws.user("alice");
    aws.root()
        .iam(
            "TagUser", "UserName", "alice", "Tags.member.1.Key", "team", "Tags.member.1.Value", "x")
        .ok();
    aws.allowUser("alice", "all", ALLOW);

    var answer = token(alice, "RS256").ok();

    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T05:11:07Z");
    var token = SignedJWT.parse(answer.text("WebIdentityToken"));
    var keys = JWKSet.parse(document(issuer, ".well-known/jwks.json"));
    assertThat(keys.getKeys()).noneMatch(key -> key.isPrivate());
    var key = (RSAKey) keys.getKeyByKeyId(token.getHeader().getKeyID());
    assertThat(token.verify(new RSASSAVerifier(key))).isTrue();
    var claims = token.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo(issuer);
    assertThat(claims.getAudience()).containsExactly("https://api.example.com");
    assertThat(claims.getSubject()).isEqualTo(Installation.userArn("alice"));
    assertThat(claims.getJSONObjectClaim("https://sts.amazonaws.com/"))
        .containsEntry("aws_account", Installation.ACCOUNT)
        .containsEntry("source_region", Installation.REGION)
        .containsEntry("principal_tags", Map.of("team", "x"));
    assertThat(document(issuer, ".well-known/openid-configuration"))
        .contains(
            "\"issuer\":\"" + issuer + "\"",
            "\"jwks_uri\":\"" + issuer + "/.well-known/jwks.json\"");
    assertThat(issuer).startsWith("https://bulwark.example.com/_bulwark/issuers/");
    assertThat(aws.records().getFirst())
        .contains("\"eventName\":\"GetWebIdentityToken\"")
        .doesNotContain(answer.text("WebIdentityToken"));

    var other = SignedJWT.parse(token(alice, "ES384").ok().text("WebIdentityToken"));
    var ec = (ECKey) keys.getKeyByKeyId(other.getHeader().getKeyID());
    assertThat(other.verify(new ECDSAVerifier(ec))).isTrue();
  }

  @Test
  void aSessionOfARoleSpeaksForTheRoleAndNotBeyondItsEnd() throws Exception {
    enable();
    var alice = aws.user("alice");
    aws.allowUser("alice", "all", ALLOW);
    var arn = aws.role("worker", Installation.trust(Installation.userArn("alice")));
    aws.root()
        .iam("PutRolePolicy", "RoleName", "worker", "PolicyName", "p", "PolicyDocument", ALLOW)
        .ok();
    var worker = alice.assume(arn, "DurationSeconds", "900").client();

    var token = token(worker, "RS256", "DurationSeconds", "900").ok().text("WebIdentityToken");

    assertThat(SignedJWT.parse(token).getJWTClaimsSet().getSubject()).isEqualTo(arn);
    aws.clock.advance(Duration.ofMinutes(1));
    assertThat(token(worker, "RS256", "DurationSeconds", "900").error())
        .startsWith("403 SessionDurationEscalationException");
    assertThat(
            worker
                .presignedSts(
                    "GetWebIdentityToken",
                    "Audience.member.1",
                    "https://api.example.com",
                    "SigningAlgorithm",
                    "RS256",
                    "DurationSeconds",
                    "900")
                .error())
        .startsWith("403 SessionDurationEscalationException");
    token(worker, "RS256", "DurationSeconds", "600").ok();
  }

  @Test
  void policiesSeeAudienceAlgorithmDurationAndTags() {
    enable();
    var alice = aws.user("alice");
    aws.allowUser(
        "alice",
        "some",
        """
        {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*", "Condition": {
            "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": "https://api.example.com"},
            "StringEquals": {"sts:SigningAlgorithm": "ES384"},
            "NumericLessThanEquals": {"sts:DurationSeconds": 300}}}]}""");

    token(alice, "ES384").ok();
    assertThat(token(alice, "RS256").error()).startsWith("403 AccessDenied");
    assertThat(token(alice, "ES384", "DurationSeconds", "301").error())
        .startsWith("403 AccessDenied");
    assertThat(token(alice, "ES384", "Audience.member.2", "other").error())
        .startsWith("403 AccessDenied");
    assertThat(
            token(alice, "ES384", "Tags.member.1.Key", "job", "Tags.member.1.Value", "7").error())
        .contains("is not authorized to perform: sts:TagGetWebIdentityToken");
  }

  @Test
  void badRequestsAreRefused() {
    var root = aws.root();
    assertThat(root.iam("GetOutboundWebIdentityFederationInfo").error())
        .startsWith("404 FeatureDisabled");
    assertThat(token(root, "RS256").error())
        .startsWith("403 OutboundWebIdentityFederationDisabledException");
    var issuer = enable();
    assertThat(root.iam("EnableOutboundWebIdentityFederation").error())
        .startsWith("409 FeatureEnabled");
    assertThat(token(root, "HS256").error()).startsWith("400 ValidationError");
    assertThat(token(root, "RS256", "DurationSeconds", "59").error())
        .startsWith("400 ValidationError");
    var session = root.sts("GetSessionToken").client();
    assertThat(token(session, "RS256").status).isEqualTo(403);
    var many = new String[200];
    for (int i = 0; i < 50; i++) {
      many[4 * i] = "Tags.member." + (i + 1) + ".Key";
      many[4 * i + 1] = "key" + i;
      many[4 * i + 2] = "Tags.member." + (i + 1) + ".Value";
      many[4 * i + 3] = "v".repeat(250);
    }
    assertThat(token(root, "RS256", many).error())
        .startsWith("400 JWTPayloadSizeExceededException");
    root.iam("DisableOutboundWebIdentityFederation").ok();
    assertThat(root.iam("DisableOutboundWebIdentityFederation").error())
        .startsWith("404 FeatureDisabled");
    assertThat(root.iam("GetOutboundWebIdentityFederationInfo").ok().text("JwtVendingEnabled"))
        .isEqualTo("false");
    assertThat(token(root, "RS256").status).isEqualTo(403);
    assertThat(document(issuer, ".well-known/jwks.json")).contains("\"kty\"");
    assertThat(enable()).isEqualTo(issuer);
    assertThat(aws.outbound.document("nobody", ".well-known/jwks.json")).isNull();
  }
}

package dev.bulwark.identity.sts;

import static dev.bulwark.identity.sts.Installation.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.identity.sts.Installation.Answer;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AssumeRoleWithSAML with responses that a provider signed, and with those that it did not. */
class SamlTest {
  private static final String PROVIDER = "arn:aws:iam::" + ACCOUNT + ":saml-provider/corp";
  private static final String ACTION = "\"sts:AssumeRoleWithSAML\"";
  private static final String DENIED =
      "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML";
  private static final String BAD_SIGNATURE =
      "400 InvalidIdentityToken: Response signature invalid";
  private static final String UNREADABLE =
      "400 InvalidIdentityToken: Your request included an invalid SAML response";

  private final Installation aws = new Installation();
  private String role = "";
  private SamlIdp idp = new SamlIdp(aws.clock.instant(), role, PROVIDER);

  @BeforeEach
  void trustTheProvider() {
    aws.root()
        .iam("CreateSAMLProvider", "Name", "corp", "SAMLMetadataDocument", SamlIdp.metadata())
        .ok();
    role = aws.role("staff", trust(ACTION, "{}"));
    idp = new SamlIdp(aws.clock.instant(), role, PROVIDER);
  }

  @AfterEach
  void close() {
    aws.close();
  }

  private static String trust(String actions, String condition) {
    return """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
          "Principal": {"Federated": "%s"}, "Action": %s, "Condition": %s}}"""
        .formatted(PROVIDER, actions, condition);
  }

  private Answer assume(String response, String... more) {
    var parameters =
        new String[] {"RoleArn", role, "PrincipalArn", PROVIDER, "SAMLAssertion", response};
    var all = Arrays.copyOf(parameters, parameters.length + more.length);
    System.arraycopy(more, 0, all, parameters.length, more.length);
    return aws.nobody().sts("AssumeRoleWithSAML", all);
  }

  @Test
  void aSignedAssertionGivesASession() {
    var answer = assume(idp.withSignedAssertion()).ok();

    assertThat(answer.text("Subject")).isEqualTo("carol");
    assertThat(answer.text("SubjectType")).isEqualTo("persistent");
    assertThat(answer.text("Issuer")).isEqualTo(SamlIdp.ENTITY_ID);
    assertThat(answer.text("Audience")).isEqualTo(SamlIdp.ENDPOINT);
    // printf '%s' https://idp.example.com/saml123456789012/corp | openssl sha1 -binary | base64
    assertThat(answer.text("NameQualifier")).isEqualTo("HahBW48oNiXLlr28VT6/xduH27c=");
    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T06:06:07Z");
    assertThat(answer.client().sts("GetCallerIdentity").ok().text("Arn"))
        .isEqualTo("arn:aws:sts::" + ACCOUNT + ":assumed-role/staff/carol@example.com");
  }

  @Test
  void aSignatureOfTheWholeResponseIsAsGood() {
    idp.attributes.put(SamlIdp.AWS + "Role", List.of(PROVIDER + ", " + role));

    assume(idp.withSignedResponse()).ok();
  }

  @Test
  void whatNobodySignedIsRefused() {
    assertThat(assume(SamlIdp.encode(idp.response(idp.unsignedAssertion()))).error())
        .isEqualTo(BAD_SIGNATURE);
    assertThat(
            assume(
                    SamlIdp.encode(
                        idp.response(idp.signedAssertion().replace(">carol<", ">mallory<"))))
                .error())
        .isEqualTo(BAD_SIGNATURE);
    var another = SamlIdp.write(SamlIdp.sign(SamlIdp.parse(idp.unsignedAssertion()), "saml"));
    assertThat(another).contains("SignatureValue");
    assertThat(
            assume(
                    SamlIdp.encode(
                        idp.response(
                            another.replaceFirst("SignatureValue>..", "SignatureValue>AA"))))
                .error())
        .isEqualTo(BAD_SIGNATURE);
  }

  @Test
  void nothingCanBeWrappedAroundWhatWasSigned() {
    var signed = idp.signedAssertion();
    var evil = idp.unsignedAssertion().replace(">carol<", ">mallory<");
    // A second assertion beside, before, within or around the signed one.
    for (var content :
        List.of(
            evil + signed,
            signed + evil,
            evil.replace("</saml:Assertion>", signed + "</saml:Assertion>"),
            "<samlp:Extensions>" + signed + "</samlp:Extensions>" + evil,
            evil.replace("_assertion", "_evil")
                .replace(
                    "</saml:Assertion>",
                    "<saml:Advice>" + signed + "</saml:Advice></saml:Assertion>"))) {
      assertThat(assume(SamlIdp.encode(idp.response(content))).error())
          .isIn(UNREADABLE, BAD_SIGNATURE);
    }
    // The signature moved to an assertion of another ID, with the signed one hidden elsewhere.
    var signature =
        signed.substring(
            signed.indexOf("<ds:Signature"),
            signed.indexOf("</ds:Signature>") + "</ds:Signature>".length());
    var moved =
        evil.replace("_assertion", "_evil").replace("</saml:Issuer>", "</saml:Issuer>" + signature);
    assertThat(assume(SamlIdp.encode(idp.response(moved))).error()).isEqualTo(BAD_SIGNATURE);
    // Another element takes the ID.
    var twin =
        idp.response(signed)
            .replace(
                "<samlp:Status>",
                "<samlp:Extensions><x ID=\"_assertion\"/></samlp:Extensions><samlp:Status>");
    assertThat(assume(SamlIdp.encode(twin)).error()).isEqualTo(BAD_SIGNATURE);
  }

  @Test
  void commentsDoNotCutNamesShort() {
    idp.subject = "carol@example.com<!-- -->.evil.com";

    assertThat(assume(idp.withSignedAssertion()).ok().text("Subject"))
        .isEqualTo("carol@example.com.evil.com");
  }

  @Test
  void documentTypesAndBombsAreRefused() {
    var bomb =
        """
        <!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
        <r>&c;</r>""";
    var outside = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>";
    var deep = "<a>".repeat(5000) + "</a>".repeat(5000);
    for (var xml : List.of(bomb, outside, deep, "", "no XML", "<r/>")) {
      assertThat(assume(SamlIdp.encode(xml) + "====").error()).isEqualTo(UNREADABLE);
    }
    assertThat(assume("%%%% no base64").error()).isEqualTo(UNREADABLE);
    assertThat(
            aws.root()
                .iam(
                    "CreateSAMLProvider",
                    "Name",
                    "bomb",
                    "SAMLMetadataDocument",
                    bomb + " ".repeat(1000))
                .error())
        .isEqualTo("400 InvalidInput: Could not parse metadata");
  }

  @Test
  void anAssertionIsGoodForFiveMinutes() {
    idp.now = aws.clock.instant().minusSeconds(301);
    assertThat(assume(idp.withSignedAssertion()).error())
        .isEqualTo(
            "400 ExpiredTokenException: Token must be redeemed within 5 minutes of issuance");
    idp.now = aws.clock.instant().plusSeconds(900);
    assertThat(assume(idp.withSignedAssertion()).status).isEqualTo(400);
  }

  @Test
  void audienceRecipientAndIssuerHaveToBeRight() {
    idp.audience = "https://another.example.com";
    assertThat(assume(idp.withSignedAssertion()).error())
        .isEqualTo("400 InvalidIdentityToken: Response does not contain the required audience");
    idp.audience = "urn:amazon:webservices";
    assume(idp.withSignedAssertion()).ok();
    idp.recipient = "https://signin.aws.amazon.com.evil.com/saml";
    assertThat(assume(idp.withSignedAssertion()).status).isEqualTo(400);
    idp.recipient = "https://eu-west-1.signin.aws.amazon.com/saml";
    assume(idp.withSignedAssertion()).ok();
    idp.issuer = "https://another.example.com";
    assertThat(assume(idp.withSignedAssertion()).error())
        .isEqualTo("400 InvalidIdentityToken: Issuer not present in specified provider");
    idp.issuer = SamlIdp.ENTITY_ID;
    idp.status = "AuthnFailed";
    assertThat(assume(idp.withSignedAssertion()).error()).startsWith("403 IDPRejectedClaim: ");
  }

  @Test
  void roleAndSessionNameComeFromTheAssertion() {
    idp.attributes.put(
        SamlIdp.AWS + "Role", List.of(role.replace("staff", "other") + "," + PROVIDER));
    assertThat(assume(idp.withSignedAssertion()).error()).isEqualTo(DENIED);
    idp.attributes.put(SamlIdp.AWS + "Role", List.of("x", role + "," + PROVIDER));
    assume(idp.withSignedAssertion()).ok();
    idp.attributes.put(SamlIdp.AWS + "RoleSessionName", List.of("not a name"));
    assertThat(assume(idp.withSignedAssertion()).error())
        .isEqualTo(
            "400 InvalidIdentityToken: RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
    idp.attributes.remove(SamlIdp.AWS + "RoleSessionName");
    assertThat(assume(idp.withSignedAssertion()).error())
        .isEqualTo("400 InvalidIdentityToken: RoleSessionName is required in AuthnResponse");
  }

  @Test
  void aRoleThatTrustsAnotherProviderIsNotForThisOne() {
    role = aws.role("other", trust(ACTION, "{}").replace("/corp", "/elsewhere"));
    idp = new SamlIdp(aws.clock.instant(), role, PROVIDER);

    assertThat(assume(idp.withSignedAssertion()).error()).isEqualTo(DENIED);
    assertThat(
            aws.nobody()
                .sts(
                    "AssumeRoleWithSAML",
                    "RoleArn",
                    role,
                    "PrincipalArn",
                    PROVIDER + "x",
                    "SAMLAssertion",
                    idp.withSignedAssertion())
                .error())
        .isEqualTo("400 InvalidIdentityToken: Specified provider doesn't exist");
  }

  @Test
  void keysOfTheAssertionDecide() {
    role =
        aws.role(
            "keys",
            trust(
                ACTION,
                """
                {"StringEquals": {"saml:aud": "%s", "saml:iss": "%s", "saml:sub": "carol", "saml:sub_type": "persistent",
                  "saml:doc": "%s/corp", "saml:mail": "carol@example.com"},
                 "ForAnyValue:StringEquals": {"saml:eduPersonAffiliation": "staff"}}"""
                    .formatted(SamlIdp.ENDPOINT, SamlIdp.ENTITY_ID, ACCOUNT)));
    idp = new SamlIdp(aws.clock.instant(), role, PROVIDER);
    idp.attributes.put("urn:oid:0.9.2342.19200300.100.1.3", List.of("carol@example.com"));
    idp.attributes.put("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", List.of("member", "staff"));
    assume(idp.withSignedAssertion()).ok();

    idp.attributes.put("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", List.of("student"));

    assertThat(assume(idp.withSignedAssertion()).error()).isEqualTo(DENIED);
  }

  @Test
  void tagsSourceIdentityAndDurationComeFromTheAssertion() {
    idp.attributes.put(SamlIdp.AWS + "PrincipalTag:Project", List.of("Atlas"));
    assertThat(assume(idp.withSignedAssertion()).error())
        .isEqualTo("403 AccessDenied: Not authorized to perform sts:TagSession");
    role =
        aws.role(
            "tagged",
            trust(
                "[\"sts:AssumeRoleWithSAML\", \"sts:TagSession\", \"sts:SetSourceIdentity\"]",
                "{\"StringEquals\": {\"aws:RequestTag/Project\": \"Atlas\"}}"));
    idp = new SamlIdp(aws.clock.instant(), role, PROVIDER);
    idp.attributes.put(SamlIdp.AWS + "PrincipalTag:Project", List.of("Atlas"));
    idp.attributes.put(SamlIdp.AWS + "TransitiveTagKeys", List.of("Project"));
    idp.attributes.put(SamlIdp.AWS + "SourceIdentity", List.of("carol"));
    idp.attributes.put(SamlIdp.AWS + "SessionDuration", List.of("1800"));

    var answer = assume(idp.withSignedAssertion()).ok();

    assertThat(answer.text("SourceIdentity")).isEqualTo("carol");
    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T05:36:07Z");
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
              "Condition": {"StringEquals": {"aws:PrincipalTag/Project": "Atlas", "aws:SourceIdentity": "carol",
                "saml:sub": "carol"}}}}""")
        .ok();
    answer.client().iam("ListUsers").ok();
  }

  @Test
  void theProvidersSessionEndsTheRolesToo() {
    idp.extraInAssertion =
        "<saml:AuthnStatement SessionNotOnOrAfter=\""
            + aws.clock.instant().plusSeconds(120)
            + "\"/>";

    assertThat(assume(idp.withSignedAssertion()).ok().text("Expiration"))
        .isEqualTo("2026-03-04T05:08:07Z");
  }

  @Test
  void encryptedAssertionsAreDecrypted() {
    var pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(TestKeys.privateKey("saml").getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    var key = (RSAPublicKey) TestKeys.certificate("saml").getPublicKey();
    var encrypted = SamlIdp.encrypted(idp.signedAssertion(), key);
    assertThat(assume(SamlIdp.encode(idp.response(encrypted))).error())
        .isEqualTo("400 InvalidIdentityToken: Failed to decrypt the assertion");
    aws.root()
        .iam(
            "UpdateSAMLProvider",
            "SAMLProviderArn",
            PROVIDER,
            "AssertionEncryptionMode",
            "Required",
            "AddPrivateKey",
            pem)
        .ok();

    assume(SamlIdp.encode(idp.response(encrypted))).ok();
    var unsigned = SamlIdp.encrypted(idp.unsignedAssertion(), key);
    assertThat(assume(SamlIdp.encode(idp.response(unsigned))).error()).isEqualTo(BAD_SIGNATURE);
    assume(
            SamlIdp.encode(
                SamlIdp.write(SamlIdp.sign(SamlIdp.parse(idp.response(unsigned)), "saml"))))
        .ok();
    assertThat(assume(idp.withSignedAssertion()).error()).startsWith("400 InvalidIdentityToken: ");
  }

  @Test
  void theEventTellsWhoCalled() {
    assume(idp.withSignedAssertion()).ok();
    var records = aws.records();

    assertThat(records)
        .anyMatch(
            record ->
                record.contains("\"eventName\":\"AssumeRoleWithSAML\"")
                    && record.contains(
                        "\"userIdentity\":{\"type\":\"SAMLUser\",\"principalId\":\"HahBW48oNiXLlr28VT6/xduH27c=:carol\",\"userName\":\"carol\",\"identityProvider\":\"HahBW48oNiXLlr28VT6/xduH27c=\"}"));
  }
}

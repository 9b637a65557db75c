package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.identity.sts.SamlIdp;
import dev.bulwark.identity.sts.TestKeys;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AssertionEncryptionModeType;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.OpenIdIdpCommunicationErrorException;
import software.amazon.awssdk.services.iam.model.SummaryKeyType;
import software.amazon.awssdk.services.iam.model.Tag;

class IdentityProvidersTest {
  private static final String GITHUB = "https://token.actions.githubusercontent.com";
  private static final String GITHUB_ARN =
      Lab.ARN + "oidc-provider/token.actions.githubusercontent.com";
  private static final String THUMBPRINT = "6938fd4d98bab03faadb97b34396831e3780aea1";
  private static final String CORP = Lab.ARN + "saml-provider/corp";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private void createGithub() {
    iam.createOpenIDConnectProvider(
        r ->
            r.url(GITHUB)
                .clientIDList("sts.amazonaws.com")
                .thumbprintList(THUMBPRINT)
                .tags(tag("team", "build")));
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  @Test
  void anOidcProviderLives() {
    createGithub();

    var provider = iam.getOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN));
    assertThat(provider.url()).isEqualTo("token.actions.githubusercontent.com");
    assertThat(provider.clientIDList()).containsExactly("sts.amazonaws.com");
    assertThat(provider.thumbprintList()).containsExactly(THUMBPRINT);
    assertThat(provider.createDate()).isNotNull();
    assertThat(provider.tags()).containsExactly(tag("team", "build"));
    assertThat(iam.listOpenIDConnectProviders().openIDConnectProviderList())
        .extracting("arn")
        .containsExactly(GITHUB_ARN);
    assertThat(iam.getAccountSummary().summaryMap().get(SummaryKeyType.PROVIDERS)).isEqualTo(1);

    iam.deleteOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN));
    iam.deleteOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN));

    assertThatThrownBy(
            () -> iam.getOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN)))
        .isInstanceOf(NoSuchEntityException.class)
        .hasMessageContaining("OpenIDConnect Provider not found for arn " + GITHUB_ARN);
  }

  @Test
  void clientIdsThumbprintsAndTagsChange() {
    createGithub();
    iam.addClientIDToOpenIDConnectProvider(
        r -> r.openIDConnectProviderArn(GITHUB_ARN).clientID("app"));
    iam.addClientIDToOpenIDConnectProvider(
        r -> r.openIDConnectProviderArn(GITHUB_ARN).clientID("app"));
    iam.removeClientIDFromOpenIDConnectProvider(
        r -> r.openIDConnectProviderArn(GITHUB_ARN).clientID("sts.amazonaws.com"));
    iam.updateOpenIDConnectProviderThumbprint(
        r -> r.openIDConnectProviderArn(GITHUB_ARN).thumbprintList("a".repeat(40), "b".repeat(40)));
    iam.tagOpenIDConnectProvider(
        r -> r.openIDConnectProviderArn(GITHUB_ARN).tags(tag("stage", "prod")));
    iam.untagOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN).tagKeys("team"));

    var provider = iam.getOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN));
    assertThat(provider.clientIDList()).containsExactly("app");
    assertThat(provider.thumbprintList()).containsExactly("a".repeat(40), "b".repeat(40));
    assertThat(
            iam.listOpenIDConnectProviderTags(r -> r.openIDConnectProviderArn(GITHUB_ARN)).tags())
        .containsExactly(tag("stage", "prod"));
  }

  @Test
  void oidcProvidersKeepToTheRules() {
    createGithub();
    assertThatThrownBy(this::createGithub)
        .isInstanceOf(EntityAlreadyExistsException.class)
        .hasMessageContaining("Provider with url " + GITHUB + " already exists.");
    for (var url :
        List.of(
            "http://idp.example.com",
            "idp.example.com",
            "https://idp.example.com?x=1",
            "https://idp.example.com#x",
            "https://user:secret@idp.example.com",
            "https://",
            "https:// idp")) {
      assertThatThrownBy(
              () -> iam.createOpenIDConnectProvider(r -> r.url(url).thumbprintList(THUMBPRINT)))
          .describedAs(url)
          .isInstanceOfSatisfying(
              IamException.class,
              e ->
                  assertThat(e.awsErrorDetails().errorMessage())
                      .isEqualTo("Invalid Open ID Connect Provider URL"));
    }
    assertThatThrownBy(
            () ->
                iam.createOpenIDConnectProvider(
                    r ->
                        r.url("https://idp.example.com")
                            .thumbprintList(
                                List.of("a", "b", "c", "d", "e", "f").stream()
                                    .map(c -> c.repeat(40))
                                    .toList())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Thumbprint list must contain fewer than 5 entries.");
    var ids = new ArrayList<String>();
    for (int i = 0; i <= 100; i++) {
      ids.add("client-" + i);
    }
    assertThatThrownBy(
            () ->
                iam.createOpenIDConnectProvider(
                    r ->
                        r.url("https://idp.example.com")
                            .thumbprintList(THUMBPRINT)
                            .clientIDList(ids)))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
    assertThatThrownBy(() -> iam.createOpenIDConnectProvider(r -> r.url("https://127.0.0.1:1/")))
        .isInstanceOf(OpenIdIdpCommunicationErrorException.class);
  }

  @Test
  void aSamlProviderLives() {
    iam.createSAMLProvider(
        r -> r.name("corp").samlMetadataDocument(SamlIdp.metadata()).tags(tag("team", "people")));

    var provider = iam.getSAMLProvider(r -> r.samlProviderArn(CORP));
    assertThat(provider.samlMetadataDocument()).isEqualTo(SamlIdp.metadata());
    assertThat(provider.samlProviderUUID()).matches("[A-Z0-9]{22,64}");
    assertThat(provider.validUntil())
        .isEqualTo(provider.createDate().atOffset(ZoneOffset.UTC).plusYears(100).toInstant());
    assertThat(iam.listSAMLProviders().samlProviderList()).extracting("arn").containsExactly(CORP);
    var until = "2031-01-01T00:00:00Z";
    iam.updateSAMLProvider(
        r ->
            r.samlProviderArn(CORP)
                .samlMetadataDocument(
                    SamlIdp.metadata()
                        .replace(" entityID=", " validUntil=\"" + until + "\" entityID=")));
    assertThat(iam.getSAMLProvider(r -> r.samlProviderArn(CORP)).validUntil()).isEqualTo(until);
    iam.tagSAMLProvider(r -> r.samlProviderArn(CORP).tags(tag("stage", "prod")));
    iam.untagSAMLProvider(r -> r.samlProviderArn(CORP).tagKeys("team"));
    assertThat(iam.listSAMLProviderTags(r -> r.samlProviderArn(CORP)).tags())
        .containsExactly(tag("stage", "prod"));

    iam.deleteSAMLProvider(r -> r.samlProviderArn(CORP));

    assertThatThrownBy(() -> iam.getSAMLProvider(r -> r.samlProviderArn(CORP)))
        .isInstanceOf(NoSuchEntityException.class)
        .hasMessageContaining("Manifest not found for arn " + CORP);
    assertThatThrownBy(() -> iam.deleteSAMLProvider(r -> r.samlProviderArn(CORP)))
        .isInstanceOf(NoSuchEntityException.class);
  }

  @Test
  void metadataHaveToBeThoseOfAProvider() {
    var good = SamlIdp.metadata();
    for (var bad :
        List.of(
            "x".repeat(1000),
            good.replace("IDPSSODescriptor", "SPSSODescriptor"),
            good.replace("use=\"signing\"", "use=\"encryption\""),
            good.replace("entityID", "id"),
            good.replaceAll("(?s)<X509Certificate>.{20}", "<X509Certificate>AAAA"))) {
      var document = bad + " ".repeat(Math.max(0, 1000 - bad.length()));
      assertThatThrownBy(
              () -> iam.createSAMLProvider(r -> r.name("bad").samlMetadataDocument(document)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Could not parse metadata");
    }
    iam.createSAMLProvider(r -> r.name("corp").samlMetadataDocument(good));
    assertThatThrownBy(() -> iam.createSAMLProvider(r -> r.name("corp").samlMetadataDocument(good)))
        .isInstanceOf(EntityAlreadyExistsException.class);
  }

  @Test
  void privateKeysComeAndGo() {
    iam.createSAMLProvider(r -> r.name("corp").samlMetadataDocument(SamlIdp.metadata()));
    assertThatThrownBy(
            () ->
                iam.updateSAMLProvider(
                    r ->
                        r.samlProviderArn(CORP)
                            .assertionEncryptionMode(AssertionEncryptionModeType.REQUIRED)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("because no private key is provided");
    assertThatThrownBy(
            () -> iam.updateSAMLProvider(r -> r.samlProviderArn(CORP).addPrivateKey("no key")))
        .isInstanceOf(InvalidInputException.class);
    iam.updateSAMLProvider(
        r ->
            r.samlProviderArn(CORP)
                .addPrivateKey(pem())
                .assertionEncryptionMode(AssertionEncryptionModeType.REQUIRED));
    iam.updateSAMLProvider(r -> r.samlProviderArn(CORP).addPrivateKey(pem()));
    assertThatThrownBy(
            () -> iam.updateSAMLProvider(r -> r.samlProviderArn(CORP).addPrivateKey(pem())))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("Private key limit of 2 is reached.");

    var provider = iam.getSAMLProvider(r -> r.samlProviderArn(CORP));
    assertThat(provider.assertionEncryptionModeAsString()).isEqualTo("Required");
    assertThat(provider.privateKeyList()).hasSize(2);
    var keys = provider.privateKeyList();
    iam.updateSAMLProvider(r -> r.samlProviderArn(CORP).removePrivateKey(keys.getFirst().keyId()));
    assertThatThrownBy(
            () ->
                iam.updateSAMLProvider(
                    r -> r.samlProviderArn(CORP).removePrivateKey(keys.getFirst().keyId())))
        .isInstanceOf(NoSuchEntityException.class);
    assertThatThrownBy(
            () ->
                iam.updateSAMLProvider(
                    r -> r.samlProviderArn(CORP).removePrivateKey(keys.getLast().keyId())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Failed to remove private key.");
    assertThatThrownBy(() -> iam.updateSAMLProvider(r -> r.samlProviderArn(CORP)))
        .isInstanceOf(InvalidInputException.class);
  }

  private static String pem() {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(TestKeys.privateKey("saml").getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  @Test
  void providersAreOthersOnlyWithPermission() {
    createGithub();
    var alice = lab.user("alice");
    assertThatThrownBy(
            () -> alice.getOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN)))
        .hasMessageContaining(
            "is not authorized to perform: iam:GetOpenIDConnectProvider on resource: "
                + GITHUB_ARN);
    iam.putUserPolicy(
        r ->
            r.userName("alice")
                .policyName("build")
                .policyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*",
                      "Condition": {"StringEquals": {"aws:ResourceTag/team": "build"}}}}"""));

    alice.getOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN));
    iam.untagOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN).tagKeys("team"));
    assertThatThrownBy(
            () -> alice.deleteOpenIDConnectProvider(r -> r.openIDConnectProviderArn(GITHUB_ARN)))
        .isInstanceOf(IamException.class);
  }
}

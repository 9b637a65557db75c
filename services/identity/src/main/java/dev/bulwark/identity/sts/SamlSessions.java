package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sts.AssumeRoleWithSAMLRequest;
import dev.bulwark.api.sts.AssumeRoleWithSAMLResponse;
import dev.bulwark.api.sts.Tag;
import dev.bulwark.base.Arn;
import dev.bulwark.identity.iam.IdentityProviders;
import dev.bulwark.identity.iam.IdentityProviders.SamlProvider;
import dev.bulwark.service.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of roles for the users of SAML providers: AssumeRoleWithSAML.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html">AssumeRoleWithSAML</a>
 */
final class SamlSessions {
  private static final String ACTION = "sts:AssumeRoleWithSAML";
  private static final String ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/";
  private static final String PRINCIPAL_TAG = ATTRIBUTES + "PrincipalTag:";
  private static final int SHORTEST_SESSION = 900;
  private static final int LONGEST_SESSION = 43_200;

  private final FederatedRoles roles;
  private final IdentityProviders providers;

  SamlSessions(FederatedRoles roles, IdentityProviders providers) {
    this.roles = roles;
    this.providers = providers;
  }

  AssumeRoleWithSAMLResponse assume(AssumeRoleWithSAMLRequest in, Call call) {
    TrustedRoles.arn(in.roleArn());
    var provider = provider(in.principalArn());
    var record = provider.record();
    var assertion =
        SamlAssertion.read(SamlResponse.verified(in.samlAssertion(), provider), call.time());
    if (!assertion.issuer().equals(provider.metadata().entityId())
        || !call.time().isBefore(record.validUntil())) {
      throw StsErrors.samlIssuer();
    }
    if (!offersRole(assertion, in.roleArn(), in.principalArn())) {
      throw StsErrors.notAuthorized(ACTION);
    }
    var nameQualifier = nameQualifier(assertion.issuer(), record.accountId(), record.name());
    var sourceIdentity = assertion.attribute(ATTRIBUTES + "SourceIdentity");
    var issued =
        roles.assume(
            new FederatedRoles.Wish(
                in.roleArn(),
                in.durationSeconds() == null ? sessionDuration(assertion) : in.durationSeconds(),
                in.policy(),
                in.policyArns()),
            new FederatedIdentity(
                new Principal.FederatedIdentity(
                    Principal.FederatedIdentity.Kind.SAML,
                    record.arn(),
                    nameQualifier,
                    assertion.subject(),
                    nameQualifier + ":" + assertion.subject()),
                ACTION,
                sessionName(assertion),
                SamlKeys.of(assertion, nameQualifier, record.accountId(), record.name()),
                SamlKeys.ofSession(assertion, nameQualifier),
                tags(assertion),
                sourceIdentity,
                assertion.sessionEnd()),
            call);
    return AssumeRoleWithSAMLResponse.builder()
        .credentials(issued.credentials())
        .assumedRoleUser(issued.user())
        .packedPolicySize(issued.packedSize())
        .subject(assertion.subject())
        .subjectType(assertion.subjectType())
        .issuer(assertion.issuer())
        .audience(assertion.recipient())
        .nameQualifier(nameQualifier)
        .sourceIdentity(sourceIdentity)
        .build();
  }

  private SamlProvider provider(String text) {
    var arn = Arn.tryParse(text).orElseThrow(() -> StsErrors.invalidArn(text));
    var found =
        arn.service().equals("iam") && arn.resourceType().equals("saml-provider")
            ? providers.saml(arn.account(), arn.resourceName())
            : null;
    if (found == null || !found.record().arn().equals(text)) {
      throw StsErrors.noSamlProvider();
    }
    return found;
  }

  /** Whether the provider put that role within the user's reach, with itself as its provider. */
  private static boolean offersRole(SamlAssertion assertion, String role, String provider) {
    return assertion.attributes().getOrDefault(ATTRIBUTES + "Role", List.of()).stream()
        .map(value -> List.of(value.replaceAll("\\s", "").split(",")))
        .anyMatch(
            pair -> pair.equals(List.of(role, provider)) || pair.equals(List.of(provider, role)));
  }

  private static String sessionName(SamlAssertion assertion) {
    var name = assertion.attribute(ATTRIBUTES + "RoleSessionName");
    if (name == null || name.isEmpty()) {
      throw StsErrors.samlNoSessionName();
    }
    if (!name.matches("[a-zA-Z_0-9+=,.@-]{2,64}")) {
      throw StsErrors.samlSessionName();
    }
    return name;
  }

  private static @Nullable Integer sessionDuration(SamlAssertion assertion) {
    var text = assertion.attribute(ATTRIBUTES + "SessionDuration");
    if (text == null) {
      return null;
    }
    try {
      var seconds = Integer.parseInt(text);
      if (seconds >= SHORTEST_SESSION && seconds <= LONGEST_SESSION) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // Refused below, like one that is too long.
    }
    throw StsErrors.unusableClaim(ATTRIBUTES + "SessionDuration");
  }

  private static SessionTags tags(SamlAssertion assertion) {
    var tags = new ArrayList<Tag>();
    assertion
        .attributes()
        .forEach(
            (name, values) -> {
              if (name.startsWith(PRINCIPAL_TAG)) {
                if (values.size() != 1) {
                  throw StsErrors.unusableClaim(name);
                }
                tags.add(
                    Tag.builder()
                        .key(name.substring(PRINCIPAL_TAG.length()))
                        .value(values.getFirst())
                        .build());
              }
            });
    return SessionTags.ofProvider(
        tags, assertion.attributes().getOrDefault(ATTRIBUTES + "TransitiveTagKeys", List.of()));
  }

  /** Names the issuer's users apart from those of other accounts and providers. */
  private static String nameQualifier(String issuer, String accountId, String providerName) {
    try {
      var text = issuer + accountId + "/" + providerName;
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-1", e);
    }
  }
}

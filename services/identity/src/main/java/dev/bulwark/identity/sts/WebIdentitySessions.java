package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sts.AssumeRoleWithWebIdentityRequest;
import dev.bulwark.api.sts.AssumeRoleWithWebIdentityResponse;
import dev.bulwark.identity.federation.ProviderException;
import dev.bulwark.identity.iam.IdentityProviders;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Sessions of roles for the users of OpenID Connect providers: AssumeRoleWithWebIdentity.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">AssumeRoleWithWebIdentity</a>
 */
final class WebIdentitySessions {
  private static final System.Logger LOG = System.getLogger(WebIdentitySessions.class.getName());
  private static final String SCHEME = "https://";

  /** Roles trust these by name, without a provider in IAM. */
  private static final Set<String> WELL_KNOWN =
      Set.of("accounts.google.com", "cognito-identity.amazonaws.com");

  private final FederatedRoles roles;
  private final IdentityProviders providers;
  private final IssuerKeys keys;

  WebIdentitySessions(FederatedRoles roles, IdentityProviders providers, IssuerKeys keys) {
    this.roles = roles;
    this.providers = providers;
    this.keys = keys;
  }

  /**
   * Who made a token.
   *
   * @param name as roles trust it: an ARN, or a well-known name
   * @param prefix of its condition keys
   * @param issuer its address
   * @param audience whom its tokens have to be made for
   */
  private record Provider(
      String name,
      String prefix,
      String issuer,
      List<String> thumbprints,
      Predicate<List<String>> audience) {}

  AssumeRoleWithWebIdentityResponse assume(AssumeRoleWithWebIdentityRequest in, Call call) {
    var account = TrustedRoles.arn(in.roleArn()).account();
    if (in.providerId() != null) {
      throw StsErrors.accessTokens();
    }
    var token = WebToken.parse(in.webIdentityToken());
    var provider = provider(account, token);
    verify(token, provider, call);
    var audience = String.join(",", token.audience());
    var subject = token.subject();
    var sourceIdentity = token.text("https://aws.amazon.com/source_identity");
    var issued =
        roles.assume(
            new FederatedRoles.Wish(
                in.roleArn(), in.durationSeconds(), in.policy(), in.policyArns()),
            new FederatedIdentity(
                new Principal.FederatedIdentity(
                    Principal.FederatedIdentity.Kind.WEB_IDENTITY,
                    provider.name(),
                    provider.name(),
                    subject,
                    provider.name() + ":" + audience + ":" + subject),
                "sts:AssumeRoleWithWebIdentity",
                in.roleSessionName(),
                WebIdentityKeys.of(token, provider.prefix()),
                WebIdentityKeys.ofSession(token, provider.prefix()),
                WebIdentityTags.of(token),
                sourceIdentity,
                null),
            call);
    return AssumeRoleWithWebIdentityResponse.builder()
        .credentials(issued.credentials())
        .subjectFromWebIdentityToken(subject)
        .assumedRoleUser(issued.user())
        .packedPolicySize(issued.packedSize())
        .provider(provider.name())
        .audience(audience)
        .sourceIdentity(sourceIdentity)
        .build();
  }

  /** The provider that the role's account knows by the token's issuer. */
  private Provider provider(String account, WebToken token) {
    var issuer = token.issuer();
    var url = issuer.startsWith(SCHEME) ? issuer.substring(SCHEME.length()) : issuer;
    var found = issuer.equals(url) ? null : providers.oidc(account, url);
    if (found != null) {
      return new Provider(
          found.arn(),
          url,
          issuer,
          found.thumbprints(),
          audience -> audience.stream().anyMatch(found.clientIds()::contains));
    }
    if (WELL_KNOWN.contains(url)) {
      return new Provider(url, url, SCHEME + url, List.of(), audience -> true);
    }
    throw StsErrors.noOidcProvider(issuer);
  }

  private void verify(WebToken token, Provider provider, Call call) {
    try {
      token.requireSignature(
          keys.find(provider.issuer(), provider.thumbprints(), token.keyId(), call.time()));
    } catch (ProviderException e) {
      LOG.log(
          System.Logger.Level.INFO,
          () -> "The keys of an identity provider are not to be had: " + e.getMessage());
      throw error(e);
    }
    token.requireValidAt(call.time());
    if (!provider.audience().test(token.audience())) {
      throw StsErrors.wrongAudience();
    }
  }

  private static ApiException error(ProviderException e) {
    return switch (e.problem()) {
      case UNREACHABLE -> StsErrors.providerUnreachable();
      case UNTRUSTED_CERTIFICATE -> StsErrors.wrongThumbprint();
      case FORBIDDEN_ADDRESS, UNUSABLE_ANSWER -> StsErrors.noVerificationKey();
    };
  }
}

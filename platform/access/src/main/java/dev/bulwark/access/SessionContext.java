package dev.bulwark.access;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What temporary credentials carry beside the identity that they speak for.
 *
 * @param issuedAt when STS made the credentials ({@code aws:TokenIssueTime})
 * @param mfaAuthenticated whether a second factor was given ({@code aws:MultiFactorAuthPresent})
 * @param mfaTime when it was given; null without one ({@code aws:MultiFactorAuthAge})
 * @param sourceIdentity the identity that all sessions of a chain keep ({@code aws:SourceIdentity})
 * @param tags session tags ({@code aws:PrincipalTag/*}); they stand before the tags of the role
 * @param transitiveTagKeys session tags that pass on to the next role of a chain
 * @param issuer the ARN of the identity provider or of the caller who asked for the session; null
 *     where none is recorded
 * @param federatedProvider the provider of a web identity or SAML session ({@code
 *     aws:FederatedProvider})
 * @param policy the inline session policy, as JSON
 * @param policyArns the managed policies that limit the session
 * @param providerKeys condition keys of the provider, for instance {@code
 *     token.actions.githubusercontent.com:sub}
 */
public record SessionContext(
    Instant issuedAt,
    boolean mfaAuthenticated,
    @Nullable Instant mfaTime,
    @Nullable String sourceIdentity,
    Map<String, String> tags,
    Set<String> transitiveTagKeys,
    @Nullable String issuer,
    @Nullable String federatedProvider,
    @Nullable String policy,
    List<String> policyArns,
    Map<String, List<String>> providerKeys) {

  public SessionContext {
    tags = Map.copyOf(tags);
    transitiveTagKeys = Set.copyOf(transitiveTagKeys);
    policyArns = List.copyOf(policyArns);
    providerKeys = Map.copyOf(providerKeys);
  }

  /** The issuer of the sessions of those who signed in with a password. */
  public static final String CONSOLE = "signin.amazonaws.com";

  /** Whether its holder signed in with a password. */
  public boolean fromConsole() {
    return CONSOLE.equals(issuer);
  }

  /** A session without a second factor, tags or policies. */
  public static SessionContext of(Instant issuedAt) {
    return new SessionContext(
        issuedAt, false, null, null, Map.of(), Set.of(), null, null, null, List.of(), Map.of());
  }

  /** The same session with a second factor that was given at that time. */
  public SessionContext withMfa(Instant time) {
    return new SessionContext(
        issuedAt,
        true,
        time,
        sourceIdentity,
        tags,
        transitiveTagKeys,
        issuer,
        federatedProvider,
        policy,
        policyArns,
        providerKeys);
  }

  /** The same session under a source identity. */
  public SessionContext withSourceIdentity(@Nullable String identity) {
    return new SessionContext(
        issuedAt,
        mfaAuthenticated,
        mfaTime,
        identity,
        tags,
        transitiveTagKeys,
        issuer,
        federatedProvider,
        policy,
        policyArns,
        providerKeys);
  }

  /** The same session with other session tags, some of which pass on. */
  public SessionContext withTags(Map<String, String> sessionTags, Set<String> transitive) {
    return new SessionContext(
        issuedAt,
        mfaAuthenticated,
        mfaTime,
        sourceIdentity,
        sessionTags,
        transitive,
        issuer,
        federatedProvider,
        policy,
        policyArns,
        providerKeys);
  }

  /** The same session with other session policies. */
  public SessionContext withPolicies(@Nullable String inline, List<String> managed) {
    return new SessionContext(
        issuedAt,
        mfaAuthenticated,
        mfaTime,
        sourceIdentity,
        tags,
        transitiveTagKeys,
        issuer,
        federatedProvider,
        inline,
        managed,
        providerKeys);
  }

  /** The same session, asked for by that issuer. */
  public SessionContext withIssuer(@Nullable String newIssuer) {
    return new SessionContext(
        issuedAt,
        mfaAuthenticated,
        mfaTime,
        sourceIdentity,
        tags,
        transitiveTagKeys,
        newIssuer,
        federatedProvider,
        policy,
        policyArns,
        providerKeys);
  }

  /** The same session, made from a token or assertion of an identity provider. */
  public SessionContext withProvider(
      @Nullable String provider, Map<String, List<String>> conditionKeys) {
    return new SessionContext(
        issuedAt,
        mfaAuthenticated,
        mfaTime,
        sourceIdentity,
        tags,
        transitiveTagKeys,
        issuer,
        provider,
        policy,
        policyArns,
        conditionKeys);
  }
}

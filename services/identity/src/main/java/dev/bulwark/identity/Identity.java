package dev.bulwark.identity;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.access.PolicySource;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.AwsManagedPolicies;
import dev.bulwark.identity.iam.IamCredentials;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.IamService;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.IdentityProviders;
import dev.bulwark.identity.iam.LastUsed;
import dev.bulwark.identity.iam.PrincipalDirectory;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.identity.iam.RootUse;
import dev.bulwark.identity.signin.SignIn;
import dev.bulwark.identity.sts.ConsoleSessions;
import dev.bulwark.identity.sts.IdentityCredentials;
import dev.bulwark.identity.sts.IdentityPolicies;
import dev.bulwark.identity.sts.RootSessions;
import dev.bulwark.identity.sts.SessionTokens;
import dev.bulwark.identity.sts.StsCredentials;
import dev.bulwark.identity.sts.StsService;
import dev.bulwark.policy.Principals;
import dev.bulwark.service.AccessKeyUse;
import dev.bulwark.service.Service;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * IAM and STS over one store, with what the request path needs of them: credentials, policies, the
 * use of keys.
 */
public final class Identity implements AutoCloseable {
  private static final Duration LAST_USED_INTERVAL = Duration.ofSeconds(30);

  private final Store store;
  private final SessionTokens tokens;
  private final IamTables tables;
  private final String accountId;
  private final LastUsed lastUsed;
  private final IamService iam;
  private final Service sts;
  private final CredentialSource credentials;
  private final PolicySource policies;

  /**
   * All of it.
   *
   * @param awsPolicies a folder with further policies of AWS, which need not exist
   * @param accountCreated when the account's root user was made
   * @param providerSettings how far identity providers are asked over the network
   */
  public Identity(
      Store store,
      Sealer sealer,
      RootCredentials root,
      IamQuotas quotas,
      Path awsPolicies,
      Instant accountCreated,
      ProviderSettings providerSettings) {
    this.store = store;
    this.accountId = root.accountId();
    tables = new IamTables(store);
    var aws =
        Files.isDirectory(awsPolicies)
            ? AwsManagedPolicies.bundledAnd(awsPolicies)
            : AwsManagedPolicies.bundled();
    var principals = new IamPolicies(tables, aws);
    tokens = new SessionTokens(sealer);
    lastUsed = new LastUsed(tables);
    lastUsed.start(LAST_USED_INTERVAL);
    var providerClient = new ProviderClient(providerSettings);
    iam =
        new IamService(tables, aws, quotas, sealer, lastUsed, root, accountCreated, providerClient);
    sts =
        new StsService(
            tokens,
            tables,
            principals,
            iam.mfa(),
            new AuthorizationMessages(sealer),
            new IdentityProviders(tables, sealer),
            providerClient,
            RootSessions.NONE);
    credentials =
        new IdentityCredentials(
            new IamCredentials(tables, sealer, root), new StsCredentials(tokens, tables));
    policies = new IdentityPolicies(principals);
  }

  public Service iam() {
    return iam;
  }

  public Service sts() {
    return sts;
  }

  /** Signs people in with passwords, and records that. */
  public SignIn signIn(EventStreams events, Clock clock) {
    return new SignIn(iam.consolePasswords(), new ConsoleSessions(tokens), store, events, clock);
  }

  public CredentialSource credentials() {
    return credentials;
  }

  public PolicySource policies() {
    return policies;
  }

  public AccessKeyUse keyUse() {
    return new RootUse(lastUsed);
  }

  /** Whether there is such a principal, so that a resource-based policy may name it. */
  public boolean exists(Principals.Principal principal) {
    return switch (principal) {
      case Principals.Principal.Account account -> account.accountId().equals(accountId);
      case Principals.Principal.Arn arn -> exists(arn.arn());
      case Principals.Principal.UniqueId id ->
          store.read(tx -> new PrincipalDirectory(tables, tx).arn(id.id()).isPresent());
      case Principals.Principal.Everyone everyone -> true;
      case Principals.Principal.Service service -> true;
      case Principals.Principal.Federated federated -> true;
      case Principals.Principal.CanonicalUser user -> true;
    };
  }

  private boolean exists(String arn) {
    // Sessions come and go: of those only the form of the ARN can be judged.
    return arn.startsWith("arn:aws:sts::" + accountId + ":")
        || store.read(tx -> new PrincipalDirectory(tables, tx).uniqueId(arn).isPresent());
  }

  /** Writes what is still to be noted of the use of keys. */
  @Override
  public void close() {
    lastUsed.close();
  }
}

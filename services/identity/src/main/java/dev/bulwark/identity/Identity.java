package dev.bulwark.identity;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.access.PolicySource;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.AccessInsight;
import dev.bulwark.identity.iam.AccessUses;
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
import dev.bulwark.identity.iam.TrustPolicies;
import dev.bulwark.identity.sts.IdentityCredentials;
import dev.bulwark.identity.sts.IdentityPolicies;
import dev.bulwark.identity.sts.RootSessions;
import dev.bulwark.identity.sts.SessionTokens;
import dev.bulwark.identity.sts.StsCredentials;
import dev.bulwark.identity.sts.StsService;
import dev.bulwark.policy.Principals;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.AccessKeyUse;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * IAM and STS over one store, with what the request path needs of them: credentials, policies, the
 * use of keys.
 */
public final class Identity implements AutoCloseable {
  private static final Duration LAST_USED_INTERVAL = Duration.ofSeconds(30);

  private final Store store;
  private final IamTables tables;
  private final String accountId;
  private final LastUsed lastUsed;
  private final AccessInsight insight;
  private final Service iam;
  private final Service sts;
  private final CredentialSource credentials;
  private final PolicySource policies;

  /**
   * All of it.
   *
   * @param awsPolicies a folder with further policies of AWS, which need not exist
   * @param accountCreated when the account's root user was made
   * @param events the API calls that the access advisor follows
   * @param services the tables of all services, once they are there
   * @param providerSettings how far identity providers are asked over the network
   */
  public Identity(
      Store store,
      Sealer sealer,
      RootCredentials root,
      IamQuotas quotas,
      Path awsPolicies,
      Instant accountCreated,
      EventStreams events,
      Supplier<Collection<ServiceTable>> services,
      Clock clock,
      ProviderSettings providerSettings) {
    this.store = store;
    this.accountId = root.accountId();
    tables = new IamTables(store);
    var aws =
        Files.isDirectory(awsPolicies)
            ? AwsManagedPolicies.bundledAnd(awsPolicies)
            : AwsManagedPolicies.bundled();
    var principals = new IamPolicies(tables, aws);
    var tokens = new SessionTokens(sealer);
    lastUsed = new LastUsed(tables);
    lastUsed.start(LAST_USED_INTERVAL);
    policies = new IdentityPolicies(principals);
    insight = new AccessInsight(policies, store, events, services, clock);
    insight.start();
    var providerClient = new ProviderClient(providerSettings);
    iam =
        new IamService(
            tables, aws, quotas, sealer, lastUsed, accountCreated, insight, providerClient);
    sts =
        new StsService(
            tokens,
            tables,
            principals,
            new AuthorizationMessages(sealer),
            new IdentityProviders(tables, sealer),
            providerClient,
            RootSessions.NONE);
    credentials =
        new IdentityCredentials(
            new IamCredentials(tables, sealer, root), new StsCredentials(tokens, tables));
  }

  public Service iam() {
    return iam;
  }

  public Service sts() {
    return sts;
  }

  public CredentialSource credentials() {
    return credentials;
  }

  public PolicySource policies() {
    return policies;
  }

  /** What each principal used last, of services and actions. */
  public AccessUses accessUses() {
    return insight.uses();
  }

  public AccessKeyUse keyUse() {
    return lastUsed;
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

  /**
   * The form in which a well-formed resource-based policy is to be kept, with principals by their
   * unique ids; empty where it names one that does not exist.
   */
  public Optional<String> bindPolicy(String document) {
    return bound(directory -> TrustPolicies.bind(document, directory));
  }

  /** The form to show of what {@link #bindPolicy} returned. */
  public String showPolicy(String stored) {
    return store.read(tx -> TrustPolicies.show(stored, new PrincipalDirectory(tables, tx)));
  }

  /** The form in which a principal's ARN is to be kept; empty where it is nobody's. */
  public Optional<String> bindPrincipal(String arn) {
    return bound(directory -> TrustPolicies.bindPrincipal(arn, directory));
  }

  /** The form to show of what {@link #bindPrincipal} returned. */
  public String showPrincipal(String stored) {
    return store.read(
        tx -> TrustPolicies.showPrincipal(stored, new PrincipalDirectory(tables, tx)));
  }

  private Optional<String> bound(Function<PrincipalDirectory, String> bind) {
    try {
      return Optional.of(store.read(tx -> bind.apply(new PrincipalDirectory(tables, tx))));
    } catch (ApiException e) {
      // IAM's words for a principal that does not exist; each service has its own.
      return Optional.empty();
    }
  }

  /** Writes what is still to be noted of the use of keys. */
  @Override
  public void close() {
    insight.close();
    lastUsed.close();
  }
}

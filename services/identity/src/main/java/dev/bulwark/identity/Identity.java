package dev.bulwark.identity;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.access.PolicySource;
import dev.bulwark.base.Arn;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.accessanalyzer.AccessAnalyzerService;
import dev.bulwark.identity.accessanalyzer.ActionUse;
import dev.bulwark.identity.accessanalyzer.ResourcePolicies;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.identity.account.AccountService;
import dev.bulwark.identity.account.Outbox;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.AccessInsight;
import dev.bulwark.identity.iam.AccessUses;
import dev.bulwark.identity.iam.AwsManagedPolicies;
import dev.bulwark.identity.iam.CompiledPolicies;
import dev.bulwark.identity.iam.IamCredentials;
import dev.bulwark.identity.iam.IamInventory;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.IamService;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.IdentityProviders;
import dev.bulwark.identity.iam.InstanceCredentials;
import dev.bulwark.identity.iam.LastUsed;
import dev.bulwark.identity.iam.MfaCheck;
import dev.bulwark.identity.iam.PrincipalDirectory;
import dev.bulwark.identity.iam.ProvisionedRoles;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.identity.iam.RootUse;
import dev.bulwark.identity.iam.TrustPolicies;
import dev.bulwark.identity.organizations.AccessScopes;
import dev.bulwark.identity.organizations.AccountSupervision;
import dev.bulwark.identity.organizations.Memberships;
import dev.bulwark.identity.organizations.OrganizationControls;
import dev.bulwark.identity.organizations.OrganizationPolicySource;
import dev.bulwark.identity.organizations.OrganizationTables;
import dev.bulwark.identity.organizations.OrganizationsService;
import dev.bulwark.identity.organizations.RootFeatures;
import dev.bulwark.identity.organizations.TrustZones;
import dev.bulwark.identity.signin.RootRecovery;
import dev.bulwark.identity.signin.SignIn;
import dev.bulwark.identity.sts.ConsoleSessions;
import dev.bulwark.identity.sts.IdentityCredentials;
import dev.bulwark.identity.sts.IdentityPolicies;
import dev.bulwark.identity.sts.OutboundFederation;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * IAM, STS, Organizations and Account Management over one store, with what the request path needs
 * of them: credentials, policies, the use of keys.
 */
public final class Identity implements AutoCloseable {
  private static final Duration LAST_USED_INTERVAL = Duration.ofSeconds(30);

  private final Store store;
  private final SessionTokens tokens;
  private final IamTables tables;
  private final AccountDirectory accounts;
  private final LastUsed lastUsed;
  private final AccessInsight insight;
  private final IamService iamService;
  private final Service iam;
  private final Service sts;
  private final Service organizations;
  private final Service account;
  private final Outbox outbox;
  private final CredentialSource credentials;
  private final PolicySource policies;
  private final IamInventory inventory;
  private final TrustZones trustZones;
  private final Memberships memberships;
  private final ProvisionedRoles provisionedRoles;

  /**
   * All of it.
   *
   * @param root the key of the first account's root user
   * @param awsPolicies a folder with further policies of AWS, which need not exist
   * @param now since when the first account is there, where the store does not know
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
      Instant now,
      EventStreams events,
      Supplier<Collection<ServiceTable>> services,
      Clock clock,
      ProviderSettings providerSettings) {
    this.store = store;
    accounts = new AccountDirectory(store, root.accountId(), now);
    tables = new IamTables(store);
    var aws =
        Files.isDirectory(awsPolicies)
            ? AwsManagedPolicies.bundledAnd(awsPolicies)
            : AwsManagedPolicies.bundled();
    var principals = new IamPolicies(tables, aws);
    tokens = new SessionTokens(sealer);
    lastUsed = new LastUsed(tables);
    lastUsed.start(LAST_USED_INTERVAL);
    inventory = new IamInventory(tables, principals, lastUsed);
    var organizationTables = new OrganizationTables(store);
    trustZones = new TrustZones(organizationTables);
    memberships = new Memberships(organizationTables);
    var rootFeatures = new RootFeatures(organizationTables);
    var compiled = new CompiledPolicies();
    policies =
        new OrganizationPolicySource(
            new IdentityPolicies(principals),
            new OrganizationControls(organizationTables, compiled));
    insight = new AccessInsight(policies, store, events, services, clock);
    insight.start();
    var providerClient = new ProviderClient(providerSettings);
    iamService =
        new IamService(
            tables,
            aws,
            quotas,
            sealer,
            lastUsed,
            root,
            new DirectoryRoots(accounts),
            insight,
            providerClient);
    var reports = insight.organizationReports(new AccessScopes(organizationTables, compiled));
    var iamTable = iamService.table().with(rootFeatures::addTo).with(reports::addTo);
    iam = () -> iamTable;
    sts =
        new StsService(
            tokens,
            tables,
            principals,
            iamService.mfa(),
            new AuthorizationMessages(sealer),
            new IdentityProviders(tables, sealer),
            providerClient,
            rootFeatures::sessionsAllowed,
            accounts::closed);
    provisionedRoles = new ProvisionedRoles(tables, aws, lastUsed);
    organizations =
        new OrganizationsService(organizationTables, accounts, provisionedRoles, compiled);
    outbox = new Outbox(store.directory().resolve("outbox"));
    account =
        new AccountService(accounts, new AccountSupervision(organizationTables), sealer, outbox);
    var keys =
        new IdentityCredentials(
            new IamCredentials(tables, sealer, root), new StsCredentials(tokens, tables));
    credentials = new OpenAccounts(keys, accounts);
  }

  public Service iam() {
    return iam;
  }

  public Service sts() {
    return sts;
  }

  /** Judges codes of second factors. */
  public MfaCheck mfa() {
    return iamService.mfa();
  }

  /** Signs people in with passwords, and records that. */
  public SignIn signIn(EventStreams events, Clock clock) {
    return new SignIn(
        iamService.consolePasswords(),
        new ConsoleSessions(tokens),
        accounts::closed,
        store,
        events,
        clock);
  }

  /** Lets whoever reads a root user's mail choose another password. */
  public RootRecovery rootRecovery(EventStreams events, Clock clock) {
    return new RootRecovery(iamService.consolePasswords(), outbox, accounts::closed, events, clock);
  }

  /** What instances with an instance profile are given, whose role EC2 assumes so. */
  public InstanceCredentials instanceCredentials(InstanceCredentials.Ec2 ec2, Clock clock) {
    return new InstanceCredentials(tables, ec2, clock);
  }

  /** The roles that services make in accounts by themselves. */
  public ProvisionedRoles provisionedRoles() {
    return provisionedRoles;
  }

  /** In which organization accounts are. */
  public Memberships memberships() {
    return memberships;
  }

  /**
   * Tokens that say to others who principals are, with an issuer for each account.
   *
   * @param url under which others reach these issuers
   */
  public OutboundFederation outboundFederation(Sealer sealer, Supplier<String> url) {
    return new OutboundFederation(store, sealer, tokens, policies, url);
  }

  public Service organizations() {
    return organizations;
  }

  public Service account() {
    return account;
  }

  /** The accounts of the installation. */
  public AccountDirectory accounts() {
    return accounts;
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

  /**
   * Access Analyzer over these users and roles.
   *
   * @param resources other resources that it looks at
   */
  public AccessAnalyzerService accessAnalyzer(
      EventStreams events, List<ResourcePolicies> resources, Clock clock) {
    return new AccessAnalyzerService(
        store, events, inventory, actionUse(), resources, trustZones::managedBy, clock);
  }

  private ActionUse actionUse() {
    var uses = insight.uses();
    return new ActionUse() {
      @Override
      public void catchUp() {
        uses.catchUp();
      }

      @Override
      public List<Used> by(String account, String uniqueId) {
        return uses.of(account, uniqueId).stream()
            .map(used -> new Used(used.service(), used.action(), used.last()))
            .toList();
      }
    };
  }

  public AccessKeyUse keyUse() {
    return new RootUse(lastUsed);
  }

  /** Whether there is such a principal, so that a resource-based policy may name it. */
  public boolean exists(Principals.Principal principal) {
    return switch (principal) {
      case Principals.Principal.Account account -> accounts.exists(account.accountId());
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
    return Arn.tryParse(arn)
            .filter(parsed -> parsed.service().equals("sts") && accounts.exists(parsed.account()))
            .isPresent()
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

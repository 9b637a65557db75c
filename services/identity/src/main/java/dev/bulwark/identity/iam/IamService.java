package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;

/**
 * AWS Identity and Access Management. Its operations stand in {@link EntityOperations}, {@link
 * PolicyOperations}, {@link MfaOperations}, {@link CredentialOperations} and {@link
 * AccountOperations}.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/">IAM API reference</a>
 */
public final class IamService implements Service {
  private final ServiceTable table;
  private final MfaCodes mfa;
  private final ServiceCredentials serviceCredentials;
  private final ConsolePasswords consolePasswords;

  /**
   * The service over its tables.
   *
   * @param root the root user's key that is not in the store
   * @param accounts knows the accounts, and the addresses of their root users
   * @param providers asks identity providers for their certificates
   */
  public IamService(
      IamTables tables,
      AwsManagedPolicies awsPolicies,
      IamQuotas quotas,
      Sealer sealer,
      LastUsed lastUsed,
      RootCredentials root,
      RootAccounts accounts,
      AccessInsight insight,
      ProviderClient providers) {
    this(
        tables,
        awsPolicies,
        quotas,
        sealer,
        lastUsed,
        root,
        accounts,
        insight,
        new Passwords(),
        providers);
  }

  IamService(
      IamTables tables,
      AwsManagedPolicies awsPolicies,
      IamQuotas quotas,
      Sealer sealer,
      LastUsed lastUsed,
      RootCredentials root,
      RootAccounts accounts,
      AccessInsight insight,
      Passwords passwords,
      ProviderClient providers) {
    var credentials = new CredentialTables(tables.store());
    var rootUsers = new RootUsers(credentials, accounts);
    mfa = new MfaCodes(credentials, sealer);
    serviceCredentials = new ServiceCredentials(tables, credentials);
    consolePasswords = new ConsolePasswords(tables, credentials, passwords, mfa, accounts);
    var catalog = new PolicyCatalog(tables, awsPolicies);
    var views = new Views(tables, lastUsed);
    var at = new IamTargets(tables);
    var attachments = new Attachments(tables, quotas, catalog);
    var groups = new Groups(tables, quotas, views);
    var instanceProfiles = new InstanceProfiles(tables, quotas, views);
    var passwordPolicies = new PasswordPolicies(tables);
    var policies = new ManagedPolicies(tables, quotas, catalog, attachments);
    var stsSettings = new StsSettings(credentials);
    var handlers =
        new IamHandlers(
            at,
            new Users(tables, quotas, attachments, views, credentials, rootUsers),
            groups,
            new Roles(tables, quotas, attachments, views),
            instanceProfiles,
            new AccessKeys(tables, quotas, sealer, lastUsed),
            new LoginProfiles(
                tables,
                passwordPolicies,
                at,
                passwords,
                new RootLoginProfiles(credentials, passwords)),
            passwordPolicies,
            new Accounts(tables, quotas, credentials, stsSettings, root),
            new AuthorizationDetails(tables, catalog, attachments, views, groups, instanceProfiles),
            policies,
            new PolicyVersions(tables, quotas, catalog, policies),
            attachments,
            new InlinePolicies(tables, quotas, attachments));
    var lines = ServiceTable.of(IamApi.MODEL).admission(Callers::admit);
    new EntityOperations(handlers).addTo(lines);
    new PolicyOperations(handlers).addTo(lines);
    new ProviderOperations(
            new OidcProviders(tables, quotas, providers),
            new SamlProviders(tables, quotas, new SamlPrivateKeys(tables.providers(), sealer)),
            new ProviderTargets(tables.providers()))
        .addTo(lines);
    insight.addTo(lines, tables, at, catalog, attachments);
    new MfaOperations(
            at,
            credentials,
            new MfaDevices(tables, credentials, quotas, mfa, views, rootUsers),
            new MfaAssignments(tables, credentials, mfa))
        .addTo(lines);
    new CredentialOperations(
            at,
            credentials,
            new SigningCertificates(tables, credentials),
            new SshPublicKeys(tables, credentials),
            serviceCredentials,
            new ServerCertificates(credentials, quotas, sealer))
        .addTo(lines);
    new AccountOperations(
            at,
            new ServiceLinkedRoles(tables, credentials, catalog, attachments, views, at),
            new CredentialReports(
                credentials,
                new CredentialReportText(tables, credentials, lastUsed, mfa, root, rootUsers)),
            stsSettings)
        .addTo(lines);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  /** Judges second factors. */
  public MfaCheck mfa() {
    return mfa;
  }

  /** Judges credentials for single services. */
  public ServiceCredentialCheck serviceCredentials() {
    return serviceCredentials;
  }

  /** Judges those who sign in with a password. */
  public ConsolePasswords consolePasswords() {
    return consolePasswords;
  }
}

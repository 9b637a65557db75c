package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;
import java.time.Instant;

/**
 * AWS Identity and Access Management. Its operations stand in {@link EntityOperations} and {@link
 * PolicyOperations}.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/">IAM API reference</a>
 */
public final class IamService implements Service {
  private final ServiceTable table;

  /**
   * The service over its tables.
   *
   * @param accountCreated when the installation came to be: the age of its root user
   * @param providers asks identity providers for their certificates
   */
  public IamService(
      IamTables tables,
      AwsManagedPolicies awsPolicies,
      IamQuotas quotas,
      Sealer sealer,
      LastUsed lastUsed,
      Instant accountCreated,
      AccessInsight insight,
      ProviderClient providers) {
    this(
        tables,
        awsPolicies,
        quotas,
        sealer,
        lastUsed,
        accountCreated,
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
      Instant accountCreated,
      AccessInsight insight,
      Passwords passwords,
      ProviderClient providers) {
    var catalog = new PolicyCatalog(tables, awsPolicies);
    var views = new Views(tables, lastUsed);
    var at = new IamTargets(tables);
    var attachments = new Attachments(tables, quotas, catalog);
    var groups = new Groups(tables, quotas, views);
    var instanceProfiles = new InstanceProfiles(tables, quotas, views);
    var passwordPolicies = new PasswordPolicies(tables);
    var policies = new ManagedPolicies(tables, quotas, catalog, attachments);
    var handlers =
        new IamHandlers(
            at,
            new Users(tables, quotas, attachments, views, accountCreated),
            groups,
            new Roles(tables, quotas, attachments, views),
            instanceProfiles,
            new AccessKeys(tables, quotas, sealer, lastUsed),
            new LoginProfiles(tables, passwordPolicies, at, passwords),
            passwordPolicies,
            new Accounts(tables, quotas),
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
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}

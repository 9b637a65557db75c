package dev.bulwark.identity.organizations;

import dev.bulwark.api.iam.AccountNotManagementOrDelegatedAdministratorException;
import dev.bulwark.api.iam.CallerIsNotManagementAccountException;
import dev.bulwark.api.iam.DisableOrganizationsRootCredentialsManagementRequest;
import dev.bulwark.api.iam.DisableOrganizationsRootCredentialsManagementResponse;
import dev.bulwark.api.iam.DisableOrganizationsRootSessionsRequest;
import dev.bulwark.api.iam.DisableOrganizationsRootSessionsResponse;
import dev.bulwark.api.iam.EnableOrganizationsRootCredentialsManagementRequest;
import dev.bulwark.api.iam.EnableOrganizationsRootCredentialsManagementResponse;
import dev.bulwark.api.iam.EnableOrganizationsRootSessionsRequest;
import dev.bulwark.api.iam.EnableOrganizationsRootSessionsResponse;
import dev.bulwark.api.iam.FeatureType;
import dev.bulwark.api.iam.IamApi;
import dev.bulwark.api.iam.ListOrganizationsFeaturesRequest;
import dev.bulwark.api.iam.ListOrganizationsFeaturesResponse;
import dev.bulwark.api.iam.OrganizationNotFoundException;
import dev.bulwark.api.iam.OrganizationNotInAllFeaturesModeException;
import dev.bulwark.api.iam.ServiceAccessNotEnabledException;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.List;
import java.util.function.BiFunction;

/**
 * IAM's features for organizations: whether the management account manages the credentials of
 * members' root users, and whether it may have sessions of them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html">Centralize
 *     root access for member accounts</a>
 */
public final class RootFeatures {
  private static final String SERVICE = "iam.amazonaws.com";
  private static final String CREDENTIALS = FeatureType.ROOT_CREDENTIALS_MANAGEMENT.value();
  private static final String SESSIONS = FeatureType.ROOT_SESSIONS.value();

  private final OrganizationTables tables;

  /** The organizations of these tables. */
  public RootFeatures(OrganizationTables tables) {
    this.tables = tables;
  }

  /** Adds the operations to IAM's table. */
  public void addTo(ServiceTable.Builder lines) {
    lines
        .on(IamApi.ENABLE_ORGANIZATIONS_ROOT_CREDENTIALS_MANAGEMENT)
        .action("iam:EnableOrganizationsRootCredentialsManagement")
        .anyResource()
        .handle(this::enableCredentials)
        .on(IamApi.DISABLE_ORGANIZATIONS_ROOT_CREDENTIALS_MANAGEMENT)
        .action("iam:DisableOrganizationsRootCredentialsManagement")
        .anyResource()
        .handle(this::disableCredentials)
        .on(IamApi.ENABLE_ORGANIZATIONS_ROOT_SESSIONS)
        .action("iam:EnableOrganizationsRootSessions")
        .anyResource()
        .handle(this::enableSessions)
        .on(IamApi.DISABLE_ORGANIZATIONS_ROOT_SESSIONS)
        .action("iam:DisableOrganizationsRootSessions")
        .anyResource()
        .handle(this::disableSessions)
        .on(IamApi.LIST_ORGANIZATIONS_FEATURES)
        .action("iam:ListOrganizationsFeatures")
        .anyResource()
        .handle(this::list);
  }

  /**
   * Whether callers of an account may have sessions of another's root user: theirs is the
   * management account, or the delegated administrator for IAM, of an organization that has enabled
   * root sessions and that the other is a member of.
   */
  public boolean sessionsAllowed(String callersAccount, String memberAccount) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = tables.organizationOf(tx, callersAccount);
              var member = tables.members().get(tx, memberAccount);
              return organization != null
                  && member != null
                  && member.organizationId().equals(organization.id())
                  && !memberAccount.equals(organization.managementAccountId())
                  && organization.rootFeatures().contains(SESSIONS)
                  && administers(tx, organization, callersAccount);
            });
  }

  private EnableOrganizationsRootCredentialsManagementResponse enableCredentials(
      EnableOrganizationsRootCredentialsManagementRequest in, Call call) {
    return change(
        call, CREDENTIALS, true, EnableOrganizationsRootCredentialsManagementResponse::new);
  }

  private DisableOrganizationsRootCredentialsManagementResponse disableCredentials(
      DisableOrganizationsRootCredentialsManagementRequest in, Call call) {
    return change(
        call, CREDENTIALS, false, DisableOrganizationsRootCredentialsManagementResponse::new);
  }

  private EnableOrganizationsRootSessionsResponse enableSessions(
      EnableOrganizationsRootSessionsRequest in, Call call) {
    return change(call, SESSIONS, true, EnableOrganizationsRootSessionsResponse::new);
  }

  private DisableOrganizationsRootSessionsResponse disableSessions(
      DisableOrganizationsRootSessionsRequest in, Call call) {
    return change(call, SESSIONS, false, DisableOrganizationsRootSessionsResponse::new);
  }

  private ListOrganizationsFeaturesResponse list(ListOrganizationsFeaturesRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = require(tx, call);
              return new ListOrganizationsFeaturesResponse(
                  organization.id(), features(organization));
            });
  }

  /** Only the management account switches them. */
  private <O extends Structure> O change(
      Call call, String feature, boolean enabled, BiFunction<String, List<String>, O> output) {
    return call.write(
        tx -> {
          var organization = require(tx, call);
          if (!call.principal().accountId().equals(organization.managementAccountId())) {
            throw new CallerIsNotManagementAccountException(
                "The request was rejected because the account making the request is not the management account for the"
                    + " organization.");
          }
          var changed = organization.withRootFeature(feature, enabled);
          tables.organizations().put(tx, changed.id(), changed);
          return output.apply(changed.id(), features(changed));
        });
  }

  private static List<String> features(OrganizationRecord organization) {
    return organization.rootFeatures().stream().sorted().toList();
  }

  private OrganizationRecord require(ReadTx tx, Call call) {
    var account = call.principal().accountId();
    var organization = tables.organizationOf(tx, account);
    if (organization == null) {
      throw new OrganizationNotFoundException(
          "The request was rejected because no organization is associated with your account.");
    }
    if (!organization.allFeatures()) {
      throw new OrganizationNotInAllFeaturesModeException(
          "The request was rejected because your organization does not have All features enabled.");
    }
    if (tables.serviceAccess().get(tx, Key.of(organization.id(), SERVICE)) == null) {
      throw new ServiceAccessNotEnabledException(
          "The request was rejected because trusted access is not enabled for IAM in Organizations.");
    }
    if (!administers(tx, organization, account)) {
      throw new AccountNotManagementOrDelegatedAdministratorException(
          "The request was rejected because the account making the request is not the management account or delegated"
              + " administrator account for centralized root access.");
    }
    return organization;
  }

  private boolean administers(ReadTx tx, OrganizationRecord organization, String accountId) {
    return accountId.equals(organization.managementAccountId())
        || tables.delegations().get(tx, Key.of(organization.id(), accountId, SERVICE)) != null;
  }
}

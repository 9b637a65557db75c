package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.ServiceTable;

/**
 * The lines of the table that are about service-linked roles, credential reports and what an
 * account prefers.
 */
final class AccountOperations {
  private final IamTargets at;
  private final ServiceLinkedRoles roles;
  private final CredentialReports reports;
  private final StsSettings sts;

  AccountOperations(
      IamTargets at, ServiceLinkedRoles roles, CredentialReports reports, StsSettings sts) {
    this.at = at;
    this.roles = roles;
    this.reports = reports;
    this.sts = sts;
  }

  void addTo(ServiceTable.Builder lines) {
    lines.on(IamApi.CREATE_SERVICE_LINKED_ROLE).permissions(roles::creation).handle(roles::create);
    lines
        .on(IamApi.DELETE_SERVICE_LINKED_ROLE)
        .permissions((in, call) -> at.role("iam:DeleteServiceLinkedRole", call, in.roleName()))
        .handle(roles::delete);
    lines
        .on(IamApi.GET_SERVICE_LINKED_ROLE_DELETION_STATUS)
        .permissions(roles::status)
        .handle(roles::deletionStatus);
    lines
        .on(IamApi.GENERATE_CREDENTIAL_REPORT)
        .action("iam:GenerateCredentialReport")
        .anyResource()
        .handle(reports::generate);
    lines
        .on(IamApi.GET_CREDENTIAL_REPORT)
        .action("iam:GetCredentialReport")
        .anyResource()
        .handle(reports::get);
    lines
        .on(IamApi.SET_SECURITY_TOKEN_SERVICE_PREFERENCES)
        .action("iam:SetSecurityTokenServicePreferences")
        .anyResource()
        .handle(sts::set);
  }
}

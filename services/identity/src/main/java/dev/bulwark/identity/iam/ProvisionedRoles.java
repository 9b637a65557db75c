package dev.bulwark.identity.iam;

import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceChange;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Map;

/** The roles that AWS Organizations makes in accounts, by itself. */
public final class ProvisionedRoles {
  private static final String ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

  /**
   * A role to be made.
   *
   * @param service the service that alone may use it, or change it; empty for an ordinary role
   * @param trust its trust policy
   * @param policyArn the managed policy that it has
   */
  public record Blueprint(
      String accountId,
      String path,
      String name,
      String service,
      String trust,
      String policyArn,
      String description) {

    /** The role's ARN. */
    public String arn() {
      return "arn:aws:iam::" + accountId + ":role" + path + name;
    }
  }

  private final IamTables tables;
  private final Attachments attachments;

  /** Roles in these tables. */
  public ProvisionedRoles(IamTables tables, AwsManagedPolicies awsPolicies) {
    this.tables = tables;
    this.attachments =
        new Attachments(tables, IamQuotas.AWS, new PolicyCatalog(tables, awsPolicies));
  }

  /** The role by which administrators of one account act in another. */
  public static Blueprint access(String accountId, String name, String trustedAccountId) {
    return new Blueprint(
        accountId,
        "/",
        name,
        "",
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},\
        "Action":"sts:AssumeRole"}]}"""
            .formatted(trustedAccountId),
        ADMINISTRATOR,
        "");
  }

  /** The service-linked role of AWS Organizations. */
  public static Blueprint organizations(String accountId) {
    var service = "organizations.amazonaws.com";
    return new Blueprint(
        accountId,
        "/aws-service-role/" + service + "/",
        "AWSServiceRoleForOrganizations",
        service,
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},\
        "Action":"sts:AssumeRole"}]}"""
            .formatted(service),
        "arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy",
        "Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.");
  }

  /** Makes a role, where the account does not have it yet. */
  public void add(WriteTx tx, Call call, Blueprint wanted) {
    var key = IamTables.key(wanted.accountId(), wanted.name());
    if (tables.roles().contains(tx, key)) {
      return;
    }
    var role =
        new RoleRecord(
            wanted.accountId(),
            wanted.name(),
            wanted.path(),
            Ids.unique(Ids.Kind.AROA),
            Times.of(call),
            wanted.trust(),
            wanted.description().isEmpty() ? null : wanted.description(),
            RoleRecord.DEFAULT_SESSION_DURATION,
            null,
            Map.of(),
            List.of(),
            List.of(wanted.policyArn()));
    tables.roles().insert(tx, key, role);
    attachments.link(tx, Attachments.Use.PERMISSIONS, role, wanted.policyArn());
    call.changed(
        tx,
        new ResourceChange(
            call.eventId(),
            call.time(),
            role.accountId(),
            call.region(),
            EntityKind.ROLE.type(),
            role.id(),
            role.arn(),
            null,
            EventStreams.view(role)));
  }
}

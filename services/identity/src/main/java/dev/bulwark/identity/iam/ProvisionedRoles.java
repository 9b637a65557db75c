package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreateServiceLinkedRoleRequest;
import dev.bulwark.api.iam.CreateServiceLinkedRoleResponse;
import dev.bulwark.api.iam.IamApi;
import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceChange;
import dev.bulwark.events.ResourceName;
import dev.bulwark.service.Call;
import dev.bulwark.service.ServiceRequest;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roles that services make in accounts by themselves. */
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

  private static final String GLOBAL_REGION = "us-east-1";

  private final IamTables tables;
  private final AwsManagedPolicies awsPolicies;
  private final Attachments attachments;
  private final Views views;

  /** Roles in these tables. */
  public ProvisionedRoles(IamTables tables, AwsManagedPolicies awsPolicies, LastUsed lastUsed) {
    this.tables = tables;
    this.awsPolicies = awsPolicies;
    this.attachments =
        new Attachments(tables, IamQuotas.AWS, new PolicyCatalog(tables, awsPolicies));
    this.views = new Views(tables, lastUsed);
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

  /** The service-linked role by which KMS keeps multi-Region keys alike. */
  public static Blueprint multiRegionKeys(String accountId) {
    var service = LinkedServices.find("mrk.kms.amazonaws.com").orElseThrow();
    return new Blueprint(
        accountId,
        ServiceLinkedRoles.path(service.principal()),
        service.roleName(),
        service.principal(),
        ServiceLinkedRoles.trustPolicy(service),
        service.policyArn(),
        "");
  }

  /** Whether its account has a role. */
  public boolean exists(Blueprint wanted) {
    return tables.roles().get(IamTables.key(wanted.accountId(), wanted.name())) != null;
  }

  /**
   * Makes a service-linked role for the caller, where the account does not have it yet, and leaves
   * the event of that.
   */
  public void addLinked(WriteTx tx, Call call, Blueprint wanted) {
    made(tx, call, wanted)
        .ifPresent(
            role ->
                call.record(
                    tx,
                    GLOBAL_REGION,
                    new ServiceRequest(
                        IamApi.CREATE_SERVICE_LINKED_ROLE,
                        CreateServiceLinkedRoleRequest.builder()
                            .awsServiceName(wanted.service())
                            .build(),
                        false,
                        List.of(new ResourceName(EntityKind.ROLE.type(), role.arn())),
                        null,
                        null,
                        CreateServiceLinkedRoleResponse.builder()
                            .role(views.role(tx, role))
                            .build(),
                        null)));
  }

  /** Makes a role, where the account does not have it yet. */
  public void add(WriteTx tx, Call call, Blueprint wanted) {
    var unused = made(tx, call, wanted);
  }

  private Optional<RoleRecord> made(WriteTx tx, Call call, Blueprint wanted) {
    var key = IamTables.key(wanted.accountId(), wanted.name());
    if (tables.roles().contains(tx, key)) {
      return Optional.empty();
    }
    // A data folder may lack AWS's policies.
    boolean known = awsPolicies.contains(wanted.policyArn());
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
            known ? List.of(wanted.policyArn()) : List.of());
    tables.roles().insert(tx, key, role);
    attachments.linkAll(tx, role);
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
    return Optional.of(role);
  }
}

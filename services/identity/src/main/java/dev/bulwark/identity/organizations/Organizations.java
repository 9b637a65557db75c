package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.CreateOrganizationRequest;
import dev.bulwark.api.organizations.CreateOrganizationResponse;
import dev.bulwark.api.organizations.DescribeOrganizationResponse;
import dev.bulwark.api.organizations.Organization;
import dev.bulwark.api.organizations.PolicyType;
import dev.bulwark.api.organizations.PolicyTypeSummary;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Organizations themselves. */
final class Organizations {
  static final String TYPE = "AWS::Organizations::Organization";

  private final OrganizationTables tables;
  private final Standings standings;
  private final AccountDirectory accounts;
  private final Joining joining;

  Organizations(
      OrganizationTables tables, Standings standings, AccountDirectory accounts, Joining joining) {
    this.tables = tables;
    this.standings = standings;
    this.accounts = accounts;
    this.joining = joining;
  }

  /**
   * Types of policies are to be enabled one by one. The API reference says that SCPs are enabled in
   * a new root, but clients such as Terraform enable them next, and live by AWS not refusing that.
   */
  CreateOrganizationResponse create(CreateOrganizationRequest in, Call call) {
    var features = in.featureSet() == null ? OrganizationRecord.ALL : in.featureSet();
    var account = call.principal().accountId();
    var organization =
        new OrganizationRecord(
            "o-" + Ids.base36(10),
            account,
            features,
            "r-" + Ids.base36(4),
            call.time(),
            Set.of(),
            Map.of(),
            Set.of());
    if (organization.allFeatures()) {
      joining.requireServiceLinkedRole(call);
    }
    return call.write(
        tx -> {
          if (tables.members().contains(tx, account)) {
            throw OrganizationErrors.alreadyInOrganization();
          }
          tables.organizations().insert(tx, organization.id(), organization);
          joining.join(tx, call, organization, account, "INVITED", Map.of());
          call.changed(
              tx,
              TYPE,
              organization.id(),
              OrganizationArns.organization(organization),
              null,
              organization);
          return new CreateOrganizationResponse(view(tx, organization));
        });
  }

  DescribeOrganizationResponse describe(Unit in, Call call) {
    return tables
        .store()
        .read(
            tx ->
                new DescribeOrganizationResponse(
                    view(tx, standings.member(tx, call).organization())));
  }

  Unit delete(Unit in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          if (tables.membersOf(tx, organization.id()).size() > 1) {
            throw OrganizationErrors.notEmpty();
          }
          var all = Key.prefix(organization.id());
          tables.members().delete(tx, organization.managementAccountId());
          tables.units().deleteAll(tx, all);
          tables.policies().deleteAll(tx, all);
          tables.attachments().deleteAll(tx, all);
          tables.creations().deleteAll(tx, all);
          tables.serviceAccess().deleteAll(tx, all);
          tables.delegations().deleteAll(tx, all);
          tables.resourcePolicies().delete(tx, organization.id());
          for (var handshake : tables.handshakesOf(tx, organization.id())) {
            tables.handshakes().delete(tx, handshake.id());
          }
          tables.organizations().delete(tx, organization.id());
          call.changed(
              tx,
              TYPE,
              organization.id(),
              OrganizationArns.organization(organization),
              organization,
              null);
          return Unit.UNIT;
        });
  }

  private Organization view(ReadTx tx, OrganizationRecord organization) {
    var management = organization.managementAccountId();
    return Organization.builder()
        .id(organization.id())
        .arn(OrganizationArns.organization(organization))
        .featureSet(organization.featureSet())
        .masterAccountId(management)
        .masterAccountArn(OrganizationArns.account(organization, management))
        .masterAccountEmail(accounts.require(tx, management).email())
        // What is available, not what is enabled: ListRoots tells that.
        .availablePolicyTypes(
            organization.allFeatures()
                ? List.of(
                    new PolicyTypeSummary(PolicyType.SERVICE_CONTROL_POLICY.value(), "ENABLED"))
                : List.of())
        .build();
  }
}

package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.AttachPolicyRequest;
import dev.bulwark.api.organizations.DetachPolicyRequest;
import dev.bulwark.api.organizations.ListPoliciesForTargetRequest;
import dev.bulwark.api.organizations.ListPoliciesForTargetResponse;
import dev.bulwark.api.organizations.ListTargetsForPolicyRequest;
import dev.bulwark.api.organizations.ListTargetsForPolicyResponse;
import dev.bulwark.api.organizations.PolicyTargetSummary;
import dev.bulwark.api.organizations.PolicyType;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.List;

/** Which policies are attached to the root, units and accounts. */
final class PolicyAttachments {
  private final OrganizationTables tables;
  private final Standings standings;
  private final OrganizationTree tree;
  private final OrganizationPolicies policies;
  private final AccountDirectory accounts;

  PolicyAttachments(
      OrganizationTables tables,
      Standings standings,
      OrganizationTree tree,
      OrganizationPolicies policies,
      AccountDirectory accounts) {
    this.tables = tables;
    this.standings = standings;
    this.tree = tree;
    this.policies = policies;
    this.accounts = accounts;
  }

  Unit attach(AttachPolicyRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.delegate(tx, call).organization();
          var type = policies.typeOf(tx, organization, in.policyId());
          tree.requireTarget(tx, organization, in.targetId());
          if (!organization.policyTypes().contains(type)) {
            throw OrganizationErrors.policyTypeNotEnabled();
          }
          var key = Key.of(organization.id(), in.targetId(), in.policyId());
          if (tables.attachments().contains(tx, key)) {
            throw OrganizationErrors.policyAttached();
          }
          if (ofType(tx, organization, in.targetId(), type).size()
              >= OrganizationQuotas.POLICIES_PER_TARGET) {
            throw OrganizationErrors.tooManyAttached();
          }
          tables
              .attachments()
              .insert(
                  tx,
                  key,
                  new AttachmentRecord(
                      organization.id(), in.targetId(), in.policyId(), type, call.time()));
          return Unit.UNIT;
        });
  }

  /**
   * Of the types that limit permissions one policy has to stay; RCPFullAWSAccess stays in any case.
   */
  Unit detach(DetachPolicyRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.delegate(tx, call).organization();
          var type = policies.typeOf(tx, organization, in.policyId());
          tree.requireTarget(tx, organization, in.targetId());
          var key = Key.of(organization.id(), in.targetId(), in.policyId());
          if (!tables.attachments().contains(tx, key)) {
            throw OrganizationErrors.policyNotAttached();
          }
          if (in.policyId().equals(AwsPolicies.RCP_FULL_AWS_ACCESS.id())) {
            // AWS's documentation says that it cannot be detached, not in which words.
            throw OrganizationErrors.immutablePolicy();
          }
          if (type.equals(PolicyType.SERVICE_CONTROL_POLICY.value())
              && ofType(tx, organization, in.targetId(), type).size() == 1) {
            throw OrganizationErrors.lastAttached();
          }
          tables.attachments().delete(tx, key);
          return Unit.UNIT;
        });
  }

  private List<AttachmentRecord> ofType(
      ReadTx tx, OrganizationRecord organization, String targetId, String type) {
    return tables.attachmentsTo(tx, organization.id(), targetId).stream()
        .filter(found -> found.type().equals(type))
        .toList();
  }

  ListPoliciesForTargetResponse forTarget(ListPoliciesForTargetRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              tree.requireTarget(tx, organization, in.targetId());
              var page =
                  OrganizationPages.of(
                      ofType(tx, organization, in.targetId(), in.filter()),
                      AttachmentRecord::policyId,
                      in.maxResults(),
                      in.nextToken());
              return new ListPoliciesForTargetResponse(
                  page.map(found -> policies.summary(tx, organization, found.policyId())),
                  page.next());
            });
  }

  ListTargetsForPolicyResponse ofPolicy(ListTargetsForPolicyRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              policies.typeOf(tx, organization, in.policyId());
              var page =
                  OrganizationPages.of(
                      tables.attachmentsOf(tx, organization.id(), in.policyId()),
                      AttachmentRecord::targetId,
                      in.maxResults(),
                      in.nextToken());
              return new ListTargetsForPolicyResponse(
                  page.map(found -> target(tx, organization, found.targetId())), page.next());
            });
  }

  private PolicyTargetSummary target(ReadTx tx, OrganizationRecord organization, String id) {
    var summary =
        PolicyTargetSummary.builder().targetId(id).arn(OrganizationArns.target(organization, id));
    if (id.equals(organization.rootId())) {
      return summary.name(Roots.NAME).type("ROOT").build();
    }
    var unit = tree.unit(tx, organization, id);
    return unit == null
        ? summary.name(accounts.require(tx, id).name()).type("ACCOUNT").build()
        : summary.name(unit.name()).type("ORGANIZATIONAL_UNIT").build();
  }
}

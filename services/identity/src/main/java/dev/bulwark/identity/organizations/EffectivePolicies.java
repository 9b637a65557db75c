package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.DescribeEffectivePolicyRequest;
import dev.bulwark.api.organizations.DescribeEffectivePolicyResponse;
import dev.bulwark.api.organizations.EffectivePolicy;
import dev.bulwark.api.organizations.PolicyType;
import dev.bulwark.base.AccountId;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What the management policies on the way from the root to an account make together.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html">Inheritance
 *     of management policies</a>
 */
final class EffectivePolicies {
  private final OrganizationTables tables;
  private final Standings standings;
  private final OrganizationTree tree;

  EffectivePolicies(OrganizationTables tables, Standings standings, OrganizationTree tree) {
    this.tables = tables;
    this.standings = standings;
    this.tree = tree;
  }

  /** Every account may ask about itself; others are for the management account to ask about. */
  DescribeEffectivePolicyResponse describe(DescribeEffectivePolicyRequest in, Call call) {
    var own = call.principal().accountId();
    var target = in.targetId() == null ? own : in.targetId();
    return tables
        .store()
        .read(
            tx -> {
              var standing =
                  target.equals(own) ? standings.member(tx, call) : standings.delegate(tx, call);
              var organization = standing.organization();
              if (!AccountId.isValid(target)) {
                throw OrganizationErrors.unsupportedTarget();
              }
              if (tree.member(tx, organization, target) == null) {
                throw OrganizationErrors.noTarget();
              }
              return new DescribeEffectivePolicyResponse(
                  effective(tx, organization, target, in.policyType(), call.time()));
            });
  }

  private EffectivePolicy effective(
      ReadTx tx, OrganizationRecord organization, String accountId, String type, Instant now) {
    if (!organization.policyTypes().contains(type)) {
      throw OrganizationErrors.noEffectivePolicy();
    }
    var inheritance = new PolicyInheritance();
    var updated = Instant.EPOCH;
    for (var level : tree.path(tx, organization, accountId)) {
      for (var attachment : attached(tx, organization, level, type)) {
        var policy = tables.policies().get(tx, Key.of(organization.id(), attachment.policyId()));
        if (policy == null) {
          throw new IllegalStateException("There is no policy " + attachment.policyId());
        }
        inheritance.add(PolicyContents.json(policy.content()));
        updated = latest(updated, policy.updated(), attachment.attached());
      }
      inheritance.descend();
    }
    var effective = inheritance.effective();
    // Where nothing is attached AWS answers with an empty policy, unlike its API reference has it.
    return EffectivePolicy.builder()
        .policyContent(
            (type.equals(PolicyType.TAG_POLICY.value())
                    ? TagPolicies.completed(effective)
                    : effective)
                .toString())
        .lastUpdatedTimestamp(updated.equals(Instant.EPOCH) ? now : updated)
        .targetId(accountId)
        .policyType(type)
        .build();
  }

  /** On one level those that were attached first come first. */
  private List<AttachmentRecord> attached(
      ReadTx tx, OrganizationRecord organization, String level, String type) {
    return tables.attachmentsTo(tx, organization.id(), level).stream()
        .filter(found -> found.type().equals(type))
        .sorted(
            Comparator.comparing(AttachmentRecord::attached)
                .thenComparing(AttachmentRecord::policyId))
        .toList();
  }

  private static Instant latest(Instant... times) {
    return List.of(times).stream().max(Instant::compareTo).orElse(Instant.EPOCH);
  }
}

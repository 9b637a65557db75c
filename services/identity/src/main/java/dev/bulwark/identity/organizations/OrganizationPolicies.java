package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.CreatePolicyRequest;
import dev.bulwark.api.organizations.CreatePolicyResponse;
import dev.bulwark.api.organizations.DeletePolicyRequest;
import dev.bulwark.api.organizations.DescribePolicyRequest;
import dev.bulwark.api.organizations.DescribePolicyResponse;
import dev.bulwark.api.organizations.ListPoliciesRequest;
import dev.bulwark.api.organizations.ListPoliciesResponse;
import dev.bulwark.api.organizations.Policy;
import dev.bulwark.api.organizations.PolicySummary;
import dev.bulwark.api.organizations.UpdatePolicyRequest;
import dev.bulwark.api.organizations.UpdatePolicyResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policies of an organization, of all types. */
final class OrganizationPolicies {
  static final String TYPE = "AWS::Organizations::Policy";

  private final OrganizationTables tables;
  private final Standings standings;

  OrganizationPolicies(OrganizationTables tables, Standings standings) {
    this.tables = tables;
    this.standings = standings;
  }

  CreatePolicyResponse create(CreatePolicyRequest in, Call call) {
    var tags = OrganizationTags.read(in.tags());
    PolicyContents.check(in.type(), in.content());
    return call.write(
        tx -> {
          var organization = standings.delegate(tx, call).organization();
          if (!organization.allFeatures()) {
            throw OrganizationErrors.policyTypeNotAvailable();
          }
          var others = ofType(tx, organization, in.type());
          requireFreeName(others, in.type(), in.name());
          if (others.size() >= OrganizationQuotas.policies(in.type())) {
            throw OrganizationErrors.tooManyPolicies();
          }
          var policy =
              new PolicyRecord(
                  organization.id(),
                  "p-" + Ids.base36(8),
                  in.type(),
                  in.name(),
                  in.description(),
                  in.content(),
                  call.time(),
                  tags);
          tables.policies().insert(tx, key(policy), policy);
          tell(tx, call, organization, null, policy);
          return new CreatePolicyResponse(view(organization, policy));
        });
  }

  private static void requireFreeName(List<PolicyRecord> others, String type, String name) {
    if (others.stream().anyMatch(other -> other.name().equals(name))
        || AwsPolicies.ofType(type).stream().anyMatch(aws -> aws.policyName().equals(name))) {
      throw OrganizationErrors.policyExists();
    }
  }

  DescribePolicyResponse describe(DescribePolicyRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var aws = AwsPolicies.find(in.policyId());
              return new DescribePolicyResponse(
                  aws == null
                      ? view(organization, require(tx, organization, in.policyId()))
                      : new Policy(summary(aws), aws.content()));
            });
  }

  UpdatePolicyResponse update(UpdatePolicyRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.delegate(tx, call).organization();
          var before = requireOwn(tx, organization, in.policyId());
          var content = in.content();
          if (content != null) {
            PolicyContents.check(before.type(), content);
          }
          var name = in.name();
          if (name != null && !name.equals(before.name())) {
            requireFreeName(ofType(tx, organization, before.type()), before.type(), name);
          }
          var description = in.description();
          var after =
              before.with(
                  name == null ? before.name() : name,
                  description == null ? before.description() : description,
                  content == null ? before.content() : content,
                  call.time());
          tables.policies().put(tx, key(after), after);
          tell(tx, call, organization, before, after);
          return new UpdatePolicyResponse(view(organization, after));
        });
  }

  Unit delete(DeletePolicyRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.delegate(tx, call).organization();
          var policy = requireOwn(tx, organization, in.policyId());
          if (!tables.attachmentsOf(tx, organization.id(), policy.id()).isEmpty()) {
            throw OrganizationErrors.policyInUse();
          }
          tables.policies().delete(tx, key(policy));
          tell(tx, call, organization, policy, null);
          return Unit.UNIT;
        });
  }

  ListPoliciesResponse list(ListPoliciesRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var all = new ArrayList<PolicySummary>();
              AwsPolicies.ofType(in.filter()).forEach(aws -> all.add(summary(aws)));
              ofType(tx, organization, in.filter())
                  .forEach(policy -> all.add(summary(organization, policy)));
              var page =
                  OrganizationPages.of(
                      all, policy -> String.valueOf(policy.id()), in.maxResults(), in.nextToken());
              return new ListPoliciesResponse(page.items(), page.next());
            });
  }

  private List<PolicyRecord> ofType(ReadTx tx, OrganizationRecord organization, String type) {
    return OrganizationTables.all(tx, tables.policies(), Key.prefix(organization.id())).stream()
        .filter(policy -> policy.type().equals(type))
        .toList();
  }

  private PolicyRecord requireOwn(ReadTx tx, OrganizationRecord organization, String id) {
    if (AwsPolicies.find(id) != null) {
      throw OrganizationErrors.immutablePolicy();
    }
    return require(tx, organization, id);
  }

  private PolicyRecord require(ReadTx tx, OrganizationRecord organization, String id) {
    var found = tables.policies().get(tx, Key.of(organization.id(), id));
    if (found == null) {
      throw OrganizationErrors.noPolicy();
    }
    return found;
  }

  /** The summary of a policy that is known to be there, AWS's or the organization's own. */
  PolicySummary summary(ReadTx tx, OrganizationRecord organization, String id) {
    var aws = AwsPolicies.find(id);
    return aws == null ? summary(organization, require(tx, organization, id)) : summary(aws);
  }

  /** The type of a policy. */
  String typeOf(ReadTx tx, OrganizationRecord organization, String id) {
    var aws = AwsPolicies.find(id);
    return aws == null ? require(tx, organization, id).type() : aws.type();
  }

  private static String key(PolicyRecord policy) {
    return Key.of(policy.organizationId(), policy.id());
  }

  private static void tell(
      WriteTx tx,
      Call call,
      OrganizationRecord organization,
      @Nullable PolicyRecord before,
      @Nullable PolicyRecord after) {
    var policy = after == null ? before : after;
    if (policy != null) {
      call.changed(
          tx,
          TYPE,
          policy.id(),
          OrganizationArns.policy(organization, policy.type(), policy.id()),
          before,
          after);
    }
  }

  private static Policy view(OrganizationRecord organization, PolicyRecord policy) {
    return new Policy(summary(organization, policy), policy.content());
  }

  private static PolicySummary summary(OrganizationRecord organization, PolicyRecord policy) {
    return PolicySummary.builder()
        .id(policy.id())
        .arn(OrganizationArns.policy(organization, policy.type(), policy.id()))
        .name(policy.name())
        .description(policy.description())
        .type(policy.type())
        .awsManaged(false)
        .build();
  }

  private static PolicySummary summary(AwsPolicies policy) {
    return PolicySummary.builder()
        .id(policy.id())
        .arn(policy.arn())
        .name(policy.policyName())
        .description(policy.description())
        .type(policy.type())
        .awsManaged(true)
        .build();
  }
}

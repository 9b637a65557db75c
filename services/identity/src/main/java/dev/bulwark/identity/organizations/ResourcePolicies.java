package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.DescribeResourcePolicyResponse;
import dev.bulwark.api.organizations.PutResourcePolicyRequest;
import dev.bulwark.api.organizations.PutResourcePolicyResponse;
import dev.bulwark.api.organizations.ResourcePolicy;
import dev.bulwark.api.organizations.ResourcePolicySummary;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The policy by which an organization lets members manage its policies. */
final class ResourcePolicies {
  static final String TYPE = "AWS::Organizations::ResourcePolicy";

  private final OrganizationTables tables;
  private final Standings standings;

  ResourcePolicies(OrganizationTables tables, Standings standings) {
    this.tables = tables;
    this.standings = standings;
  }

  PutResourcePolicyResponse put(PutResourcePolicyRequest in, Call call) {
    check(in.content());
    var content = canonical(in.content());
    var tags = OrganizationTags.read(in.tags());
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          if (!organization.allFeatures()) {
            throw OrganizationErrors.notAllFeatures();
          }
          var before = tables.resourcePolicies().get(tx, organization.id());
          if (before != null && !tags.isEmpty()) {
            throw OrganizationErrors.tagsOfResourcePolicy();
          }
          var after =
              new ResourcePolicyRecord(
                  organization.id(),
                  before == null ? "rp-" + Ids.base36(8) : before.id(),
                  content,
                  before == null ? tags : before.tags());
          tables.resourcePolicies().put(tx, organization.id(), after);
          call.changed(
              tx,
              TYPE,
              after.id(),
              OrganizationArns.resourcePolicy(organization, after.id()),
              before,
              after);
          return new PutResourcePolicyResponse(view(organization, after));
        });
  }

  /** Its statements may only speak of what can be delegated. */
  private static void check(String content) {
    Policy policy;
    try {
      policy = Policy.parse(content, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw OrganizationErrors.malformedResourcePolicy();
    }
    for (var statement : policy.statements()) {
      var principals = statement.principals();
      if (statement.notAction()
          || statement.notResource()
          || principals == null
          || principals.negated()) {
        throw OrganizationErrors.malformedResourcePolicy();
      }
      for (var action : statement.actions()) {
        if (!delegable(action)) {
          throw OrganizationErrors.notDelegable(action);
        }
      }
    }
  }

  /** As AWS shows it: without spaces, and accounts by the ARNs of their root users. */
  private static String canonical(String content) {
    var policy = PolicyContents.json(content);
    var statements = policy.get("Statement");
    if (statements != null) {
      for (var statement : statements.isArray() ? statements : List.of(statements)) {
        if (statement.get("Principal") instanceof ObjectNode principal) {
          var accounts = principal.get("AWS");
          if (accounts instanceof ArrayNode many) {
            for (int i = 0; i < many.size(); i++) {
              many.set(i, JsonNodeFactory.instance.stringNode(arn(many.get(i).asString(""))));
            }
          } else if (accounts != null) {
            principal.put("AWS", arn(accounts.asString("")));
          }
        }
      }
    }
    return policy.toString();
  }

  private static String arn(String principal) {
    return AccountId.isValid(principal) ? "arn:aws:iam::" + principal + ":root" : principal;
  }

  private static boolean delegable(String action) {
    var prefix = "organizations:";
    if (!action.regionMatches(true, 0, prefix, 0, prefix.length())) {
      return false;
    }
    var name = action.substring(prefix.length());
    return name.equals("Describe*") || name.equals("List*") || Standings.delegable(name);
  }

  DescribeResourcePolicyResponse describe(Unit in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              return new DescribeResourcePolicyResponse(
                  view(organization, require(tx, organization)));
            });
  }

  Unit delete(Unit in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          var before = require(tx, organization);
          tables.resourcePolicies().delete(tx, organization.id());
          call.changed(
              tx,
              TYPE,
              before.id(),
              OrganizationArns.resourcePolicy(organization, before.id()),
              before,
              null);
          return Unit.UNIT;
        });
  }

  private ResourcePolicyRecord require(ReadTx tx, OrganizationRecord organization) {
    var found = tables.resourcePolicies().get(tx, organization.id());
    if (found == null) {
      throw OrganizationErrors.noResourcePolicy();
    }
    return found;
  }

  private static ResourcePolicy view(OrganizationRecord organization, ResourcePolicyRecord policy) {
    return new ResourcePolicy(
        new ResourcePolicySummary(
            policy.id(), OrganizationArns.resourcePolicy(organization, policy.id())),
        policy.content());
  }
}

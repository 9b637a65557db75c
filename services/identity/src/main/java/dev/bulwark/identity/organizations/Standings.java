package dev.bulwark.identity.organizations;

import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From which accounts operations can be called: most from the management account, those that read
 * also from delegated administrators, and those on policies also from members to which the
 * organization's resource policy delegates them. What their users may do there is for policies to
 * say, see {@link OrganizationTargets}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html">Delegated
 *     administrator for AWS Organizations</a>
 */
final class Standings {
  private static final Set<String> DELEGATED_CHANGES =
      Set.of(
          "AttachPolicy",
          "CreatePolicy",
          "DeletePolicy",
          "DetachPolicy",
          "DisablePolicyType",
          "EnablePolicyType",
          "TagResource",
          "UntagResource",
          "UpdatePolicy");

  private final OrganizationTables tables;

  Standings(OrganizationTables tables) {
    this.tables = tables;
  }

  /** Whether an operation is one that a resource policy can delegate. */
  static boolean delegable(String operation) {
    return reads(operation) || DELEGATED_CHANGES.contains(operation);
  }

  private static boolean reads(String operation) {
    return operation.startsWith("Describe") || operation.startsWith("List");
  }

  /** What an account is to its organization; null where it has none. */
  @Nullable Standing find(ReadTx tx, String accountId) {
    var member = tables.members().get(tx, accountId);
    if (member == null) {
      return null;
    }
    var organization = tables.organizations().get(tx, member.organizationId());
    if (organization == null) {
      throw new IllegalStateException("There is no organization " + member.organizationId());
    }
    return new Standing(
        organization,
        member,
        tables.delegations().count(tx, Key.prefix(organization.id(), accountId)) > 0,
        tables.resourcePolicies().get(tx, organization.id()));
  }

  /**
   * The caller's account as a member of its organization.
   *
   * @throws dev.bulwark.schema.ApiException AWSOrganizationsNotInUseException
   */
  Standing member(ReadTx tx, Call call) {
    var found = find(tx, call.principal().accountId());
    if (found == null) {
      throw OrganizationErrors.notInUse();
    }
    return found;
  }

  /**
   * The caller's account as the management account of its organization.
   *
   * @throws dev.bulwark.schema.ApiException AccessDeniedException,
   *     AWSOrganizationsNotInUseException
   */
  Standing management(ReadTx tx, Call call) {
    var found = member(tx, call);
    if (!found.management()) {
      throw OrganizationErrors.accessDenied();
    }
    return found;
  }

  /**
   * The caller's account as one that may call the operation in the management account's place.
   *
   * @throws dev.bulwark.schema.ApiException AccessDeniedException,
   *     AWSOrganizationsNotInUseException
   */
  Standing delegate(ReadTx tx, Call call) {
    var found = member(tx, call);
    if (!found.management() && !actsByItself(found, call) && !isDelegatedTo(found, call)) {
      throw OrganizationErrors.accessDenied();
    }
    return found;
  }

  /** Whether a delegated administrator reads. */
  static boolean actsByItself(Standing standing, Call call) {
    return standing.administrator() && reads(call.operation().name());
  }

  /** Whether the organization's resource policy decides, which authorization has asked then. */
  static boolean isDelegatedTo(Standing standing, Call call) {
    return standing.delegation() != null && delegable(call.operation().name());
  }
}

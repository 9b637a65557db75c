package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.PolicyType;
import dev.bulwark.identity.iam.CompiledPolicies;
import dev.bulwark.identity.iam.OrganizationScopes;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of organizations that the access advisor reports on. */
public final class AccessScopes implements OrganizationScopes {
  private static final String SCP = PolicyType.SERVICE_CONTROL_POLICY.value();

  private final OrganizationTables tables;
  private final OrganizationTree tree;
  private final CompiledPolicies compiled;

  /** The organizations of these tables. */
  public AccessScopes(OrganizationTables tables, CompiledPolicies compiled) {
    this.tables = tables;
    this.tree = new OrganizationTree(tables);
    this.compiled = compiled;
  }

  @Override
  public Optional<String> managedBy(String accountId) {
    return tables
        .store()
        .read(
            tx ->
                Optional.ofNullable(tables.organizationOf(tx, accountId))
                    .filter(found -> found.managementAccountId().equals(accountId))
                    .map(OrganizationRecord::id));
  }

  @Override
  public Scope scope(
      ReadTx tx, String organizationId, String entityPath, @Nullable String policyId) {
    var organization = tables.organizations().get(tx, organizationId);
    if (organization == null) {
      throw OrganizationErrors.notInUse();
    }
    if (!organization.policyTypes().contains(SCP)) {
      throw OrganizationErrors.policyTypeNotEnabled();
    }
    var entity = entity(tx, organization, entityPath);
    if (entity.equals(organization.managementAccountId())) {
      return new Scope(List.of(), Map.of(entity, path(tx, organization, entity)));
    }
    var accounts = accountsOf(tx, organization, entity);
    if (policyId == null) {
      return new Scope(levels(tx, organization, entity), accounts);
    }
    var policy = policy(tx, organization, policyId);
    accounts.values().removeIf(path -> !applies(tx, organization, policyId, entity, path));
    return new Scope(List.of(List.of(policy)), accounts);
  }

  /** The root, unit or account at the end of a path, which has to be its whole path. */
  private String entity(ReadTx tx, OrganizationRecord organization, String entityPath) {
    var path = entityPath.endsWith("/") ? entityPath : entityPath + "/";
    var steps = path.split("/");
    var entity = steps[steps.length - 1];
    tree.requireTarget(tx, organization, entity);
    if (!path.equals(tree.pathText(tx, organization, entity))) {
      throw OrganizationErrors.noTarget();
    }
    return entity;
  }

  /** Without the last slash, as reports have it. */
  private String path(ReadTx tx, OrganizationRecord organization, String id) {
    var path = tree.pathText(tx, organization, id);
    return path.substring(0, path.length() - 1);
  }

  /** The accounts in a root, unit or account, but for the management account, with their paths. */
  private Map<String, String> accountsOf(
      ReadTx tx, OrganizationRecord organization, String entity) {
    var found = new HashMap<String, String>();
    for (var member : tables.membersOf(tx, organization.id())) {
      var account = member.accountId();
      if (!account.equals(organization.managementAccountId())
          && tree.path(tx, organization, account).contains(entity)) {
        found.put(account, path(tx, organization, account));
      }
    }
    return found;
  }

  private List<List<Policy>> levels(ReadTx tx, OrganizationRecord organization, String entity) {
    var levels = new ArrayList<List<Policy>>();
    for (var target : tree.path(tx, organization, entity)) {
      levels.add(
          tables.attachmentsTo(tx, organization.id(), target).stream()
              .filter(attachment -> attachment.type().equals(SCP))
              .map(attachment -> policy(tx, organization, attachment.policyId()))
              .toList());
    }
    return levels;
  }

  private Policy policy(ReadTx tx, OrganizationRecord organization, String policyId) {
    var content = tables.content(tx, organization.id(), policyId, SCP);
    if (content == null) {
      throw OrganizationErrors.noPolicy();
    }
    return compiled.compile(content, PolicyKind.SCP);
  }

  /**
   * Whether a policy is attached to the entity, or between it and an account below: what lies above
   * the entity does not count, as AWS has it.
   */
  private boolean applies(
      ReadTx tx,
      OrganizationRecord organization,
      String policyId,
      String entity,
      String accountPath) {
    var below = accountPath.substring(accountPath.indexOf(entity));
    return tables.attachmentsOf(tx, organization.id(), policyId).stream()
        .map(AttachmentRecord::targetId)
        .anyMatch(Set.of(below.split("/"))::contains);
  }
}

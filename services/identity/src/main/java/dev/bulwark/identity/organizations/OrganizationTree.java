package dev.bulwark.identity.organizations;

import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The root, its units, and the accounts in them. */
final class OrganizationTree {
  private final OrganizationTables tables;

  OrganizationTree(OrganizationTables tables) {
    this.tables = tables;
  }

  /** Whether there is a root or unit of that id. */
  boolean hasParent(ReadTx tx, OrganizationRecord organization, String id) {
    return id.equals(organization.rootId()) || unit(tx, organization, id) != null;
  }

  @Nullable UnitRecord unit(ReadTx tx, OrganizationRecord organization, String id) {
    return tables.units().get(tx, Key.of(organization.id(), id));
  }

  /** A member of that organization, or null. */
  @Nullable MemberRecord member(ReadTx tx, OrganizationRecord organization, String accountId) {
    var found = tables.members().get(tx, accountId);
    return found != null && found.organizationId().equals(organization.id()) ? found : null;
  }

  /**
   * A root, unit or account that policies can be attached to.
   *
   * @throws dev.bulwark.schema.ApiException TargetNotFoundException
   */
  void requireTarget(ReadTx tx, OrganizationRecord organization, String id) {
    if (!hasParent(tx, organization, id) && member(tx, organization, id) == null) {
      throw OrganizationErrors.noTarget();
    }
  }

  /** What lies on the way from the root to a root, unit or account, both ends included. */
  List<String> path(ReadTx tx, OrganizationRecord organization, String id) {
    var path = new ArrayList<String>();
    var member = member(tx, organization, id);
    var next = id;
    if (member != null) {
      path.add(id);
      next = member.parentId();
    }
    while (!next.equals(organization.rootId())) {
      path.addFirst(next);
      var unit = unit(tx, organization, next);
      if (unit == null) {
        throw new IllegalStateException("There is no unit " + next);
      }
      next = unit.parentId();
    }
    path.addFirst(next);
    return path;
  }

  /** The same as AWS writes it: {@code o-…/r-…/ou-…/123456789012/}. */
  String pathText(ReadTx tx, OrganizationRecord organization, String id) {
    return organization.id() + "/" + String.join("/", path(tx, organization, id)) + "/";
  }

  /** Every root, unit and account. */
  List<String> everything(ReadTx tx, OrganizationRecord organization) {
    var all = new ArrayList<String>();
    all.add(organization.rootId());
    OrganizationTables.all(tx, tables.units(), Key.prefix(organization.id()))
        .forEach(unit -> all.add(unit.id()));
    tables.membersOf(tx, organization.id()).forEach(member -> all.add(member.accountId()));
    return all;
  }
}

package dev.bulwark.identity.organizations;

import dev.bulwark.identity.iam.ProvisionedRoles;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.Map;

/** How accounts come into an organization, and leave it. */
final class Joining {
  static final String ACCOUNT_TYPE = "AWS::Organizations::Account";

  private final OrganizationTables tables;
  private final ProvisionedRoles roles;

  Joining(OrganizationTables tables, ProvisionedRoles roles) {
    this.tables = tables;
    this.roles = roles;
  }

  /**
   * Who brings an account into an organization with all features makes Organizations' role there.
   *
   * @throws dev.bulwark.schema.ApiException AccessDeniedForDependencyException
   */
  void requireServiceLinkedRole(Call call) {
    var role = ProvisionedRoles.organizations(call.principal().accountId());
    var permission =
        new Permission(
            "iam:CreateServiceLinkedRole",
            Resource.of(role.arn()),
            Context.builder().put("iam:AWSServiceName", role.service()).build());
    if (!call.may(permission)) {
      throw OrganizationErrors.serviceLinkedRoleDenied();
    }
  }

  /** Makes an account a member, right below the root. */
  MemberRecord join(
      WriteTx tx,
      Call call,
      OrganizationRecord organization,
      String accountId,
      String method,
      Map<String, String> tags) {
    var member =
        new MemberRecord(
            accountId, organization.id(), organization.rootId(), method, call.time(), tags);
    tables.members().insert(tx, accountId, member);
    attachDefaults(tx, organization, accountId, call.time());
    if (organization.allFeatures()) {
      roles.add(tx, call, ProvisionedRoles.organizations(accountId));
    }
    call.changed(
        tx,
        ACCOUNT_TYPE,
        accountId,
        OrganizationArns.account(organization, accountId),
        null,
        member);
    return member;
  }

  /** Takes a member out of its organization, with all that it had there. */
  void leave(WriteTx tx, Call call, OrganizationRecord organization, MemberRecord member) {
    var accountId = member.accountId();
    if (accountId.equals(organization.managementAccountId())) {
      throw OrganizationErrors.managementCannotLeave();
    }
    if (tables.delegations().count(tx, Key.prefix(organization.id(), accountId)) > 0) {
      throw OrganizationErrors.isAdministrator();
    }
    tables.members().delete(tx, accountId);
    tables.attachments().deleteAll(tx, Key.prefix(organization.id(), accountId));
    call.changed(
        tx,
        ACCOUNT_TYPE,
        accountId,
        OrganizationArns.account(organization, accountId),
        member,
        null);
  }

  /** Attaches what AWS attaches to every root, unit and account. */
  void attachDefaults(WriteTx tx, OrganizationRecord organization, String targetId, Instant time) {
    for (var type : organization.policyTypes()) {
      attachDefaults(tx, organization, type, targetId, time);
    }
  }

  void attachDefaults(
      WriteTx tx, OrganizationRecord organization, String type, String targetId, Instant time) {
    for (var policy : AwsPolicies.ofType(type)) {
      tables
          .attachments()
          .put(
              tx,
              Key.of(organization.id(), targetId, policy.id()),
              new AttachmentRecord(organization.id(), targetId, policy.id(), type, time));
    }
  }
}

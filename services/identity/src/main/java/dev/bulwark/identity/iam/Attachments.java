package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AttachGroupPolicyRequest;
import dev.bulwark.api.iam.AttachRolePolicyRequest;
import dev.bulwark.api.iam.AttachUserPolicyRequest;
import dev.bulwark.api.iam.AttachedPolicy;
import dev.bulwark.api.iam.DetachGroupPolicyRequest;
import dev.bulwark.api.iam.DetachRolePolicyRequest;
import dev.bulwark.api.iam.DetachUserPolicyRequest;
import dev.bulwark.api.iam.ListAttachedGroupPoliciesRequest;
import dev.bulwark.api.iam.ListAttachedGroupPoliciesResponse;
import dev.bulwark.api.iam.ListAttachedRolePoliciesRequest;
import dev.bulwark.api.iam.ListAttachedRolePoliciesResponse;
import dev.bulwark.api.iam.ListAttachedUserPoliciesRequest;
import dev.bulwark.api.iam.ListAttachedUserPoliciesResponse;
import dev.bulwark.base.Arn;
import dev.bulwark.identity.iam.Entity.InlinePolicy;
import dev.bulwark.identity.iam.IamTables.AttachmentRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Managed policies on users, groups and roles, as permissions and as boundaries. An entity holds
 * the ARNs; a table holds the other direction, with the key (account, ARN, use, kind, entity id).
 */
final class Attachments {

  /** As what a managed policy is attached. */
  enum Use {
    PERMISSIONS,
    BOUNDARY
  }

  private final IamTables tables;
  private final IamQuotas quotas;
  private final PolicyCatalog catalog;

  Attachments(IamTables tables, IamQuotas quotas, PolicyCatalog catalog) {
    this.tables = tables;
    this.quotas = quotas;
    this.catalog = catalog;
  }

  Unit attachToUser(AttachUserPolicyRequest input, Call call) {
    return attach(call, EntityKind.USER, input.userName(), input.policyArn());
  }

  Unit attachToGroup(AttachGroupPolicyRequest input, Call call) {
    return attach(call, EntityKind.GROUP, input.groupName(), input.policyArn());
  }

  Unit attachToRole(AttachRolePolicyRequest input, Call call) {
    return attach(call, EntityKind.ROLE, input.roleName(), input.policyArn());
  }

  private Unit attach(Call call, EntityKind kind, String name, String policyArn) {
    catalog.requireArn(policyArn);
    return call.write(
        tx -> {
          var entity = tables.require(tx, kind, call.accountId(), name);
          requireModifiable(entity);
          if (!catalog.exists(tx, call.accountId(), policyArn)) {
            throw IamErrors.policyNotAttachable(policyArn);
          }
          if (policyArn.startsWith("arn:aws:iam::aws:policy/aws-service-role/")) {
            throw IamErrors.serviceRolePolicyNotAttachable();
          }
          if (!entity.attachedPolicies().contains(policyArn)) {
            int most = mostPolicies(kind);
            if (entity.attachedPolicies().size() >= most) {
              throw IamErrors.quotaExceeded("PoliciesPer" + kind.capitalized(), most);
            }
            var attached = new ArrayList<>(entity.attachedPolicies());
            attached.add(policyArn);
            link(tx, Use.PERMISSIONS, entity, policyArn);
            store(call, tx, entity, entity.inlinePolicies(), attached);
          }
          return Unit.UNIT;
        });
  }

  private int mostPolicies(EntityKind kind) {
    return switch (kind) {
      case USER -> quotas.policiesPerUser();
      case GROUP -> quotas.policiesPerGroup();
      case ROLE -> quotas.policiesPerRole();
    };
  }

  Unit detachFromUser(DetachUserPolicyRequest input, Call call) {
    return detach(call, EntityKind.USER, input.userName(), input.policyArn());
  }

  Unit detachFromGroup(DetachGroupPolicyRequest input, Call call) {
    return detach(call, EntityKind.GROUP, input.groupName(), input.policyArn());
  }

  Unit detachFromRole(DetachRolePolicyRequest input, Call call) {
    return detach(call, EntityKind.ROLE, input.roleName(), input.policyArn());
  }

  private Unit detach(Call call, EntityKind kind, String name, String policyArn) {
    catalog.requireArn(policyArn);
    return call.write(
        tx -> {
          var entity = tables.require(tx, kind, call.accountId(), name);
          requireModifiable(entity);
          var attached = new ArrayList<>(entity.attachedPolicies());
          if (!attached.remove(policyArn)) {
            throw IamErrors.noPolicy(policyArn);
          }
          unlink(tx, Use.PERMISSIONS, entity, policyArn);
          store(call, tx, entity, entity.inlinePolicies(), attached);
          return Unit.UNIT;
        });
  }

  ListAttachedUserPoliciesResponse ofUser(ListAttachedUserPoliciesRequest input, Call call) {
    var page =
        list(
            call,
            EntityKind.USER,
            input.userName(),
            input.pathPrefix(),
            input.maxItems(),
            input.marker());
    return ListAttachedUserPoliciesResponse.builder()
        .attachedPolicies(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  ListAttachedGroupPoliciesResponse ofGroup(ListAttachedGroupPoliciesRequest input, Call call) {
    var page =
        list(
            call,
            EntityKind.GROUP,
            input.groupName(),
            input.pathPrefix(),
            input.maxItems(),
            input.marker());
    return ListAttachedGroupPoliciesResponse.builder()
        .attachedPolicies(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  ListAttachedRolePoliciesResponse ofRole(ListAttachedRolePoliciesRequest input, Call call) {
    var page =
        list(
            call,
            EntityKind.ROLE,
            input.roleName(),
            input.pathPrefix(),
            input.maxItems(),
            input.marker());
    return ListAttachedRolePoliciesResponse.builder()
        .attachedPolicies(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private Pages.Page<AttachedPolicy> list(
      Call call,
      EntityKind kind,
      String name,
      @Nullable String pathPrefix,
      @Nullable Integer maxItems,
      @Nullable String marker) {
    var entity = tables.store().read(tx -> tables.require(tx, kind, call.accountId(), name));
    var prefix = pathPrefix == null ? "/" : pathPrefix;
    var attached =
        attachedPolicies(entity).stream()
            .filter(policy -> PolicyCatalog.pathOf(policy.policyArn()).startsWith(prefix))
            .sorted(Comparator.comparing(AttachedPolicy::policyArn))
            .toList();
    return Pages.of(attached, AttachedPolicy::policyArn, maxItems, marker);
  }

  /** The managed policies of an entity, for a response. */
  static List<AttachedPolicy> attachedPolicies(Entity entity) {
    return entity.attachedPolicies().stream()
        .map(
            arn ->
                AttachedPolicy.builder()
                    .policyName(Arn.parse(arn).resourceName())
                    .policyArn(arn)
                    .build())
        .toList();
  }

  /**
   * Checks a user's or role's permissions boundary and keeps the account of it; the record itself
   * is the caller's to store.
   *
   * @throws dev.bulwark.schema.ApiException where there is no such policy
   */
  void setBoundary(WriteTx tx, Entity entity, @Nullable String before, @Nullable String after) {
    if (after != null) {
      catalog.requireArn(after);
      if (!catalog.exists(tx, entity.accountId(), after)) {
        throw IamErrors.noBoundary(after);
      }
    }
    if (before != null) {
      unlink(tx, Use.BOUNDARY, entity, before);
    }
    if (after != null) {
      link(tx, Use.BOUNDARY, entity, after);
    }
  }

  /** How many entities of an account have a policy. */
  int count(ReadTx tx, String accountId, String policyArn, Use use) {
    return (int) tables.attachments().count(tx, Key.prefix(accountId, policyArn, use.name()));
  }

  /** The entities of one kind that have a policy. */
  List<Entity> entities(ReadTx tx, String accountId, String policyArn, Use use, EntityKind kind) {
    var found = new ArrayList<Entity>();
    tables
        .attachments()
        .forEach(
            tx,
            Scan.prefix(Key.prefix(accountId, policyArn, use.name(), kind.name())),
            row -> tables.entityById(tx, kind, row.value().entityId()).ifPresent(found::add));
    return found;
  }

  /** Keeps the account of the policies that a new role comes with. */
  void linkAll(WriteTx tx, RoleRecord role) {
    role.attachedPolicies().forEach(arn -> link(tx, Use.PERMISSIONS, role, arn));
  }

  /** Keeps the account of the policies of a role that is deleted with them. */
  void unlinkAll(WriteTx tx, RoleRecord role) {
    role.attachedPolicies().forEach(arn -> unlink(tx, Use.PERMISSIONS, role, arn));
  }

  void link(WriteTx tx, Use use, Entity entity, String policyArn) {
    tables.attachments().put(tx, key(use, entity, policyArn), new AttachmentRecord(entity.id()));
  }

  private void unlink(WriteTx tx, Use use, Entity entity, String policyArn) {
    tables.attachments().delete(tx, key(use, entity, policyArn));
  }

  private static String key(Use use, Entity entity, String policyArn) {
    return Key.of(entity.accountId(), policyArn, use.name(), entity.kind().name(), entity.id());
  }

  /** Stores an entity with other policies, and tells of it. */
  void store(
      Call call, WriteTx tx, Entity entity, List<InlinePolicy> inline, List<String> attached) {
    Entity after =
        switch (entity) {
          case UserRecord user -> user.withPolicies(inline, attached);
          case GroupRecord group -> group.withPolicies(inline, attached);
          case RoleRecord role -> role.withPolicies(inline, attached);
        };
    tables.put(tx, after);
    Changes.tell(call, tx, entity, after);
  }

  static void requireModifiable(Entity entity) {
    if (entity instanceof RoleRecord role && role.serviceLinked()) {
      throw IamErrors.unmodifiable(role.name());
    }
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreateRoleRequest;
import dev.bulwark.api.iam.CreateRoleResponse;
import dev.bulwark.api.iam.DeleteRolePermissionsBoundaryRequest;
import dev.bulwark.api.iam.DeleteRoleRequest;
import dev.bulwark.api.iam.GetRoleRequest;
import dev.bulwark.api.iam.GetRoleResponse;
import dev.bulwark.api.iam.ListRoleTagsRequest;
import dev.bulwark.api.iam.ListRoleTagsResponse;
import dev.bulwark.api.iam.ListRolesRequest;
import dev.bulwark.api.iam.ListRolesResponse;
import dev.bulwark.api.iam.PutRolePermissionsBoundaryRequest;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagRoleRequest;
import dev.bulwark.api.iam.UntagRoleRequest;
import dev.bulwark.api.iam.UpdateAssumeRolePolicyRequest;
import dev.bulwark.api.iam.UpdateRoleDescriptionRequest;
import dev.bulwark.api.iam.UpdateRoleDescriptionResponse;
import dev.bulwark.api.iam.UpdateRoleRequest;
import dev.bulwark.api.iam.UpdateRoleResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.function.BiFunction;

/** IAM roles. */
final class Roles {
  private final IamTables tables;
  private final IamQuotas quotas;
  private final Attachments attachments;
  private final Views views;

  Roles(IamTables tables, IamQuotas quotas, Attachments attachments, Views views) {
    this.tables = tables;
    this.quotas = quotas;
    this.attachments = attachments;
    this.views = views;
  }

  CreateRoleResponse create(CreateRoleRequest input, Call call) {
    checkTrustPolicy(input.assumeRolePolicyDocument());
    if (input.path() != null && input.path().startsWith(RoleRecord.SERVICE_LINKED_PATH)) {
      throw IamErrors.serviceLinkedPath();
    }
    var asked =
        new RoleRecord(
            call.accountId(),
            input.roleName(),
            input.path() == null ? "/" : input.path(),
            Ids.unique(Ids.Kind.AROA),
            Times.of(call),
            input.assumeRolePolicyDocument(),
            input.description(),
            input.maxSessionDuration() == null
                ? RoleRecord.DEFAULT_SESSION_DURATION
                : input.maxSessionDuration(),
            input.permissionsBoundary(),
            TagSets.read(input.tags(), quotas.tags()),
            List.of(),
            List.of());
    call.concerns(EntityKind.ROLE.type(), asked.arn());
    return call.write(
        tx -> {
          var key = IamTables.key(asked.accountId(), asked.name());
          if (tables.roles().contains(tx, key)) {
            throw IamErrors.entityExists(EntityKind.ROLE, asked.name());
          }
          if (tables.roles().count(tx, Key.prefix(asked.accountId())) >= quotas.roles()) {
            throw IamErrors.quotaExceeded("RolesPerAccount", quotas.roles());
          }
          attachments.setBoundary(tx, asked, null, asked.boundary());
          var role = asked.withTrustPolicy(bind(tx, input.assumeRolePolicyDocument()));
          tables.roles().insert(tx, key, role);
          Changes.tell(call, tx, null, role);
          return new CreateRoleResponse(views.wholeRole(tx, role));
        });
  }

  private void checkTrustPolicy(String document) {
    PolicyDocuments.check(document, PolicyKind.TRUST);
    if (PolicyDocuments.size(document) > quotas.trustPolicySize()) {
      throw IamErrors.quotaExceeded("ACLSizePerRole", quotas.trustPolicySize());
    }
  }

  private String bind(ReadTx tx, String trustPolicy) {
    return TrustPolicies.bind(trustPolicy, new PrincipalDirectory(tables, tx));
  }

  GetRoleResponse get(GetRoleRequest input, Call call) {
    return tables
        .store()
        .read(
            tx ->
                new GetRoleResponse(
                    views.wholeRole(
                        tx, tables.requireRole(tx, call.accountId(), input.roleName()))));
  }

  ListRolesResponse list(ListRolesRequest input, Call call) {
    var prefix = input.pathPrefix() == null ? "/" : input.pathPrefix();
    return tables
        .store()
        .read(
            tx -> {
              var page =
                  Pages.scan(
                      tx,
                      tables.roles(),
                      Key.prefix(call.accountId()),
                      role -> role.path().startsWith(prefix),
                      input.maxItems(),
                      input.marker());
              return ListRolesResponse.builder()
                  .roles(page.map(role -> views.role(tx, role)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  UpdateRoleResponse update(UpdateRoleRequest input, Call call) {
    return change(
        call,
        input.roleName(),
        // Of a service-linked role the description may be changed, and no more.
        input.maxSessionDuration() == null,
        (tx, role) ->
            role.withDetails(
                input.description() == null ? role.description() : input.description(),
                input.maxSessionDuration() == null
                    ? role.maxSessionDuration()
                    : input.maxSessionDuration()),
        (tx, role) -> UpdateRoleResponse.builder().build());
  }

  UpdateRoleDescriptionResponse updateDescription(UpdateRoleDescriptionRequest input, Call call) {
    return change(
        call,
        input.roleName(),
        true,
        (tx, role) -> role.withDetails(input.description(), role.maxSessionDuration()),
        (tx, role) ->
            UpdateRoleDescriptionResponse.builder().role(views.wholeRole(tx, role)).build());
  }

  Unit updateTrustPolicy(UpdateAssumeRolePolicyRequest input, Call call) {
    checkTrustPolicy(input.policyDocument());
    return change(
        call,
        input.roleName(),
        (tx, role) -> role.withTrustPolicy(bind(tx, input.policyDocument())));
  }

  Unit delete(DeleteRoleRequest input, Call call) {
    return call.write(
        tx -> {
          var role = tables.requireRole(tx, call.accountId(), input.roleName());
          Attachments.requireModifiable(role);
          if (tables.instanceProfiles().firstByIndex(tx, IamTables.BY_ROLE, role.id()) != null) {
            throw IamErrors.mustFirst("remove roles from instance profile");
          }
          if (!role.attachedPolicies().isEmpty()) {
            throw IamErrors.mustFirst("detach all policies");
          }
          if (!role.inlinePolicies().isEmpty()) {
            throw IamErrors.mustFirst("delete policies");
          }
          attachments.setBoundary(tx, role, role.boundary(), null);
          tables.roles().delete(tx, IamTables.key(role.accountId(), role.name()));
          tables.roleUses().delete(tx, role.id());
          Changes.tell(call, tx, role, null);
          return Unit.UNIT;
        });
  }

  Unit putBoundary(PutRolePermissionsBoundaryRequest input, Call call) {
    return change(
        call,
        input.roleName(),
        (tx, role) -> {
          attachments.setBoundary(tx, role, role.boundary(), input.permissionsBoundary());
          return role.withBoundary(input.permissionsBoundary());
        });
  }

  Unit deleteBoundary(DeleteRolePermissionsBoundaryRequest input, Call call) {
    return change(
        call,
        input.roleName(),
        (tx, role) -> {
          if (role.boundary() == null) {
            throw IamErrors.hasNoBoundary(role);
          }
          attachments.setBoundary(tx, role, role.boundary(), null);
          return role.withBoundary(null);
        });
  }

  Unit tag(TagRoleRequest input, Call call) {
    return change(
        call,
        input.roleName(),
        true,
        (tx, role) -> role.withTags(TagSets.merge(role.tags(), input.tags(), quotas.tags())),
        (tx, role) -> Unit.UNIT);
  }

  Unit untag(UntagRoleRequest input, Call call) {
    return change(
        call,
        input.roleName(),
        true,
        (tx, role) -> role.withTags(TagSets.without(role.tags(), input.tagKeys())),
        (tx, role) -> Unit.UNIT);
  }

  ListRoleTagsResponse listTags(ListRoleTagsRequest input, Call call) {
    var role =
        tables.store().read(tx -> tables.requireRole(tx, call.accountId(), input.roleName()));
    var page = Pages.of(TagSets.write(role.tags()), Tag::key, input.maxItems(), input.marker());
    return ListRoleTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private Unit change(Call call, String name, BiFunction<WriteTx, RoleRecord, RoleRecord> change) {
    return change(call, name, false, change, (tx, role) -> Unit.UNIT);
  }

  /**
   * @param ofServicesToo whether roles that belong to a service may be changed so
   */
  private <O extends Structure> O change(
      Call call,
      String name,
      boolean ofServicesToo,
      BiFunction<WriteTx, RoleRecord, RoleRecord> change,
      BiFunction<WriteTx, RoleRecord, O> output) {
    return call.write(
        tx -> {
          var before = tables.requireRole(tx, call.accountId(), name);
          if (!ofServicesToo) {
            Attachments.requireModifiable(before);
          }
          var after = change.apply(tx, before);
          tables.put(tx, after);
          Changes.tell(call, tx, before, after);
          return output.apply(tx, after);
        });
  }
}

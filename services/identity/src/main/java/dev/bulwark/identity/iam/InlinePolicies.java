package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.DeleteGroupPolicyRequest;
import dev.bulwark.api.iam.DeleteRolePolicyRequest;
import dev.bulwark.api.iam.DeleteUserPolicyRequest;
import dev.bulwark.api.iam.GetGroupPolicyRequest;
import dev.bulwark.api.iam.GetGroupPolicyResponse;
import dev.bulwark.api.iam.GetRolePolicyRequest;
import dev.bulwark.api.iam.GetRolePolicyResponse;
import dev.bulwark.api.iam.GetUserPolicyRequest;
import dev.bulwark.api.iam.GetUserPolicyResponse;
import dev.bulwark.api.iam.ListGroupPoliciesRequest;
import dev.bulwark.api.iam.ListGroupPoliciesResponse;
import dev.bulwark.api.iam.ListRolePoliciesRequest;
import dev.bulwark.api.iam.ListRolePoliciesResponse;
import dev.bulwark.api.iam.ListUserPoliciesRequest;
import dev.bulwark.api.iam.ListUserPoliciesResponse;
import dev.bulwark.api.iam.PolicyDetail;
import dev.bulwark.api.iam.PutGroupPolicyRequest;
import dev.bulwark.api.iam.PutRolePolicyRequest;
import dev.bulwark.api.iam.PutUserPolicyRequest;
import dev.bulwark.identity.iam.Entity.InlinePolicy;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies that are embedded in users, groups and roles. */
final class InlinePolicies {
  private final IamTables tables;
  private final IamQuotas quotas;
  private final Attachments attachments;

  InlinePolicies(IamTables tables, IamQuotas quotas, Attachments attachments) {
    this.tables = tables;
    this.quotas = quotas;
    this.attachments = attachments;
  }

  Unit putOnUser(PutUserPolicyRequest input, Call call) {
    return put(call, EntityKind.USER, input.userName(), input.policyName(), input.policyDocument());
  }

  Unit putOnGroup(PutGroupPolicyRequest input, Call call) {
    return put(
        call, EntityKind.GROUP, input.groupName(), input.policyName(), input.policyDocument());
  }

  Unit putOnRole(PutRolePolicyRequest input, Call call) {
    return put(call, EntityKind.ROLE, input.roleName(), input.policyName(), input.policyDocument());
  }

  private Unit put(Call call, EntityKind kind, String name, String policyName, String document) {
    PolicyDocuments.check(document, PolicyKind.IDENTITY);
    return call.write(
        tx -> {
          var entity = tables.require(tx, kind, call.accountId(), name);
          Attachments.requireModifiable(entity);
          var inline = new ArrayList<>(entity.inlinePolicies());
          // The name keeps the case in which it came first.
          var known = entity.inlinePolicy(policyName).map(InlinePolicy::name).orElse(policyName);
          inline.removeIf(policy -> policy.name().equals(known));
          inline.add(new InlinePolicy(known, document));
          inline.sort(Comparator.comparing(InlinePolicy::name));
          int most = mostSize(kind);
          if (inline.stream().mapToInt(policy -> PolicyDocuments.size(policy.document())).sum()
              > most) {
            throw IamErrors.inlineSizeExceeded(kind, entity.name(), most);
          }
          attachments.store(call, tx, entity, inline, entity.attachedPolicies());
          return Unit.UNIT;
        });
  }

  private int mostSize(EntityKind kind) {
    return switch (kind) {
      case USER -> quotas.userPolicySize();
      case GROUP -> quotas.groupPolicySize();
      case ROLE -> quotas.rolePolicySize();
    };
  }

  Unit deleteFromUser(DeleteUserPolicyRequest input, Call call) {
    return delete(call, EntityKind.USER, input.userName(), input.policyName());
  }

  Unit deleteFromGroup(DeleteGroupPolicyRequest input, Call call) {
    return delete(call, EntityKind.GROUP, input.groupName(), input.policyName());
  }

  Unit deleteFromRole(DeleteRolePolicyRequest input, Call call) {
    return delete(call, EntityKind.ROLE, input.roleName(), input.policyName());
  }

  private Unit delete(Call call, EntityKind kind, String name, String policyName) {
    return call.write(
        tx -> {
          var entity = tables.require(tx, kind, call.accountId(), name);
          Attachments.requireModifiable(entity);
          var inline = new ArrayList<>(entity.inlinePolicies());
          if (!inline.removeIf(policy -> policy.name().equalsIgnoreCase(policyName))) {
            throw IamErrors.noInlinePolicy(kind, policyName);
          }
          attachments.store(call, tx, entity, inline, entity.attachedPolicies());
          return Unit.UNIT;
        });
  }

  GetUserPolicyResponse ofUser(GetUserPolicyRequest input, Call call) {
    var found = get(call, EntityKind.USER, input.userName(), input.policyName());
    return new GetUserPolicyResponse(found.entity().name(), input.policyName(), found.document());
  }

  GetGroupPolicyResponse ofGroup(GetGroupPolicyRequest input, Call call) {
    var found = get(call, EntityKind.GROUP, input.groupName(), input.policyName());
    return new GetGroupPolicyResponse(found.entity().name(), input.policyName(), found.document());
  }

  GetRolePolicyResponse ofRole(GetRolePolicyRequest input, Call call) {
    var found = get(call, EntityKind.ROLE, input.roleName(), input.policyName());
    return new GetRolePolicyResponse(found.entity().name(), input.policyName(), found.document());
  }

  private record Found(Entity entity, InlinePolicy policy) {
    String document() {
      return PolicyDocuments.encode(policy.document());
    }
  }

  private Found get(Call call, EntityKind kind, String name, String policyName) {
    var entity = entity(call, kind, name);
    return new Found(
        entity,
        entity
            .inlinePolicy(policyName)
            .orElseThrow(() -> IamErrors.noInlinePolicy(kind, policyName)));
  }

  ListUserPoliciesResponse listOfUser(ListUserPoliciesRequest input, Call call) {
    var page = list(call, EntityKind.USER, input.userName(), input.maxItems(), input.marker());
    return ListUserPoliciesResponse.builder()
        .policyNames(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  ListGroupPoliciesResponse listOfGroup(ListGroupPoliciesRequest input, Call call) {
    var page = list(call, EntityKind.GROUP, input.groupName(), input.maxItems(), input.marker());
    return ListGroupPoliciesResponse.builder()
        .policyNames(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  ListRolePoliciesResponse listOfRole(ListRolePoliciesRequest input, Call call) {
    var page = list(call, EntityKind.ROLE, input.roleName(), input.maxItems(), input.marker());
    return ListRolePoliciesResponse.builder()
        .policyNames(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private Pages.Page<String> list(
      Call call,
      EntityKind kind,
      String name,
      @Nullable Integer maxItems,
      @Nullable String marker) {
    var names =
        entity(call, kind, name).inlinePolicies().stream()
            .map(InlinePolicy::name)
            .sorted()
            .toList();
    return Pages.of(names, policyName -> policyName, maxItems, marker);
  }

  private Entity entity(Call call, EntityKind kind, String name) {
    return tables.store().read(tx -> tables.require(tx, kind, call.accountId(), name));
  }

  /** The inline policies of an entity with their documents, for a response. */
  static List<PolicyDetail> details(Entity entity) {
    return entity.inlinePolicies().stream()
        .map(
            policy ->
                PolicyDetail.builder()
                    .policyName(policy.name())
                    .policyDocument(PolicyDocuments.encode(policy.document()))
                    .build())
        .toList();
  }
}

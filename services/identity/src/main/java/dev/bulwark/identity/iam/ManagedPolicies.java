package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreatePolicyRequest;
import dev.bulwark.api.iam.CreatePolicyResponse;
import dev.bulwark.api.iam.DeletePolicyRequest;
import dev.bulwark.api.iam.GetPolicyRequest;
import dev.bulwark.api.iam.GetPolicyResponse;
import dev.bulwark.api.iam.ListEntitiesForPolicyRequest;
import dev.bulwark.api.iam.ListEntitiesForPolicyResponse;
import dev.bulwark.api.iam.ListPoliciesRequest;
import dev.bulwark.api.iam.ListPoliciesResponse;
import dev.bulwark.api.iam.ListPolicyTagsRequest;
import dev.bulwark.api.iam.ListPolicyTagsResponse;
import dev.bulwark.api.iam.Policy;
import dev.bulwark.api.iam.PolicyGroup;
import dev.bulwark.api.iam.PolicyRole;
import dev.bulwark.api.iam.PolicyScopeType;
import dev.bulwark.api.iam.PolicyUsageType;
import dev.bulwark.api.iam.PolicyUser;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagPolicyRequest;
import dev.bulwark.api.iam.UntagPolicyRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.iam.Attachments.Use;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Customer-managed policies, and AWS's own beside them. Their versions: {@link PolicyVersions}. */
final class ManagedPolicies {
  private final IamTables tables;
  private final IamQuotas quotas;
  private final PolicyCatalog catalog;
  private final Attachments attachments;

  ManagedPolicies(
      IamTables tables, IamQuotas quotas, PolicyCatalog catalog, Attachments attachments) {
    this.tables = tables;
    this.quotas = quotas;
    this.catalog = catalog;
    this.attachments = attachments;
  }

  CreatePolicyResponse create(CreatePolicyRequest input, Call call) {
    PolicyDocuments.check(input.policyDocument(), PolicyKind.IDENTITY);
    if (PolicyDocuments.size(input.policyDocument()) > quotas.policySize()) {
      throw IamErrors.quotaExceeded("PolicySize", quotas.policySize());
    }
    var version = new PolicyRecord.Version("v1", input.policyDocument(), Times.of(call));
    var policy =
        new PolicyRecord(
            call.accountId(),
            input.policyName(),
            input.path() == null ? "/" : input.path(),
            Ids.unique(Ids.Kind.ANPA),
            input.description(),
            Times.of(call),
            Times.of(call),
            version.id(),
            1,
            List.of(version),
            TagSets.read(input.tags(), quotas.tags()));
    call.concerns(PolicyRecord.TYPE, policy.arn());
    return call.write(
        tx -> {
          var key = IamTables.key(policy.accountId(), policy.name());
          if (tables.policies().contains(tx, key)) {
            throw IamErrors.policyExists(policy.name());
          }
          if (tables.policies().count(tx, Key.prefix(policy.accountId())) >= quotas.policies()) {
            throw IamErrors.quotaExceeded("PoliciesPerAccount", quotas.policies());
          }
          tables.policies().insert(tx, key, policy);
          call.changed(tx, PolicyRecord.TYPE, policy.id(), policy.arn(), null, policy);
          return CreatePolicyResponse.builder()
              .policy(view(tx, call.accountId(), policy, true))
              .build();
        });
  }

  GetPolicyResponse get(GetPolicyRequest input, Call call) {
    catalog.requireArn(input.policyArn());
    return tables
        .store()
        .read(
            tx -> {
              var policy = catalog.require(tx, call.accountId(), input.policyArn());
              return GetPolicyResponse.builder()
                  .policy(view(tx, call.accountId(), policy, true))
                  .build();
            });
  }

  ListPoliciesResponse list(ListPoliciesRequest input, Call call) {
    var prefix = input.pathPrefix() == null ? "/" : input.pathPrefix();
    var scope = input.scope() == null ? PolicyScopeType.ALL.value() : input.scope();
    return tables
        .store()
        .read(
            tx -> {
              var all = new ArrayList<PolicyFacts>();
              if (!scope.equals(PolicyScopeType.AWS.value())) {
                tables
                    .policies()
                    .forEach(
                        tx, Scan.prefix(Key.prefix(call.accountId())), row -> all.add(row.value()));
              }
              if (!scope.equals(PolicyScopeType.LOCAL.value())) {
                all.addAll(catalog.awsPolicies().all());
              }
              all.removeIf(policy -> !policy.path().startsWith(prefix));
              all.removeIf(policy -> !used(tx, call.accountId(), policy, input));
              all.sort(Comparator.comparing(PolicyFacts::arn));
              var page = Pages.of(all, PolicyFacts::arn, input.maxItems(), input.marker());
              return ListPoliciesResponse.builder()
                  .policies(page.map(policy -> view(tx, call.accountId(), policy, false)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  /**
   * Whether the list shows a policy. As observed at AWS, and unlike its documentation, the usage
   * counts only where attached policies are asked for, and a boundary is an attachment too.
   */
  private boolean used(ReadTx tx, String accountId, PolicyFacts policy, ListPoliciesRequest input) {
    if (!Boolean.TRUE.equals(input.onlyAttached())) {
      return true;
    }
    for (var use : wantedUses(input.policyUsageFilter())) {
      if (attachments.count(tx, accountId, policy.arn(), use) > 0) {
        return true;
      }
    }
    return false;
  }

  Unit delete(DeletePolicyRequest input, Call call) {
    return call.write(
        tx -> {
          var policy = requireOwn(tx, call, input.policyArn());
          if (attachments.count(tx, policy.accountId(), policy.arn(), Use.PERMISSIONS) > 0
              || attachments.count(tx, policy.accountId(), policy.arn(), Use.BOUNDARY) > 0) {
            throw IamErrors.deleteAttachedPolicy();
          }
          if (policy.versions().size() > 1) {
            throw IamErrors.deletePolicyWithVersions();
          }
          tables.policies().delete(tx, IamTables.key(policy.accountId(), policy.name()));
          call.changed(tx, PolicyRecord.TYPE, policy.id(), policy.arn(), policy, null);
          return Unit.UNIT;
        });
  }

  /** A policy that the caller's account may change. */
  PolicyRecord requireOwn(ReadTx tx, Call call, String policyArn) {
    catalog.requireArn(policyArn);
    if (catalog.awsPolicies().contains(policyArn)) {
      throw IamErrors.ownedByAws(call, policyArn);
    }
    var policy = catalog.customer(tx, call.accountId(), policyArn);
    if (policy == null) {
      throw IamErrors.noPolicy(policyArn);
    }
    return policy;
  }

  ListEntitiesForPolicyResponse entities(ListEntitiesForPolicyRequest input, Call call) {
    catalog.requireArn(input.policyArn());
    var prefix = input.pathPrefix() == null ? "/" : input.pathPrefix();
    return tables
        .store()
        .read(
            tx -> {
              if (!catalog.exists(tx, call.accountId(), input.policyArn())) {
                throw IamErrors.noPolicy(input.policyArn());
              }
              var all = new ArrayList<Entity>();
              for (var kind : wantedKinds(input.entityFilter())) {
                for (var use : wantedUses(input.policyUsageFilter())) {
                  all.addAll(
                      attachments.entities(tx, call.accountId(), input.policyArn(), use, kind));
                }
              }
              all.removeIf(entity -> !entity.path().startsWith(prefix));
              all.sort(Comparator.comparing(Entity::id));
              var page =
                  Pages.of(
                      all.stream().distinct().toList(),
                      Entity::id,
                      input.maxItems(),
                      input.marker());
              return entitiesResponse(page);
            });
  }

  private static ListEntitiesForPolicyResponse entitiesResponse(Pages.Page<Entity> page) {
    var users = new ArrayList<PolicyUser>();
    var groups = new ArrayList<PolicyGroup>();
    var roles = new ArrayList<PolicyRole>();
    for (var entity : page.items()) {
      switch (entity) {
        case UserRecord user ->
            users.add(PolicyUser.builder().userName(user.name()).userId(user.id()).build());
        case GroupRecord group ->
            groups.add(PolicyGroup.builder().groupName(group.name()).groupId(group.id()).build());
        case RoleRecord role ->
            roles.add(PolicyRole.builder().roleName(role.name()).roleId(role.id()).build());
      }
    }
    return ListEntitiesForPolicyResponse.builder()
        .policyUsers(users)
        .policyGroups(groups)
        .policyRoles(roles)
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private static List<EntityKind> wantedKinds(@Nullable String filter) {
    if (filter == null) {
      return List.of(EntityKind.values());
    }
    return List.of(EntityKind.values()).stream()
        .filter(kind -> kind.capitalized().equals(filter))
        .toList();
  }

  private static List<Use> wantedUses(@Nullable String filter) {
    if (filter == null) {
      return List.of(Use.values());
    }
    return List.of(
        filter.equals(PolicyUsageType.PERMISSIONS_BOUNDARY.value())
            ? Use.BOUNDARY
            : Use.PERMISSIONS);
  }

  Unit tag(TagPolicyRequest input, Call call) {
    return change(
        call,
        input.policyArn(),
        policy -> policy.withTags(TagSets.merge(policy.tags(), input.tags(), quotas.tags())));
  }

  Unit untag(UntagPolicyRequest input, Call call) {
    return change(
        call,
        input.policyArn(),
        policy -> policy.withTags(TagSets.without(policy.tags(), input.tagKeys())));
  }

  ListPolicyTagsResponse listTags(ListPolicyTagsRequest input, Call call) {
    catalog.requireArn(input.policyArn());
    var policy =
        tables.store().read(tx -> catalog.require(tx, call.accountId(), input.policyArn()));
    var page = Pages.of(TagSets.write(policy.tags()), Tag::key, input.maxItems(), input.marker());
    return ListPolicyTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private Unit change(Call call, String arn, UnaryOperator<PolicyRecord> change) {
    return call.write(
        tx -> {
          var before = requireOwn(tx, call, arn);
          var after = change.apply(before);
          tables.policies().put(tx, IamTables.key(before.accountId(), before.name()), after);
          call.changed(tx, PolicyRecord.TYPE, after.id(), after.arn(), before, after);
          return Unit.UNIT;
        });
  }

  /**
   * A policy for a response.
   *
   * @param whole with its description and tags, which lists leave out
   */
  Policy view(ReadTx tx, String accountId, PolicyFacts policy, boolean whole) {
    var view =
        Policy.builder()
            .policyName(policy.name())
            .policyId(policy.id())
            .arn(policy.arn())
            .path(policy.path())
            .defaultVersionId(policy.defaultVersionId())
            .attachmentCount(attachments.count(tx, accountId, policy.arn(), Use.PERMISSIONS))
            .permissionsBoundaryUsageCount(
                attachments.count(tx, accountId, policy.arn(), Use.BOUNDARY))
            .isAttachable(true)
            .createDate(policy.created())
            .updateDate(policy.updated());
    if (whole) {
      view.description(policy.description()).tags(TagSets.write(policy.tags()));
    }
    return view.build();
  }
}

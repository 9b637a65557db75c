package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.EntityType;
import dev.bulwark.api.iam.GetAccountAuthorizationDetailsRequest;
import dev.bulwark.api.iam.GetAccountAuthorizationDetailsResponse;
import dev.bulwark.api.iam.GroupDetail;
import dev.bulwark.api.iam.ManagedPolicyDetail;
import dev.bulwark.api.iam.RoleDetail;
import dev.bulwark.api.iam.UserDetail;
import dev.bulwark.identity.iam.Attachments.Use;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides on permissions in an account, in one answer of many pages: users, then
 * groups, roles, the account's own policies, and those of AWS's that are in use.
 */
final class AuthorizationDetails {
  private static final List<EntityType> SECTIONS =
      List.of(
          EntityType.USER,
          EntityType.GROUP,
          EntityType.ROLE,
          EntityType.LOCAL_MANAGED_POLICY,
          EntityType.AWS_MANAGED_POLICY);

  private final IamTables tables;
  private final PolicyCatalog catalog;
  private final Attachments attachments;
  private final Views views;
  private final Groups groups;
  private final InstanceProfiles instanceProfiles;

  AuthorizationDetails(
      IamTables tables,
      PolicyCatalog catalog,
      Attachments attachments,
      Views views,
      Groups groups,
      InstanceProfiles instanceProfiles) {
    this.tables = tables;
    this.catalog = catalog;
    this.attachments = attachments;
    this.views = views;
    this.groups = groups;
    this.instanceProfiles = instanceProfiles;
  }

  GetAccountAuthorizationDetailsResponse get(
      GetAccountAuthorizationDetailsRequest input, Call call) {
    return tables.store().read(tx -> new Answer(tx, call.accountId(), input).make());
  }

  /** One row of a section: where it stands, and how it gets into the answer. */
  private record Row(String position, Runnable add) {}

  private final class Answer {
    private final ReadTx tx;
    private final String accountId;
    private final GetAccountAuthorizationDetailsRequest input;
    private final List<UserDetail> users = new ArrayList<>();
    private final List<GroupDetail> groupDetails = new ArrayList<>();
    private final List<RoleDetail> roles = new ArrayList<>();
    private final List<ManagedPolicyDetail> policies = new ArrayList<>();

    Answer(ReadTx tx, String accountId, GetAccountAuthorizationDetailsRequest input) {
      this.tx = tx;
      this.accountId = accountId;
      this.input = input;
    }

    GetAccountAuthorizationDetailsResponse make() {
      int left = Pages.most(input.maxItems());
      int section = startSection();
      var after = startPosition();
      String marker = null;
      for (; section < SECTIONS.size() && marker == null; section++) {
        if (wanted(SECTIONS.get(section))) {
          var rows = rows(SECTIONS.get(section), after, left + 1);
          for (int i = 0; i < Math.min(left, rows.size()); i++) {
            rows.get(i).add().run();
            after = rows.get(i).position();
          }
          if (rows.size() > left) {
            marker = Pages.encode(section + "\n" + (after == null ? "" : after));
          }
          left -= Math.min(left, rows.size());
        }
        after = null;
      }
      return GetAccountAuthorizationDetailsResponse.builder()
          .userDetailList(users)
          .groupDetailList(groupDetails)
          .roleDetailList(roles)
          .policies(policies)
          .isTruncated(marker != null)
          .marker(marker)
          .build();
    }

    private boolean wanted(EntityType section) {
      var filter = input.filter();
      return filter == null || filter.isEmpty() || filter.contains(section.value());
    }

    private int startSection() {
      var marker = Pages.decode(input.marker());
      if (marker == null) {
        return 0;
      }
      char first = marker.isEmpty() ? ' ' : marker.charAt(0);
      if (marker.length() < 2 || marker.charAt(1) != '\n' || first < '0' || first > '4') {
        throw IamErrors.invalidMarker(String.valueOf(input.marker()));
      }
      return first - '0';
    }

    private @Nullable String startPosition() {
      var marker = Pages.decode(input.marker());
      return marker == null || marker.length() <= 2 ? null : marker.substring(2);
    }

    private List<Row> rows(EntityType section, @Nullable String after, int limit) {
      return switch (section) {
        case USER -> scan(tables.users(), after, limit, this::add);
        case GROUP -> scan(tables.groups(), after, limit, this::add);
        case ROLE -> scan(tables.roles(), after, limit, this::add);
        case LOCAL_MANAGED_POLICY -> scan(tables.policies(), after, limit, this::add);
        case AWS_MANAGED_POLICY ->
            catalog.awsPolicies().all().stream()
                .map(PolicyFacts::arn)
                .filter(arn -> after == null || arn.compareTo(after) > 0)
                .filter(this::inUse)
                .limit(limit)
                .map(arn -> new Row(arn, () -> add(catalog.require(tx, accountId, arn))))
                .toList();
      };
    }

    private boolean inUse(String policyArn) {
      return attachments.count(tx, accountId, policyArn, Use.PERMISSIONS) > 0
          || attachments.count(tx, accountId, policyArn, Use.BOUNDARY) > 0;
    }

    private <T> List<Row> scan(Table<T> table, @Nullable String after, int limit, Consumer<T> add) {
      return table.scan(tx, Scan.prefix(Key.prefix(accountId)).after(after).limit(limit)).stream()
          .map(row -> new Row(row.key(), () -> add.accept(row.value())))
          .toList();
    }

    private void add(UserRecord user) {
      users.add(
          UserDetail.builder()
              .path(user.path())
              .userName(user.name())
              .userId(user.id())
              .arn(user.arn())
              .createDate(user.created())
              .userPolicyList(InlinePolicies.details(user))
              .groupList(groups.groupsOf(tx, user).stream().map(GroupRecord::name).toList())
              .attachedManagedPolicies(Attachments.attachedPolicies(user))
              .permissionsBoundary(Views.boundary(user.boundary()))
              .tags(TagSets.write(user.tags()))
              .build());
    }

    private void add(GroupRecord group) {
      groupDetails.add(
          GroupDetail.builder()
              .path(group.path())
              .groupName(group.name())
              .groupId(group.id())
              .arn(group.arn())
              .createDate(group.created())
              .groupPolicyList(InlinePolicies.details(group))
              .attachedManagedPolicies(Attachments.attachedPolicies(group))
              .build());
    }

    private void add(RoleRecord role) {
      roles.add(
          RoleDetail.builder()
              .path(role.path())
              .roleName(role.name())
              .roleId(role.id())
              .arn(role.arn())
              .createDate(role.created())
              .assumeRolePolicyDocument(views.trustPolicy(tx, role))
              .instanceProfileList(
                  instanceProfiles.ofRole(tx, role).stream()
                      .map(profile -> views.instanceProfile(tx, profile))
                      .toList())
              .rolePolicyList(InlinePolicies.details(role))
              .attachedManagedPolicies(Attachments.attachedPolicies(role))
              .permissionsBoundary(Views.boundary(role.boundary()))
              .tags(TagSets.write(role.tags()))
              .roleLastUsed(views.roleLastUsed(tx, role))
              .build());
    }

    private void add(PolicyRecord policy) {
      policies.add(
          ManagedPolicyDetail.builder()
              .policyName(policy.name())
              .policyId(policy.id())
              .arn(policy.arn())
              .path(policy.path())
              .defaultVersionId(policy.defaultVersionId())
              .attachmentCount(attachments.count(tx, accountId, policy.arn(), Use.PERMISSIONS))
              .permissionsBoundaryUsageCount(
                  attachments.count(tx, accountId, policy.arn(), Use.BOUNDARY))
              .isAttachable(true)
              .description(policy.description())
              .createDate(policy.created())
              .updateDate(policy.updated())
              .policyVersionList(
                  PolicyVersions.newestFirst(policy).stream()
                      .map(version -> PolicyVersions.view(policy, version))
                      .toList())
              .build());
    }
  }
}

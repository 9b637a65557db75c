package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AddUserToGroupRequest;
import dev.bulwark.api.iam.CreateGroupRequest;
import dev.bulwark.api.iam.CreateGroupResponse;
import dev.bulwark.api.iam.DeleteGroupRequest;
import dev.bulwark.api.iam.GetGroupRequest;
import dev.bulwark.api.iam.GetGroupResponse;
import dev.bulwark.api.iam.ListGroupsForUserRequest;
import dev.bulwark.api.iam.ListGroupsForUserResponse;
import dev.bulwark.api.iam.ListGroupsRequest;
import dev.bulwark.api.iam.ListGroupsResponse;
import dev.bulwark.api.iam.RemoveUserFromGroupRequest;
import dev.bulwark.api.iam.UpdateGroupRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** User groups and who is in them. */
final class Groups {
  private final IamTables tables;
  private final IamQuotas quotas;
  private final Views views;

  Groups(IamTables tables, IamQuotas quotas, Views views) {
    this.tables = tables;
    this.quotas = quotas;
    this.views = views;
  }

  CreateGroupResponse create(CreateGroupRequest input, Call call) {
    var group =
        new GroupRecord(
            call.accountId(),
            input.groupName(),
            input.path() == null ? "/" : input.path(),
            Ids.unique(Ids.Kind.AGPA),
            Times.of(call),
            List.of(),
            List.of());
    call.concerns(EntityKind.GROUP.type(), group.arn());
    return call.write(
        tx -> {
          var key = IamTables.key(group.accountId(), group.name());
          if (tables.groups().contains(tx, key)) {
            throw IamErrors.entityExists(EntityKind.GROUP, group.name());
          }
          if (tables.groups().count(tx, Key.prefix(group.accountId())) >= quotas.groups()) {
            throw IamErrors.quotaExceeded("GroupsPerAccount", quotas.groups());
          }
          tables.groups().insert(tx, key, group);
          Changes.tell(call, tx, null, group);
          return new CreateGroupResponse(views.group(group));
        });
  }

  GetGroupResponse get(GetGroupRequest input, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var group = tables.requireGroup(tx, call.accountId(), input.groupName());
              int most = Pages.most(input.maxItems());
              var rows = members(tx, group, input.marker(), most + 1);
              var page = rows.subList(0, Math.min(most, rows.size()));
              var truncated = rows.size() > most;
              return GetGroupResponse.builder()
                  .group(views.group(group))
                  .users(page.stream().map(row -> views.user(row.value())).toList())
                  .isTruncated(truncated)
                  .marker(truncated ? Pages.encode(page.getLast().cursor()) : null)
                  .build();
            });
  }

  /** Markers come from outside: one that is not of this group is refused. */
  private List<Entry<UserRecord>> members(
      ReadTx tx, GroupRecord group, @Nullable String marker, int limit) {
    var scan = Scan.equal(group.id()).after(Pages.decode(marker)).limit(limit);
    List<Entry<UserRecord>> rows;
    try {
      rows = tables.users().scanByIndex(tx, IamTables.BY_GROUP, scan);
    } catch (IllegalArgumentException e) {
      throw IamErrors.invalidMarker(String.valueOf(marker));
    }
    if (!rows.stream().allMatch(row -> row.value().groupIds().contains(group.id()))) {
      throw IamErrors.invalidMarker(String.valueOf(marker));
    }
    return rows;
  }

  ListGroupsResponse list(ListGroupsRequest input, Call call) {
    var prefix = input.pathPrefix() == null ? "/" : input.pathPrefix();
    var page =
        tables
            .store()
            .read(
                tx ->
                    Pages.scan(
                        tx,
                        tables.groups(),
                        Key.prefix(call.accountId()),
                        group -> group.path().startsWith(prefix),
                        input.maxItems(),
                        input.marker()));
    return ListGroupsResponse.builder()
        .groups(page.map(views::group))
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  Unit update(UpdateGroupRequest input, Call call) {
    return call.write(
        tx -> {
          var before = tables.requireGroup(tx, call.accountId(), input.groupName());
          var after =
              before.renamed(
                  input.newGroupName() == null ? before.name() : input.newGroupName(),
                  input.newPath() == null ? before.path() : input.newPath());
          var oldKey = IamTables.key(before.accountId(), before.name());
          var newKey = IamTables.key(after.accountId(), after.name());
          if (!newKey.equals(oldKey)) {
            if (tables.groups().contains(tx, newKey)) {
              throw IamErrors.entityExists(EntityKind.GROUP, after.name());
            }
            tables.groups().delete(tx, oldKey);
          }
          tables.groups().put(tx, newKey, after);
          Changes.tell(call, tx, before, after);
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteGroupRequest input, Call call) {
    return call.write(
        tx -> {
          var group = tables.requireGroup(tx, call.accountId(), input.groupName());
          if (tables.users().firstByIndex(tx, IamTables.BY_GROUP, group.id()) != null) {
            throw IamErrors.mustFirst("remove users from group");
          }
          if (!group.attachedPolicies().isEmpty()) {
            throw IamErrors.mustFirst("detach all policies");
          }
          if (!group.inlinePolicies().isEmpty()) {
            throw IamErrors.mustFirst("delete policies");
          }
          tables.groups().delete(tx, IamTables.key(group.accountId(), group.name()));
          Changes.tell(call, tx, group, null);
          return Unit.UNIT;
        });
  }

  Unit addUser(AddUserToGroupRequest input, Call call) {
    return call.write(
        tx -> {
          var group = tables.requireGroup(tx, call.accountId(), input.groupName());
          var user = tables.requireUser(tx, call.accountId(), input.userName());
          if (!user.groupIds().contains(group.id())) {
            if (user.groupIds().size() >= quotas.groupsPerUser()) {
              throw IamErrors.quotaExceeded("GroupsPerUser", quotas.groupsPerUser());
            }
            var ids = new ArrayList<>(user.groupIds());
            ids.add(group.id());
            var after = user.withGroups(ids);
            tables.put(tx, after);
            Changes.tell(call, tx, user, after);
          }
          return Unit.UNIT;
        });
  }

  Unit removeUser(RemoveUserFromGroupRequest input, Call call) {
    return call.write(
        tx -> {
          var group = tables.requireGroup(tx, call.accountId(), input.groupName());
          var user = tables.requireUser(tx, call.accountId(), input.userName());
          if (user.groupIds().contains(group.id())) {
            var ids = new ArrayList<>(user.groupIds());
            ids.remove(group.id());
            var after = user.withGroups(ids);
            tables.put(tx, after);
            Changes.tell(call, tx, user, after);
          }
          return Unit.UNIT;
        });
  }

  ListGroupsForUserResponse ofUser(ListGroupsForUserRequest input, Call call) {
    var groups =
        tables
            .store()
            .read(tx -> groupsOf(tx, tables.requireUser(tx, call.accountId(), input.userName())));
    var page = Pages.of(groups, GroupRecord::name, input.maxItems(), input.marker());
    return ListGroupsForUserResponse.builder()
        .groups(page.map(views::group))
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  /** The groups of a user, by name. */
  List<GroupRecord> groupsOf(ReadTx tx, UserRecord user) {
    return user.groupIds().stream()
        .map(id -> tables.groupById(tx, id))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(GroupRecord::name))
        .toList();
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AddRoleToInstanceProfileRequest;
import dev.bulwark.api.iam.CreateInstanceProfileRequest;
import dev.bulwark.api.iam.CreateInstanceProfileResponse;
import dev.bulwark.api.iam.DeleteInstanceProfileRequest;
import dev.bulwark.api.iam.GetInstanceProfileRequest;
import dev.bulwark.api.iam.GetInstanceProfileResponse;
import dev.bulwark.api.iam.ListInstanceProfileTagsRequest;
import dev.bulwark.api.iam.ListInstanceProfileTagsResponse;
import dev.bulwark.api.iam.ListInstanceProfilesForRoleRequest;
import dev.bulwark.api.iam.ListInstanceProfilesForRoleResponse;
import dev.bulwark.api.iam.ListInstanceProfilesRequest;
import dev.bulwark.api.iam.ListInstanceProfilesResponse;
import dev.bulwark.api.iam.RemoveRoleFromInstanceProfileRequest;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagInstanceProfileRequest;
import dev.bulwark.api.iam.UntagInstanceProfileRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Instance profiles: how an EC2 instance comes by its role. */
final class InstanceProfiles {
  private static final int ROLES_PER_PROFILE = 1;

  private final IamTables tables;
  private final IamQuotas quotas;
  private final Views views;

  InstanceProfiles(IamTables tables, IamQuotas quotas, Views views) {
    this.tables = tables;
    this.quotas = quotas;
    this.views = views;
  }

  CreateInstanceProfileResponse create(CreateInstanceProfileRequest input, Call call) {
    var profile =
        new InstanceProfileRecord(
            call.accountId(),
            input.instanceProfileName(),
            input.path() == null ? "/" : input.path(),
            Ids.unique(Ids.Kind.AIPA),
            Times.of(call),
            null,
            TagSets.read(input.tags(), quotas.tags()));
    call.concerns(InstanceProfileRecord.TYPE, profile.arn());
    return call.write(
        tx -> {
          var key = IamTables.key(profile.accountId(), profile.name());
          if (tables.instanceProfiles().contains(tx, key)) {
            throw IamErrors.instanceProfileExists(profile.name());
          }
          if (tables.instanceProfiles().count(tx, Key.prefix(profile.accountId()))
              >= quotas.instanceProfiles()) {
            throw IamErrors.quotaExceeded("InstanceProfilesPerAccount", quotas.instanceProfiles());
          }
          tables.instanceProfiles().insert(tx, key, profile);
          tell(call, tx, null, profile);
          return new CreateInstanceProfileResponse(views.wholeInstanceProfile(tx, profile));
        });
  }

  GetInstanceProfileResponse get(GetInstanceProfileRequest input, Call call) {
    return tables
        .store()
        .read(
            tx ->
                new GetInstanceProfileResponse(
                    views.wholeInstanceProfile(
                        tx,
                        tables.requireInstanceProfile(
                            tx, call.accountId(), input.instanceProfileName()))));
  }

  ListInstanceProfilesResponse list(ListInstanceProfilesRequest input, Call call) {
    var prefix = input.pathPrefix() == null ? "/" : input.pathPrefix();
    return tables
        .store()
        .read(
            tx -> {
              var page =
                  Pages.scan(
                      tx,
                      tables.instanceProfiles(),
                      Key.prefix(call.accountId()),
                      profile -> profile.path().startsWith(prefix),
                      input.maxItems(),
                      input.marker());
              return ListInstanceProfilesResponse.builder()
                  .instanceProfiles(page.map(profile -> views.instanceProfile(tx, profile)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  ListInstanceProfilesForRoleResponse ofRole(ListInstanceProfilesForRoleRequest input, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var role = tables.requireRole(tx, call.accountId(), input.roleName());
              var page =
                  Pages.of(
                      ofRole(tx, role),
                      InstanceProfileRecord::name,
                      input.maxItems(),
                      input.marker());
              return ListInstanceProfilesForRoleResponse.builder()
                  .instanceProfiles(page.map(profile -> views.instanceProfile(tx, profile)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  /** The instance profiles that hold a role, by name. */
  List<InstanceProfileRecord> ofRole(ReadTx tx, RoleRecord role) {
    return tables
        .instanceProfiles()
        .scanByIndex(tx, IamTables.BY_ROLE, Scan.equal(role.id()))
        .stream()
        .map(Entry::value)
        .sorted(Comparator.comparing(InstanceProfileRecord::name))
        .toList();
  }

  Unit delete(DeleteInstanceProfileRequest input, Call call) {
    return call.write(
        tx -> {
          var profile =
              tables.requireInstanceProfile(tx, call.accountId(), input.instanceProfileName());
          if (profile.roleId() != null) {
            throw IamErrors.mustFirst("remove roles from instance profile");
          }
          tables.instanceProfiles().delete(tx, IamTables.key(profile.accountId(), profile.name()));
          tell(call, tx, profile, null);
          return Unit.UNIT;
        });
  }

  Unit addRole(AddRoleToInstanceProfileRequest input, Call call) {
    return call.write(
        tx -> {
          var profile =
              tables.requireInstanceProfile(tx, call.accountId(), input.instanceProfileName());
          var role = tables.requireRole(tx, call.accountId(), input.roleName());
          Attachments.requireModifiable(role);
          if (profile.roleId() != null) {
            throw IamErrors.quotaExceeded("InstanceSessionsPerInstanceProfile", ROLES_PER_PROFILE);
          }
          store(call, tx, profile, profile.withRole(role.id()));
          return Unit.UNIT;
        });
  }

  Unit removeRole(RemoveRoleFromInstanceProfileRequest input, Call call) {
    return call.write(
        tx -> {
          var profile =
              tables.requireInstanceProfile(tx, call.accountId(), input.instanceProfileName());
          var role = tables.requireRole(tx, call.accountId(), input.roleName());
          if (!role.id().equals(profile.roleId())) {
            throw IamErrors.noEntity(EntityKind.ROLE, input.roleName());
          }
          store(call, tx, profile, profile.withRole(null));
          return Unit.UNIT;
        });
  }

  Unit tag(TagInstanceProfileRequest input, Call call) {
    return change(
        call,
        input.instanceProfileName(),
        profile -> profile.withTags(TagSets.merge(profile.tags(), input.tags(), quotas.tags())));
  }

  Unit untag(UntagInstanceProfileRequest input, Call call) {
    return change(
        call,
        input.instanceProfileName(),
        profile -> profile.withTags(TagSets.without(profile.tags(), input.tagKeys())));
  }

  ListInstanceProfileTagsResponse listTags(ListInstanceProfileTagsRequest input, Call call) {
    var profile =
        tables
            .store()
            .read(
                tx ->
                    tables.requireInstanceProfile(
                        tx, call.accountId(), input.instanceProfileName()));
    var page = Pages.of(TagSets.write(profile.tags()), Tag::key, input.maxItems(), input.marker());
    return ListInstanceProfileTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private Unit change(Call call, String name, UnaryOperator<InstanceProfileRecord> change) {
    return call.write(
        tx -> {
          var before = tables.requireInstanceProfile(tx, call.accountId(), name);
          store(call, tx, before, change.apply(before));
          return Unit.UNIT;
        });
  }

  private void store(
      Call call, WriteTx tx, InstanceProfileRecord before, InstanceProfileRecord after) {
    tables.instanceProfiles().put(tx, IamTables.key(after.accountId(), after.name()), after);
    tell(call, tx, before, after);
  }

  private static void tell(
      Call call,
      WriteTx tx,
      @Nullable InstanceProfileRecord before,
      @Nullable InstanceProfileRecord after) {
    var profile = after == null ? before : after;
    if (profile != null) {
      call.changed(tx, InstanceProfileRecord.TYPE, profile.id(), profile.arn(), before, after);
    }
  }
}

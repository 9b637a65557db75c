package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreateUserRequest;
import dev.bulwark.api.iam.CreateUserResponse;
import dev.bulwark.api.iam.DeleteUserPermissionsBoundaryRequest;
import dev.bulwark.api.iam.DeleteUserRequest;
import dev.bulwark.api.iam.GetUserRequest;
import dev.bulwark.api.iam.GetUserResponse;
import dev.bulwark.api.iam.ListUserTagsRequest;
import dev.bulwark.api.iam.ListUserTagsResponse;
import dev.bulwark.api.iam.ListUsersRequest;
import dev.bulwark.api.iam.ListUsersResponse;
import dev.bulwark.api.iam.PutUserPermissionsBoundaryRequest;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagUserRequest;
import dev.bulwark.api.iam.UntagUserRequest;
import dev.bulwark.api.iam.UpdateUserRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Table;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** IAM users. */
final class Users {
  private final IamTables tables;
  private final IamQuotas quotas;
  private final Attachments attachments;
  private final Views views;
  private final CredentialTables credentials;
  private final RootUsers rootUsers;

  Users(
      IamTables tables,
      IamQuotas quotas,
      Attachments attachments,
      Views views,
      CredentialTables credentials,
      RootUsers rootUsers) {
    this.tables = tables;
    this.quotas = quotas;
    this.attachments = attachments;
    this.views = views;
    this.credentials = credentials;
    this.rootUsers = rootUsers;
  }

  CreateUserResponse create(CreateUserRequest input, Call call) {
    var user =
        new UserRecord(
            call.accountId(),
            input.userName(),
            input.path() == null ? "/" : input.path(),
            Ids.unique(Ids.Kind.AIDA),
            Times.of(call),
            null,
            input.permissionsBoundary(),
            TagSets.read(input.tags(), quotas.tags()),
            List.of(),
            List.of(),
            List.of());
    call.concerns(EntityKind.USER.type(), user.arn());
    return call.write(
        tx -> {
          var key = IamTables.key(user.accountId(), user.name());
          if (tables.users().contains(tx, key)) {
            throw IamErrors.entityExists(EntityKind.USER, user.name());
          }
          if (tables.users().count(tx, Key.prefix(user.accountId())) >= quotas.users()) {
            throw IamErrors.quotaExceeded("UsersPerAccount", quotas.users());
          }
          attachments.setBoundary(tx, user, null, user.boundary());
          tables.users().insert(tx, key, user);
          changed(call, tx, null, user);
          return new CreateUserResponse(views.wholeUser(user));
        });
  }

  GetUserResponse get(GetUserRequest input, Call call) {
    var name = Callers.userName(call, input.userName());
    return tables
        .store()
        .read(
            tx ->
                new GetUserResponse(
                    name == null
                        ? rootUsers.view(tx, call.accountId())
                        : views.wholeUser(tables.requireUser(tx, call.accountId(), name))));
  }

  ListUsersResponse list(ListUsersRequest input, Call call) {
    var prefix = input.pathPrefix() == null ? "/" : input.pathPrefix();
    var page =
        tables
            .store()
            .read(
                tx ->
                    Pages.scan(
                        tx,
                        tables.users(),
                        Key.prefix(call.accountId()),
                        user -> user.path().startsWith(prefix),
                        input.maxItems(),
                        input.marker()));
    return ListUsersResponse.builder()
        .users(page.map(views::user))
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  Unit update(UpdateUserRequest input, Call call) {
    return call.write(
        tx -> {
          var before = tables.requireUser(tx, call.accountId(), input.userName());
          var after =
              before.renamed(
                  input.newUserName() == null ? before.name() : input.newUserName(),
                  input.newPath() == null ? before.path() : input.newPath());
          var oldKey = IamTables.key(before.accountId(), before.name());
          var newKey = IamTables.key(after.accountId(), after.name());
          if (!newKey.equals(oldKey)) {
            if (tables.users().contains(tx, newKey)) {
              throw IamErrors.entityExists(EntityKind.USER, after.name());
            }
            tables.users().delete(tx, oldKey);
          }
          tables.users().put(tx, newKey, after);
          changed(call, tx, before, after);
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteUserRequest input, Call call) {
    return call.write(
        tx -> {
          var user = tables.requireUser(tx, call.accountId(), input.userName());
          if (!user.groupIds().isEmpty()) {
            throw IamErrors.mustFirst("remove users from group");
          }
          if (!user.attachedPolicies().isEmpty()) {
            throw IamErrors.mustFirst("detach all policies");
          }
          if (!user.inlinePolicies().isEmpty()) {
            throw IamErrors.mustFirst("delete policies");
          }
          if (!tables
              .accessKeys()
              .scanByIndex(tx, IamTables.BY_USER, Scan.equal(user.id()).limit(1))
              .isEmpty()) {
            throw IamErrors.mustFirst("delete access keys");
          }
          if (tables.loginProfiles().contains(tx, user.id())) {
            throw IamErrors.mustFirst("delete login profile");
          }
          requireNoCredentials(tx, user);
          attachments.setBoundary(tx, user, user.boundary(), null);
          tables.users().delete(tx, IamTables.key(user.accountId(), user.name()));
          changed(call, tx, user, null);
          return Unit.UNIT;
        });
  }

  private void requireNoCredentials(ReadTx tx, UserRecord user) {
    requireNone(credentials.mfaDevices(), tx, user, "delete MFA device");
    requireNone(credentials.signingCertificates(), tx, user, "delete signing certificates");
    requireNone(credentials.sshKeys(), tx, user, "delete SSH public keys");
    requireNone(credentials.serviceCredentials(), tx, user, "delete service specific credentials");
  }

  private static void requireNone(Table<?> table, ReadTx tx, UserRecord user, String otherwise) {
    if (!CredentialTables.noneOf(table, tx, user.id())) {
      throw IamErrors.mustFirst(otherwise);
    }
  }

  Unit putBoundary(PutUserPermissionsBoundaryRequest input, Call call) {
    return change(
        call,
        input.userName(),
        (tx, user) -> {
          attachments.setBoundary(tx, user, user.boundary(), input.permissionsBoundary());
          return user.withBoundary(input.permissionsBoundary());
        });
  }

  Unit deleteBoundary(DeleteUserPermissionsBoundaryRequest input, Call call) {
    return change(
        call,
        input.userName(),
        (tx, user) -> {
          if (user.boundary() == null) {
            throw IamErrors.hasNoBoundary(user);
          }
          attachments.setBoundary(tx, user, user.boundary(), null);
          return user.withBoundary(null);
        });
  }

  Unit tag(TagUserRequest input, Call call) {
    return change(
        call,
        input.userName(),
        user -> user.withTags(TagSets.merge(user.tags(), input.tags(), quotas.tags())));
  }

  Unit untag(UntagUserRequest input, Call call) {
    return change(
        call,
        input.userName(),
        user -> user.withTags(TagSets.without(user.tags(), input.tagKeys())));
  }

  ListUserTagsResponse listTags(ListUserTagsRequest input, Call call) {
    var user =
        tables.store().read(tx -> tables.requireUser(tx, call.accountId(), input.userName()));
    var page = Pages.of(TagSets.write(user.tags()), Tag::key, input.maxItems(), input.marker());
    return ListUserTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  /** Makes another user of a user within a transaction. */
  private interface Change {
    UserRecord apply(WriteTx tx, UserRecord user);
  }

  private Unit change(Call call, String name, UnaryOperator<UserRecord> change) {
    return change(call, name, (tx, user) -> change.apply(user));
  }

  private Unit change(Call call, String name, Change change) {
    return call.write(
        tx -> {
          var before = tables.requireUser(tx, call.accountId(), name);
          var after = change.apply(tx, before);
          tables.put(tx, after);
          changed(call, tx, before, after);
          return Unit.UNIT;
        });
  }

  private static void changed(
      Call call, WriteTx tx, @Nullable UserRecord before, @Nullable UserRecord after) {
    Changes.tell(call, tx, before, after);
  }
}

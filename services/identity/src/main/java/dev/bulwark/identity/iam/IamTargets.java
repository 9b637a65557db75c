package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.Tag;
import dev.bulwark.base.Arn;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What IAM's operations are authorized against: the resource with its tags, and the condition keys
 * that come with it. A resource that does not exist is authorized under the ARN that it would have
 * at the path {@code /}, so that only who may see it learns that it is missing.
 */
final class IamTargets {
  private final IamTables tables;

  IamTargets(IamTables tables) {
    this.tables = tables;
  }

  /** A user; the caller where no name is given. */
  List<Permission> user(String action, Call call, @Nullable String name) {
    return user(action, call, name, IamKeys.none());
  }

  List<Permission> user(String action, Call call, @Nullable String name, IamKeys keys) {
    var userName = Callers.userName(call, name);
    if (userName == null) {
      return List.of(
          Permission.of(action, Resource.of("arn:aws:iam::" + call.accountId() + ":root")));
    }
    return entity(action, call, EntityKind.USER, userName, keys);
  }

  List<Permission> group(String action, Call call, String name) {
    return entity(action, call, EntityKind.GROUP, name, IamKeys.none());
  }

  List<Permission> group(String action, Call call, String name, IamKeys keys) {
    return entity(action, call, EntityKind.GROUP, name, keys);
  }

  List<Permission> role(String action, Call call, String name) {
    return entity(action, call, EntityKind.ROLE, name, IamKeys.none());
  }

  List<Permission> role(String action, Call call, String name, IamKeys keys) {
    return entity(action, call, EntityKind.ROLE, name, keys);
  }

  private List<Permission> entity(
      String action, Call call, EntityKind kind, String name, IamKeys keys) {
    var entity = find(call, kind, name);
    return List.of(
        new Permission(
            action, resource(call, kind, name, entity), keys.resourceTags(tags(entity)).build()));
  }

  /** A user whose permissions change: its boundary counts too. */
  List<Permission> bounded(String action, Call call, EntityKind kind, String name, IamKeys keys) {
    var entity = find(call, kind, name);
    return List.of(
        new Permission(
            action,
            resource(call, kind, name, entity),
            keys.boundary(boundary(entity)).resourceTags(tags(entity)).build()));
  }

  /** A role whose boundary counts too. */
  List<Permission> boundedRole(String action, Call call, String name) {
    return bounded(action, call, EntityKind.ROLE, name, IamKeys.none());
  }

  /** The user, group, role or policy that an ARN names, whether or not it is there. */
  List<Permission> arn(String action, Call call, String arn) {
    var parsed = EntityPolicies.parse(arn);
    if (parsed == null || !parsed.account().equals(call.accountId())) {
      return policy(action, arn);
    }
    var kind = EntityKind.valueOf(parsed.resourceType().toUpperCase(Locale.ROOT));
    var entity = find(call, kind, parsed.resourceName());
    var tags = tags(entity);
    return List.of(
        new Permission(
            action, Resource.of(arn).withTags(tags), IamKeys.none().resourceTags(tags).build()));
  }

  private static Resource resource(
      Call call, EntityKind kind, String name, @Nullable Entity entity) {
    return entity == null
        ? Resource.of(kind.arn(call.accountId(), "/", name))
        : Resource.of(entity.arn()).withTags(tags(entity));
  }

  private @Nullable Entity find(Call call, EntityKind kind, String name) {
    var key = IamTables.key(call.accountId(), name);
    return switch (kind) {
      case USER -> tables.users().get(key);
      case GROUP -> tables.groups().get(key);
      case ROLE -> tables.roles().get(key);
    };
  }

  private static @Nullable String boundary(@Nullable Entity entity) {
    return switch (entity) {
      case UserRecord user -> user.boundary();
      case RoleRecord role -> role.boundary();
      case GroupRecord group -> null;
      case null -> null;
    };
  }

  private static Map<String, String> tags(@Nullable Entity entity) {
    return switch (entity) {
      case UserRecord user -> user.tags();
      case RoleRecord role -> role.tags();
      case GroupRecord group -> Map.of();
      case null -> Map.of();
    };
  }

  /** A user, group or role that is to be, with the tags of the request. */
  List<Permission> newEntity(
      String action,
      Call call,
      EntityKind kind,
      @Nullable String path,
      String name,
      @Nullable String boundary,
      @Nullable List<Tag> tags) {
    return List.of(
        new Permission(
            action,
            Resource.of(kind.arn(call.accountId(), path == null ? "/" : path, name)),
            IamKeys.none().boundary(boundary).requestTags(tags).build()));
  }

  /** A user or group that gets another name or path: the caller must be allowed to change both. */
  List<Permission> renamed(
      String action,
      Call call,
      EntityKind kind,
      String name,
      @Nullable String newPath,
      @Nullable String newName) {
    var before = entity(action, call, kind, name, IamKeys.none()).getFirst();
    var entity = find(call, kind, name);
    var path = newPath != null ? newPath : entity == null ? "/" : entity.path();
    var after = kind.arn(call.accountId(), path, newName == null ? name : newName);
    return after.equals(before.resource().arn())
        ? List.of(before)
        : List.of(before, Permission.of(action, Resource.of(after)));
  }

  /** All users, groups, roles or instance profiles of a path. */
  static Resource all(Call call, String type, @Nullable String pathPrefix) {
    return Resource.of(
        "arn:aws:iam::" + call.accountId() + ":" + type + (pathPrefix == null ? "/" : pathPrefix));
  }

  List<Permission> policy(String action, String policyArn) {
    return policy(action, policyArn, IamKeys.none());
  }

  List<Permission> policy(String action, String policyArn, IamKeys keys) {
    var arn = Arn.tryParse(policyArn);
    var own =
        arn.isEmpty()
            ? null
            : tables.policies().get(IamTables.key(arn.get().account(), arn.get().resourceName()));
    var tags = own != null && own.arn().equals(policyArn) ? own.tags() : Map.<String, String>of();
    return List.of(
        new Permission(
            action, Resource.of(policyArn).withTags(tags), keys.resourceTags(tags).build()));
  }

  List<Permission> newPolicy(
      Call call, @Nullable String path, String name, @Nullable List<Tag> tags) {
    return List.of(
        new Permission(
            "iam:CreatePolicy",
            Resource.of(PolicyRecord.arn(call.accountId(), path == null ? "/" : path, name)),
            IamKeys.none().requestTags(tags).build()));
  }

  List<Permission> instanceProfile(String action, Call call, String name) {
    return instanceProfile(action, call, name, IamKeys.none());
  }

  List<Permission> instanceProfile(String action, Call call, String name, IamKeys keys) {
    var profile = tables.instanceProfiles().get(IamTables.key(call.accountId(), name));
    var tags = profile == null ? Map.<String, String>of() : profile.tags();
    var arn =
        profile == null ? InstanceProfileRecord.arn(call.accountId(), "/", name) : profile.arn();
    return List.of(
        new Permission(action, Resource.of(arn).withTags(tags), keys.resourceTags(tags).build()));
  }

  List<Permission> newInstanceProfile(
      Call call, @Nullable String path, String name, @Nullable List<Tag> tags) {
    return List.of(
        new Permission(
            "iam:CreateInstanceProfile",
            Resource.of(
                InstanceProfileRecord.arn(call.accountId(), path == null ? "/" : path, name)),
            IamKeys.none().requestTags(tags).build()));
  }

  /** Who puts a role into an instance profile passes it to EC2. */
  List<Permission> passedRole(Call call, String profileName, String roleName) {
    var profile = instanceProfile("iam:AddRoleToInstanceProfile", call, profileName).getFirst();
    var role =
        role("iam:PassRole", call, roleName, IamKeys.none().passedTo("ec2.amazonaws.com"))
            .getFirst();
    return List.of(profile, role);
  }

  /** The user that an access key belongs to; any where the account has no such key. */
  List<Permission> ownerOf(String action, Call call, String accessKeyId) {
    var key = tables.accessKeys().get(accessKeyId);
    if (key == null || key.ofRoot() || !key.accountId().equals(call.accountId())) {
      return List.of(new Permission(action, Resource.ANY, Context.EMPTY));
    }
    var user = tables.store().read(tx -> tables.userById(tx, key.userId()));
    return user.isEmpty()
        ? List.of(new Permission(action, Resource.ANY, Context.EMPTY))
        : user(action, call, user.get().name());
  }
}

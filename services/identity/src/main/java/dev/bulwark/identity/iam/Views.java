package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AttachedPermissionsBoundary;
import dev.bulwark.api.iam.Group;
import dev.bulwark.api.iam.InstanceProfile;
import dev.bulwark.api.iam.Role;
import dev.bulwark.api.iam.RoleLastUsed;
import dev.bulwark.api.iam.User;
import dev.bulwark.state.ReadTx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stored records as the API shows them. */
final class Views {
  private final IamTables tables;
  private final LastUsed lastUsed;

  Views(IamTables tables, LastUsed lastUsed) {
    this.tables = tables;
    this.lastUsed = lastUsed;
  }

  /** As lists show it. */
  User user(UserRecord user) {
    return User.builder()
        .path(user.path())
        .userName(user.name())
        .userId(user.id())
        .arn(user.arn())
        .createDate(user.created())
        .passwordLastUsed(user.passwordLastUsed())
        .build();
  }

  /** With everything. */
  User wholeUser(UserRecord user) {
    return user(user).toBuilder()
        .permissionsBoundary(boundary(user.boundary()))
        .tags(TagSets.writeOrNull(user.tags()))
        .build();
  }

  Group group(GroupRecord group) {
    return Group.builder()
        .path(group.path())
        .groupName(group.name())
        .groupId(group.id())
        .arn(group.arn())
        .createDate(group.created())
        .build();
  }

  /** As lists show it. */
  Role role(ReadTx tx, RoleRecord role) {
    return Role.builder()
        .path(role.path())
        .roleName(role.name())
        .roleId(role.id())
        .arn(role.arn())
        .createDate(role.created())
        .assumeRolePolicyDocument(trustPolicy(tx, role))
        .description(role.description())
        .maxSessionDuration(role.maxSessionDuration())
        .build();
  }

  /** With everything. */
  Role wholeRole(ReadTx tx, RoleRecord role) {
    return role(tx, role).toBuilder()
        .permissionsBoundary(boundary(role.boundary()))
        .tags(TagSets.writeOrNull(role.tags()))
        .roleLastUsed(roleLastUsed(tx, role))
        .build();
  }

  /** A role's trust policy for a response. */
  String trustPolicy(ReadTx tx, RoleRecord role) {
    return PolicyDocuments.encode(
        TrustPolicies.show(role.trustPolicy(), new PrincipalDirectory(tables, tx)));
  }

  RoleLastUsed roleLastUsed(ReadTx tx, RoleRecord role) {
    var use = lastUsed.ofRole(tx, role.id());
    return use == null
        ? RoleLastUsed.builder().build()
        : RoleLastUsed.builder().lastUsedDate(use.time()).region(use.region()).build();
  }

  InstanceProfile instanceProfile(ReadTx tx, InstanceProfileRecord profile) {
    var roleId = profile.roleId();
    List<Role> roles =
        roleId == null
            ? List.of()
            : tables.roleById(tx, roleId).map(role -> List.of(role(tx, role))).orElse(List.of());
    return InstanceProfile.builder()
        .path(profile.path())
        .instanceProfileName(profile.name())
        .instanceProfileId(profile.id())
        .arn(profile.arn())
        .createDate(profile.created())
        .roles(roles)
        .build();
  }

  InstanceProfile wholeInstanceProfile(ReadTx tx, InstanceProfileRecord profile) {
    return instanceProfile(tx, profile).toBuilder()
        .tags(TagSets.writeOrNull(profile.tags()))
        .build();
  }

  static @Nullable AttachedPermissionsBoundary boundary(@Nullable String policyArn) {
    return policyArn == null
        ? null
        : AttachedPermissionsBoundary.builder()
            .permissionsBoundaryType("Policy")
            .permissionsBoundaryArn(policyArn)
            .build();
  }
}

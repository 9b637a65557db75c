package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;
import java.time.Instant;

/**
 * AWS Identity and Access Management.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/">IAM API reference</a>
 */
public final class IamService implements Service {
  private final IamTargets at;
  private final Users users;
  private final Groups groups;
  private final Roles roles;
  private final InstanceProfiles instanceProfiles;
  private final AccessKeys accessKeys;
  private final ManagedPolicies policies;
  private final PolicyVersions versions;
  private final Attachments attachments;
  private final InlinePolicies inline;
  private final ServiceTable table;

  /**
   * The service over its tables.
   *
   * @param accountCreated when the installation came to be: the age of its root user
   */
  public IamService(
      IamTables tables,
      AwsManagedPolicies awsPolicies,
      IamQuotas quotas,
      Sealer sealer,
      LastUsed lastUsed,
      Instant accountCreated) {
    var catalog = new PolicyCatalog(tables, awsPolicies);
    var views = new Views(tables, lastUsed);
    at = new IamTargets(tables);
    attachments = new Attachments(tables, quotas, catalog);
    users = new Users(tables, quotas, attachments, views, accountCreated);
    groups = new Groups(tables, quotas, views);
    roles = new Roles(tables, quotas, attachments, views);
    instanceProfiles = new InstanceProfiles(tables, quotas, views);
    accessKeys = new AccessKeys(tables, quotas, sealer, lastUsed);
    policies = new ManagedPolicies(tables, quotas, catalog, attachments);
    versions = new PolicyVersions(tables, quotas, catalog, policies);
    inline = new InlinePolicies(tables, quotas, attachments);
    var lines = ServiceTable.of(IamApi.MODEL);
    addUsers(lines);
    addAccessKeys(lines);
    addGroups(lines);
    addRoles(lines);
    addInstanceProfiles(lines);
    addManagedPolicies(lines);
    addInlinePolicies(lines);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  private void addUsers(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_USER)
        .permissions(
            (in, call) ->
                at.newEntity(
                    "iam:CreateUser",
                    call,
                    EntityKind.USER,
                    in.path(),
                    in.userName(),
                    in.permissionsBoundary(),
                    in.tags()))
        .handle(users::create);
    lines
        .on(IamApi.GET_USER)
        .permissions((in, call) -> at.user("iam:GetUser", call, in.userName()))
        .handle(users::get);
    lines
        .on(IamApi.LIST_USERS)
        .action("iam:ListUsers")
        .resource((in, call) -> IamTargets.all(call, "user", in.pathPrefix()))
        .handle(users::list);
    lines
        .on(IamApi.UPDATE_USER)
        .permissions(
            (in, call) ->
                at.renamed(
                    "iam:UpdateUser",
                    call,
                    EntityKind.USER,
                    in.userName(),
                    in.newPath(),
                    in.newUserName()))
        .handle(users::update);
    lines
        .on(IamApi.DELETE_USER)
        .permissions((in, call) -> at.user("iam:DeleteUser", call, in.userName()))
        .handle(users::delete);
    lines
        .on(IamApi.PUT_USER_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                at.user(
                    "iam:PutUserPermissionsBoundary",
                    call,
                    in.userName(),
                    IamKeys.none().boundary(in.permissionsBoundary())))
        .handle(users::putBoundary);
    lines
        .on(IamApi.DELETE_USER_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DeleteUserPermissionsBoundary",
                    call,
                    EntityKind.USER,
                    in.userName(),
                    IamKeys.none()))
        .handle(users::deleteBoundary);
    lines
        .on(IamApi.TAG_USER)
        .permissions(
            (in, call) ->
                at.user("iam:TagUser", call, in.userName(), IamKeys.none().requestTags(in.tags())))
        .handle(users::tag);
    lines
        .on(IamApi.UNTAG_USER)
        .permissions(
            (in, call) ->
                at.user("iam:UntagUser", call, in.userName(), IamKeys.none().tagKeys(in.tagKeys())))
        .handle(users::untag);
    lines
        .on(IamApi.LIST_USER_TAGS)
        .permissions((in, call) -> at.user("iam:ListUserTags", call, in.userName()))
        .handle(users::listTags);
  }

  private void addAccessKeys(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_ACCESS_KEY)
        .permissions((in, call) -> at.user("iam:CreateAccessKey", call, in.userName()))
        .handle(accessKeys::create);
    lines
        .on(IamApi.LIST_ACCESS_KEYS)
        .permissions((in, call) -> at.user("iam:ListAccessKeys", call, in.userName()))
        .handle(accessKeys::list);
    lines
        .on(IamApi.UPDATE_ACCESS_KEY)
        .permissions((in, call) -> at.user("iam:UpdateAccessKey", call, in.userName()))
        .handle(accessKeys::update);
    lines
        .on(IamApi.DELETE_ACCESS_KEY)
        .permissions((in, call) -> at.user("iam:DeleteAccessKey", call, in.userName()))
        .handle(accessKeys::delete);
    lines
        .on(IamApi.GET_ACCESS_KEY_LAST_USED)
        .permissions((in, call) -> at.ownerOf("iam:GetAccessKeyLastUsed", call, in.accessKeyId()))
        .handle(accessKeys::lastUsed);
  }

  private void addGroups(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_GROUP)
        .permissions(
            (in, call) ->
                at.newEntity(
                    "iam:CreateGroup",
                    call,
                    EntityKind.GROUP,
                    in.path(),
                    in.groupName(),
                    null,
                    null))
        .handle(groups::create);
    lines
        .on(IamApi.GET_GROUP)
        .permissions((in, call) -> at.group("iam:GetGroup", call, in.groupName()))
        .handle(groups::get);
    lines
        .on(IamApi.LIST_GROUPS)
        .action("iam:ListGroups")
        .resource((in, call) -> IamTargets.all(call, "group", in.pathPrefix()))
        .handle(groups::list);
    lines
        .on(IamApi.UPDATE_GROUP)
        .permissions(
            (in, call) ->
                at.renamed(
                    "iam:UpdateGroup",
                    call,
                    EntityKind.GROUP,
                    in.groupName(),
                    in.newPath(),
                    in.newGroupName()))
        .handle(groups::update);
    lines
        .on(IamApi.DELETE_GROUP)
        .permissions((in, call) -> at.group("iam:DeleteGroup", call, in.groupName()))
        .handle(groups::delete);
    lines
        .on(IamApi.ADD_USER_TO_GROUP)
        .permissions((in, call) -> at.group("iam:AddUserToGroup", call, in.groupName()))
        .handle(groups::addUser);
    lines
        .on(IamApi.REMOVE_USER_FROM_GROUP)
        .permissions((in, call) -> at.group("iam:RemoveUserFromGroup", call, in.groupName()))
        .handle(groups::removeUser);
    lines
        .on(IamApi.LIST_GROUPS_FOR_USER)
        .permissions((in, call) -> at.user("iam:ListGroupsForUser", call, in.userName()))
        .handle(groups::ofUser);
  }

  private void addRoles(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_ROLE)
        .permissions(
            (in, call) ->
                at.newEntity(
                    "iam:CreateRole",
                    call,
                    EntityKind.ROLE,
                    in.path(),
                    in.roleName(),
                    in.permissionsBoundary(),
                    in.tags()))
        .handle(roles::create);
    lines
        .on(IamApi.GET_ROLE)
        .permissions((in, call) -> at.role("iam:GetRole", call, in.roleName()))
        .handle(roles::get);
    lines
        .on(IamApi.LIST_ROLES)
        .action("iam:ListRoles")
        .resource((in, call) -> IamTargets.all(call, "role", in.pathPrefix()))
        .handle(roles::list);
    lines
        .on(IamApi.UPDATE_ROLE)
        .permissions((in, call) -> at.role("iam:UpdateRole", call, in.roleName()))
        .handle(roles::update);
    lines
        .on(IamApi.UPDATE_ROLE_DESCRIPTION)
        .permissions((in, call) -> at.role("iam:UpdateRoleDescription", call, in.roleName()))
        .handle(roles::updateDescription);
    lines
        .on(IamApi.UPDATE_ASSUME_ROLE_POLICY)
        .permissions((in, call) -> at.role("iam:UpdateAssumeRolePolicy", call, in.roleName()))
        .handle(roles::updateTrustPolicy);
    lines
        .on(IamApi.DELETE_ROLE)
        .permissions((in, call) -> at.role("iam:DeleteRole", call, in.roleName()))
        .handle(roles::delete);
    lines
        .on(IamApi.PUT_ROLE_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                at.role(
                    "iam:PutRolePermissionsBoundary",
                    call,
                    in.roleName(),
                    IamKeys.none().boundary(in.permissionsBoundary())))
        .handle(roles::putBoundary);
    lines
        .on(IamApi.DELETE_ROLE_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DeleteRolePermissionsBoundary",
                    call,
                    EntityKind.ROLE,
                    in.roleName(),
                    IamKeys.none()))
        .handle(roles::deleteBoundary);
    lines
        .on(IamApi.TAG_ROLE)
        .permissions(
            (in, call) ->
                at.role("iam:TagRole", call, in.roleName(), IamKeys.none().requestTags(in.tags())))
        .handle(roles::tag);
    lines
        .on(IamApi.UNTAG_ROLE)
        .permissions(
            (in, call) ->
                at.role("iam:UntagRole", call, in.roleName(), IamKeys.none().tagKeys(in.tagKeys())))
        .handle(roles::untag);
    lines
        .on(IamApi.LIST_ROLE_TAGS)
        .permissions((in, call) -> at.role("iam:ListRoleTags", call, in.roleName()))
        .handle(roles::listTags);
  }

  private void addInstanceProfiles(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                at.newInstanceProfile(call, in.path(), in.instanceProfileName(), in.tags()))
        .handle(instanceProfiles::create);
    lines
        .on(IamApi.GET_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                at.instanceProfile("iam:GetInstanceProfile", call, in.instanceProfileName()))
        .handle(instanceProfiles::get);
    lines
        .on(IamApi.LIST_INSTANCE_PROFILES)
        .action("iam:ListInstanceProfiles")
        .resource((in, call) -> IamTargets.all(call, "instance-profile", in.pathPrefix()))
        .handle(instanceProfiles::list);
    lines
        .on(IamApi.LIST_INSTANCE_PROFILES_FOR_ROLE)
        .permissions((in, call) -> at.role("iam:ListInstanceProfilesForRole", call, in.roleName()))
        .handle(instanceProfiles::ofRole);
    lines
        .on(IamApi.DELETE_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                at.instanceProfile("iam:DeleteInstanceProfile", call, in.instanceProfileName()))
        .handle(instanceProfiles::delete);
    lines
        .on(IamApi.ADD_ROLE_TO_INSTANCE_PROFILE)
        .permissions((in, call) -> at.passedRole(call, in.instanceProfileName(), in.roleName()))
        .handle(instanceProfiles::addRole);
    lines
        .on(IamApi.REMOVE_ROLE_FROM_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                at.instanceProfile(
                    "iam:RemoveRoleFromInstanceProfile", call, in.instanceProfileName()))
        .handle(instanceProfiles::removeRole);
    lines
        .on(IamApi.TAG_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                at.instanceProfile(
                    "iam:TagInstanceProfile",
                    call,
                    in.instanceProfileName(),
                    IamKeys.none().requestTags(in.tags())))
        .handle(instanceProfiles::tag);
    lines
        .on(IamApi.UNTAG_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                at.instanceProfile(
                    "iam:UntagInstanceProfile",
                    call,
                    in.instanceProfileName(),
                    IamKeys.none().tagKeys(in.tagKeys())))
        .handle(instanceProfiles::untag);
    lines
        .on(IamApi.LIST_INSTANCE_PROFILE_TAGS)
        .permissions(
            (in, call) ->
                at.instanceProfile("iam:ListInstanceProfileTags", call, in.instanceProfileName()))
        .handle(instanceProfiles::listTags);
  }

  private void addManagedPolicies(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_POLICY)
        .permissions((in, call) -> at.newPolicy(call, in.path(), in.policyName(), in.tags()))
        .handle(policies::create);
    lines
        .on(IamApi.GET_POLICY)
        .permissions((in, call) -> at.policy("iam:GetPolicy", in.policyArn()))
        .handle(policies::get);
    lines
        .on(IamApi.LIST_POLICIES)
        .action("iam:ListPolicies")
        .resource((in, call) -> IamTargets.all(call, "policy", in.pathPrefix()))
        .handle(policies::list);
    lines
        .on(IamApi.LIST_ENTITIES_FOR_POLICY)
        .permissions((in, call) -> at.policy("iam:ListEntitiesForPolicy", in.policyArn()))
        .handle(policies::entities);
    lines
        .on(IamApi.DELETE_POLICY)
        .permissions((in, call) -> at.policy("iam:DeletePolicy", in.policyArn()))
        .handle(policies::delete);
    lines
        .on(IamApi.TAG_POLICY)
        .permissions(
            (in, call) ->
                at.policy("iam:TagPolicy", in.policyArn(), IamKeys.none().requestTags(in.tags())))
        .handle(policies::tag);
    lines
        .on(IamApi.UNTAG_POLICY)
        .permissions(
            (in, call) ->
                at.policy("iam:UntagPolicy", in.policyArn(), IamKeys.none().tagKeys(in.tagKeys())))
        .handle(policies::untag);
    lines
        .on(IamApi.LIST_POLICY_TAGS)
        .permissions((in, call) -> at.policy("iam:ListPolicyTags", in.policyArn()))
        .handle(policies::listTags);
    lines
        .on(IamApi.CREATE_POLICY_VERSION)
        .permissions((in, call) -> at.policy("iam:CreatePolicyVersion", in.policyArn()))
        .handle(versions::create);
    lines
        .on(IamApi.GET_POLICY_VERSION)
        .permissions((in, call) -> at.policy("iam:GetPolicyVersion", in.policyArn()))
        .handle(versions::get);
    lines
        .on(IamApi.LIST_POLICY_VERSIONS)
        .permissions((in, call) -> at.policy("iam:ListPolicyVersions", in.policyArn()))
        .handle(versions::list);
    lines
        .on(IamApi.SET_DEFAULT_POLICY_VERSION)
        .permissions((in, call) -> at.policy("iam:SetDefaultPolicyVersion", in.policyArn()))
        .handle(versions::setDefault);
    lines
        .on(IamApi.DELETE_POLICY_VERSION)
        .permissions((in, call) -> at.policy("iam:DeletePolicyVersion", in.policyArn()))
        .handle(versions::delete);
    lines
        .on(IamApi.ATTACH_USER_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:AttachUserPolicy",
                    call,
                    EntityKind.USER,
                    in.userName(),
                    IamKeys.none().policyArn(in.policyArn())))
        .handle(attachments::attachToUser);
    lines
        .on(IamApi.DETACH_USER_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DetachUserPolicy",
                    call,
                    EntityKind.USER,
                    in.userName(),
                    IamKeys.none().policyArn(in.policyArn())))
        .handle(attachments::detachFromUser);
    lines
        .on(IamApi.LIST_ATTACHED_USER_POLICIES)
        .permissions((in, call) -> at.user("iam:ListAttachedUserPolicies", call, in.userName()))
        .handle(attachments::ofUser);
    lines
        .on(IamApi.ATTACH_GROUP_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:AttachGroupPolicy",
                    call,
                    EntityKind.GROUP,
                    in.groupName(),
                    IamKeys.none().policyArn(in.policyArn())))
        .handle(attachments::attachToGroup);
    lines
        .on(IamApi.DETACH_GROUP_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DetachGroupPolicy",
                    call,
                    EntityKind.GROUP,
                    in.groupName(),
                    IamKeys.none().policyArn(in.policyArn())))
        .handle(attachments::detachFromGroup);
    lines
        .on(IamApi.LIST_ATTACHED_GROUP_POLICIES)
        .permissions((in, call) -> at.group("iam:ListAttachedGroupPolicies", call, in.groupName()))
        .handle(attachments::ofGroup);
    lines
        .on(IamApi.ATTACH_ROLE_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:AttachRolePolicy",
                    call,
                    EntityKind.ROLE,
                    in.roleName(),
                    IamKeys.none().policyArn(in.policyArn())))
        .handle(attachments::attachToRole);
    lines
        .on(IamApi.DETACH_ROLE_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DetachRolePolicy",
                    call,
                    EntityKind.ROLE,
                    in.roleName(),
                    IamKeys.none().policyArn(in.policyArn())))
        .handle(attachments::detachFromRole);
    lines
        .on(IamApi.LIST_ATTACHED_ROLE_POLICIES)
        .permissions((in, call) -> at.role("iam:ListAttachedRolePolicies", call, in.roleName()))
        .handle(attachments::ofRole);
  }

  private void addInlinePolicies(ServiceTable.Builder lines) {
    lines
        .on(IamApi.PUT_USER_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:PutUserPolicy", call, EntityKind.USER, in.userName(), IamKeys.none()))
        .handle(inline::putOnUser);
    lines
        .on(IamApi.DELETE_USER_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DeleteUserPolicy", call, EntityKind.USER, in.userName(), IamKeys.none()))
        .handle(inline::deleteFromUser);
    lines
        .on(IamApi.GET_USER_POLICY)
        .permissions((in, call) -> at.user("iam:GetUserPolicy", call, in.userName()))
        .handle(inline::ofUser);
    lines
        .on(IamApi.LIST_USER_POLICIES)
        .permissions((in, call) -> at.user("iam:ListUserPolicies", call, in.userName()))
        .handle(inline::listOfUser);
    lines
        .on(IamApi.PUT_GROUP_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:PutGroupPolicy", call, EntityKind.GROUP, in.groupName(), IamKeys.none()))
        .handle(inline::putOnGroup);
    lines
        .on(IamApi.DELETE_GROUP_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DeleteGroupPolicy",
                    call,
                    EntityKind.GROUP,
                    in.groupName(),
                    IamKeys.none()))
        .handle(inline::deleteFromGroup);
    lines
        .on(IamApi.GET_GROUP_POLICY)
        .permissions((in, call) -> at.group("iam:GetGroupPolicy", call, in.groupName()))
        .handle(inline::ofGroup);
    lines
        .on(IamApi.LIST_GROUP_POLICIES)
        .permissions((in, call) -> at.group("iam:ListGroupPolicies", call, in.groupName()))
        .handle(inline::listOfGroup);
    lines
        .on(IamApi.PUT_ROLE_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:PutRolePolicy", call, EntityKind.ROLE, in.roleName(), IamKeys.none()))
        .handle(inline::putOnRole);
    lines
        .on(IamApi.DELETE_ROLE_POLICY)
        .permissions(
            (in, call) ->
                at.bounded(
                    "iam:DeleteRolePolicy", call, EntityKind.ROLE, in.roleName(), IamKeys.none()))
        .handle(inline::deleteFromRole);
    lines
        .on(IamApi.GET_ROLE_POLICY)
        .permissions((in, call) -> at.role("iam:GetRolePolicy", call, in.roleName()))
        .handle(inline::ofRole);
    lines
        .on(IamApi.LIST_ROLE_POLICIES)
        .permissions((in, call) -> at.role("iam:ListRolePolicies", call, in.roleName()))
        .handle(inline::listOfRole);
  }
}

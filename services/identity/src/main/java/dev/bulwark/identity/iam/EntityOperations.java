package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.ServiceTable;

/** The lines of the table that are about users, groups, roles and the account. */
final class EntityOperations {
  private final IamHandlers handlers;

  EntityOperations(IamHandlers handlers) {
    this.handlers = handlers;
  }

  void addTo(ServiceTable.Builder lines) {
    addUsers(lines);
    addAccessKeys(lines);
    addGroups(lines);
    addRoles(lines);
    addInstanceProfiles(lines);
    addPasswords(lines);
    addAccount(lines);
  }

  private void addUsers(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_USER)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .newEntity(
                        "iam:CreateUser",
                        call,
                        EntityKind.USER,
                        in.path(),
                        in.userName(),
                        in.permissionsBoundary(),
                        in.tags()))
        .handle(handlers.users()::create);
    lines
        .on(IamApi.GET_USER)
        .permissions((in, call) -> handlers.at().user("iam:GetUser", call, in.userName()))
        .handle(handlers.users()::get);
    lines
        .on(IamApi.LIST_USERS)
        .action("iam:ListUsers")
        .resource((in, call) -> IamTargets.all(call, "user", in.pathPrefix()))
        .handle(handlers.users()::list);
    lines
        .on(IamApi.UPDATE_USER)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .renamed(
                        "iam:UpdateUser",
                        call,
                        EntityKind.USER,
                        in.userName(),
                        in.newPath(),
                        in.newUserName()))
        .handle(handlers.users()::update);
    lines
        .on(IamApi.DELETE_USER)
        .permissions((in, call) -> handlers.at().user("iam:DeleteUser", call, in.userName()))
        .handle(handlers.users()::delete);
    lines
        .on(IamApi.PUT_USER_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .user(
                        "iam:PutUserPermissionsBoundary",
                        call,
                        in.userName(),
                        IamKeys.none().boundary(in.permissionsBoundary())))
        .handle(handlers.users()::putBoundary);
    lines
        .on(IamApi.DELETE_USER_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DeleteUserPermissionsBoundary",
                        call,
                        EntityKind.USER,
                        in.userName(),
                        IamKeys.none()))
        .handle(handlers.users()::deleteBoundary);
    lines
        .on(IamApi.TAG_USER)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .user(
                        "iam:TagUser", call, in.userName(), IamKeys.none().requestTags(in.tags())))
        .handle(handlers.users()::tag);
    lines
        .on(IamApi.UNTAG_USER)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .user(
                        "iam:UntagUser", call, in.userName(), IamKeys.none().tagKeys(in.tagKeys())))
        .handle(handlers.users()::untag);
    lines
        .on(IamApi.LIST_USER_TAGS)
        .permissions((in, call) -> handlers.at().user("iam:ListUserTags", call, in.userName()))
        .handle(handlers.users()::listTags);
  }

  private void addAccessKeys(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_ACCESS_KEY)
        .permissions((in, call) -> handlers.at().user("iam:CreateAccessKey", call, in.userName()))
        .handle(handlers.accessKeys()::create);
    lines
        .on(IamApi.LIST_ACCESS_KEYS)
        .permissions((in, call) -> handlers.at().user("iam:ListAccessKeys", call, in.userName()))
        .handle(handlers.accessKeys()::list);
    lines
        .on(IamApi.UPDATE_ACCESS_KEY)
        .permissions((in, call) -> handlers.at().user("iam:UpdateAccessKey", call, in.userName()))
        .handle(handlers.accessKeys()::update);
    lines
        .on(IamApi.DELETE_ACCESS_KEY)
        .permissions((in, call) -> handlers.at().user("iam:DeleteAccessKey", call, in.userName()))
        .handle(handlers.accessKeys()::delete);
    lines
        .on(IamApi.GET_ACCESS_KEY_LAST_USED)
        .permissions(
            (in, call) -> handlers.at().ownerOf("iam:GetAccessKeyLastUsed", call, in.accessKeyId()))
        .handle(handlers.accessKeys()::lastUsed);
  }

  private void addGroups(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_GROUP)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .newEntity(
                        "iam:CreateGroup",
                        call,
                        EntityKind.GROUP,
                        in.path(),
                        in.groupName(),
                        null,
                        null))
        .handle(handlers.groups()::create);
    lines
        .on(IamApi.GET_GROUP)
        .permissions((in, call) -> handlers.at().group("iam:GetGroup", call, in.groupName()))
        .handle(handlers.groups()::get);
    lines
        .on(IamApi.LIST_GROUPS)
        .action("iam:ListGroups")
        .resource((in, call) -> IamTargets.all(call, "group", in.pathPrefix()))
        .handle(handlers.groups()::list);
    lines
        .on(IamApi.UPDATE_GROUP)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .renamed(
                        "iam:UpdateGroup",
                        call,
                        EntityKind.GROUP,
                        in.groupName(),
                        in.newPath(),
                        in.newGroupName()))
        .handle(handlers.groups()::update);
    lines
        .on(IamApi.DELETE_GROUP)
        .permissions((in, call) -> handlers.at().group("iam:DeleteGroup", call, in.groupName()))
        .handle(handlers.groups()::delete);
    lines
        .on(IamApi.ADD_USER_TO_GROUP)
        .permissions((in, call) -> handlers.at().group("iam:AddUserToGroup", call, in.groupName()))
        .handle(handlers.groups()::addUser);
    lines
        .on(IamApi.REMOVE_USER_FROM_GROUP)
        .permissions(
            (in, call) -> handlers.at().group("iam:RemoveUserFromGroup", call, in.groupName()))
        .handle(handlers.groups()::removeUser);
    lines
        .on(IamApi.LIST_GROUPS_FOR_USER)
        .permissions((in, call) -> handlers.at().user("iam:ListGroupsForUser", call, in.userName()))
        .handle(handlers.groups()::ofUser);
  }

  private void addRoles(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_ROLE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .newEntity(
                        "iam:CreateRole",
                        call,
                        EntityKind.ROLE,
                        in.path(),
                        in.roleName(),
                        in.permissionsBoundary(),
                        in.tags()))
        .handle(handlers.roles()::create);
    lines
        .on(IamApi.GET_ROLE)
        .permissions((in, call) -> handlers.at().boundedRole("iam:GetRole", call, in.roleName()))
        .handle(handlers.roles()::get);
    lines
        .on(IamApi.LIST_ROLES)
        .action("iam:ListRoles")
        .resource((in, call) -> IamTargets.all(call, "role", in.pathPrefix()))
        .handle(handlers.roles()::list);
    lines
        .on(IamApi.UPDATE_ROLE)
        .permissions((in, call) -> handlers.at().boundedRole("iam:UpdateRole", call, in.roleName()))
        .handle(handlers.roles()::update);
    lines
        .on(IamApi.UPDATE_ROLE_DESCRIPTION)
        .permissions(
            (in, call) ->
                handlers.at().boundedRole("iam:UpdateRoleDescription", call, in.roleName()))
        .handle(handlers.roles()::updateDescription);
    lines
        .on(IamApi.UPDATE_ASSUME_ROLE_POLICY)
        .permissions(
            (in, call) ->
                handlers.at().boundedRole("iam:UpdateAssumeRolePolicy", call, in.roleName()))
        .handle(handlers.roles()::updateTrustPolicy);
    lines
        .on(IamApi.DELETE_ROLE)
        .permissions((in, call) -> handlers.at().boundedRole("iam:DeleteRole", call, in.roleName()))
        .handle(handlers.roles()::delete);
    lines
        .on(IamApi.PUT_ROLE_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .role(
                        "iam:PutRolePermissionsBoundary",
                        call,
                        in.roleName(),
                        IamKeys.none().boundary(in.permissionsBoundary())))
        .handle(handlers.roles()::putBoundary);
    lines
        .on(IamApi.DELETE_ROLE_PERMISSIONS_BOUNDARY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DeleteRolePermissionsBoundary",
                        call,
                        EntityKind.ROLE,
                        in.roleName(),
                        IamKeys.none()))
        .handle(handlers.roles()::deleteBoundary);
    lines
        .on(IamApi.TAG_ROLE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .role(
                        "iam:TagRole", call, in.roleName(), IamKeys.none().requestTags(in.tags())))
        .handle(handlers.roles()::tag);
    lines
        .on(IamApi.UNTAG_ROLE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .role(
                        "iam:UntagRole", call, in.roleName(), IamKeys.none().tagKeys(in.tagKeys())))
        .handle(handlers.roles()::untag);
    lines
        .on(IamApi.LIST_ROLE_TAGS)
        .permissions((in, call) -> handlers.at().role("iam:ListRoleTags", call, in.roleName()))
        .handle(handlers.roles()::listTags);
  }

  private void addInstanceProfiles(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .newInstanceProfile(call, in.path(), in.instanceProfileName(), in.tags()))
        .handle(handlers.instanceProfiles()::create);
    lines
        .on(IamApi.GET_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .instanceProfile("iam:GetInstanceProfile", call, in.instanceProfileName()))
        .handle(handlers.instanceProfiles()::get);
    lines
        .on(IamApi.LIST_INSTANCE_PROFILES)
        .action("iam:ListInstanceProfiles")
        .resource((in, call) -> IamTargets.all(call, "instance-profile", in.pathPrefix()))
        .handle(handlers.instanceProfiles()::list);
    lines
        .on(IamApi.LIST_INSTANCE_PROFILES_FOR_ROLE)
        .permissions(
            (in, call) ->
                handlers.at().role("iam:ListInstanceProfilesForRole", call, in.roleName()))
        .handle(handlers.instanceProfiles()::ofRole);
    lines
        .on(IamApi.DELETE_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .instanceProfile("iam:DeleteInstanceProfile", call, in.instanceProfileName()))
        .handle(handlers.instanceProfiles()::delete);
    lines
        .on(IamApi.ADD_ROLE_TO_INSTANCE_PROFILE)
        .permissions(
            (in, call) -> handlers.at().passedRole(call, in.instanceProfileName(), in.roleName()))
        .handle(handlers.instanceProfiles()::addRole);
    lines
        .on(IamApi.REMOVE_ROLE_FROM_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .instanceProfile(
                        "iam:RemoveRoleFromInstanceProfile", call, in.instanceProfileName()))
        .handle(handlers.instanceProfiles()::removeRole);
    lines
        .on(IamApi.TAG_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .instanceProfile(
                        "iam:TagInstanceProfile",
                        call,
                        in.instanceProfileName(),
                        IamKeys.none().requestTags(in.tags())))
        .handle(handlers.instanceProfiles()::tag);
    lines
        .on(IamApi.UNTAG_INSTANCE_PROFILE)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .instanceProfile(
                        "iam:UntagInstanceProfile",
                        call,
                        in.instanceProfileName(),
                        IamKeys.none().tagKeys(in.tagKeys())))
        .handle(handlers.instanceProfiles()::untag);
    lines
        .on(IamApi.LIST_INSTANCE_PROFILE_TAGS)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .instanceProfile("iam:ListInstanceProfileTags", call, in.instanceProfileName()))
        .handle(handlers.instanceProfiles()::listTags);
  }

  private void addPasswords(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_LOGIN_PROFILE)
        .permissions(
            (in, call) -> handlers.at().user("iam:CreateLoginProfile", call, in.userName()))
        .handle(handlers.loginProfiles()::create);
    lines
        .on(IamApi.GET_LOGIN_PROFILE)
        .permissions((in, call) -> handlers.at().user("iam:GetLoginProfile", call, in.userName()))
        .handle(handlers.loginProfiles()::get);
    lines
        .on(IamApi.UPDATE_LOGIN_PROFILE)
        .permissions(
            (in, call) -> handlers.at().user("iam:UpdateLoginProfile", call, in.userName()))
        .handle(handlers.loginProfiles()::update);
    lines
        .on(IamApi.DELETE_LOGIN_PROFILE)
        .permissions(
            (in, call) -> handlers.at().user("iam:DeleteLoginProfile", call, in.userName()))
        .handle(handlers.loginProfiles()::delete);
    lines
        .on(IamApi.CHANGE_PASSWORD)
        .permissions(handlers.loginProfiles()::changeOwn)
        .handle(handlers.loginProfiles()::change);
  }

  private void addAccount(ServiceTable.Builder lines) {
    lines
        .on(IamApi.GET_ACCOUNT_PASSWORD_POLICY)
        .action("iam:GetAccountPasswordPolicy")
        .anyResource()
        .handle(handlers.passwordPolicies()::get);
    lines
        .on(IamApi.UPDATE_ACCOUNT_PASSWORD_POLICY)
        .action("iam:UpdateAccountPasswordPolicy")
        .anyResource()
        .handle(handlers.passwordPolicies()::update);
    lines
        .on(IamApi.DELETE_ACCOUNT_PASSWORD_POLICY)
        .action("iam:DeleteAccountPasswordPolicy")
        .anyResource()
        .handle(handlers.passwordPolicies()::delete);
    lines
        .on(IamApi.CREATE_ACCOUNT_ALIAS)
        .action("iam:CreateAccountAlias")
        .anyResource()
        .handle(handlers.accounts()::createAlias);
    lines
        .on(IamApi.DELETE_ACCOUNT_ALIAS)
        .action("iam:DeleteAccountAlias")
        .anyResource()
        .handle(handlers.accounts()::deleteAlias);
    lines
        .on(IamApi.LIST_ACCOUNT_ALIASES)
        .action("iam:ListAccountAliases")
        .anyResource()
        .handle(handlers.accounts()::listAliases);
    lines
        .on(IamApi.GET_ACCOUNT_SUMMARY)
        .action("iam:GetAccountSummary")
        .anyResource()
        .handle(handlers.accounts()::summary);
    lines
        .on(IamApi.GET_ACCOUNT_AUTHORIZATION_DETAILS)
        .action("iam:GetAccountAuthorizationDetails")
        .anyResource()
        .handle(handlers.authorizationDetails()::get);
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.ServiceTable;

/** The lines of the table that are about policies. */
final class PolicyOperations {
  private final IamHandlers handlers;

  PolicyOperations(IamHandlers handlers) {
    this.handlers = handlers;
  }

  void addTo(ServiceTable.Builder lines) {
    addManagedPolicies(lines);
    addInlinePolicies(lines);
  }

  private void addManagedPolicies(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_POLICY)
        .permissions(
            (in, call) -> handlers.at().newPolicy(call, in.path(), in.policyName(), in.tags()))
        .handle(handlers.policies()::create);
    lines
        .on(IamApi.GET_POLICY)
        .permissions((in, call) -> handlers.at().policy("iam:GetPolicy", in.policyArn()))
        .handle(handlers.policies()::get);
    lines
        .on(IamApi.LIST_POLICIES)
        .action("iam:ListPolicies")
        .resource((in, call) -> IamTargets.all(call, "policy", in.pathPrefix()))
        .handle(handlers.policies()::list);
    lines
        .on(IamApi.LIST_ENTITIES_FOR_POLICY)
        .permissions(
            (in, call) -> handlers.at().policy("iam:ListEntitiesForPolicy", in.policyArn()))
        .handle(handlers.policies()::entities);
    lines
        .on(IamApi.DELETE_POLICY)
        .permissions((in, call) -> handlers.at().policy("iam:DeletePolicy", in.policyArn()))
        .handle(handlers.policies()::delete);
    lines
        .on(IamApi.TAG_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .policy("iam:TagPolicy", in.policyArn(), IamKeys.none().requestTags(in.tags())))
        .handle(handlers.policies()::tag);
    lines
        .on(IamApi.UNTAG_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .policy(
                        "iam:UntagPolicy", in.policyArn(), IamKeys.none().tagKeys(in.tagKeys())))
        .handle(handlers.policies()::untag);
    lines
        .on(IamApi.LIST_POLICY_TAGS)
        .permissions((in, call) -> handlers.at().policy("iam:ListPolicyTags", in.policyArn()))
        .handle(handlers.policies()::listTags);
    lines
        .on(IamApi.CREATE_POLICY_VERSION)
        .permissions((in, call) -> handlers.at().policy("iam:CreatePolicyVersion", in.policyArn()))
        .handle(handlers.versions()::create);
    lines
        .on(IamApi.GET_POLICY_VERSION)
        .permissions((in, call) -> handlers.at().policy("iam:GetPolicyVersion", in.policyArn()))
        .handle(handlers.versions()::get);
    lines
        .on(IamApi.LIST_POLICY_VERSIONS)
        .permissions((in, call) -> handlers.at().policy("iam:ListPolicyVersions", in.policyArn()))
        .handle(handlers.versions()::list);
    lines
        .on(IamApi.SET_DEFAULT_POLICY_VERSION)
        .permissions(
            (in, call) -> handlers.at().policy("iam:SetDefaultPolicyVersion", in.policyArn()))
        .handle(handlers.versions()::setDefault);
    lines
        .on(IamApi.DELETE_POLICY_VERSION)
        .permissions((in, call) -> handlers.at().policy("iam:DeletePolicyVersion", in.policyArn()))
        .handle(handlers.versions()::delete);
    lines
        .on(IamApi.ATTACH_USER_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:AttachUserPolicy",
                        call,
                        EntityKind.USER,
                        in.userName(),
                        IamKeys.none().policyArn(in.policyArn())))
        .handle(handlers.attachments()::attachToUser);
    lines
        .on(IamApi.DETACH_USER_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DetachUserPolicy",
                        call,
                        EntityKind.USER,
                        in.userName(),
                        IamKeys.none().policyArn(in.policyArn())))
        .handle(handlers.attachments()::detachFromUser);
    lines
        .on(IamApi.LIST_ATTACHED_USER_POLICIES)
        .permissions(
            (in, call) -> handlers.at().user("iam:ListAttachedUserPolicies", call, in.userName()))
        .handle(handlers.attachments()::ofUser);
    lines
        .on(IamApi.ATTACH_GROUP_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:AttachGroupPolicy",
                        call,
                        EntityKind.GROUP,
                        in.groupName(),
                        IamKeys.none().policyArn(in.policyArn())))
        .handle(handlers.attachments()::attachToGroup);
    lines
        .on(IamApi.DETACH_GROUP_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DetachGroupPolicy",
                        call,
                        EntityKind.GROUP,
                        in.groupName(),
                        IamKeys.none().policyArn(in.policyArn())))
        .handle(handlers.attachments()::detachFromGroup);
    lines
        .on(IamApi.LIST_ATTACHED_GROUP_POLICIES)
        .permissions(
            (in, call) ->
                handlers.at().group("iam:ListAttachedGroupPolicies", call, in.groupName()))
        .handle(handlers.attachments()::ofGroup);
    lines
        .on(IamApi.ATTACH_ROLE_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:AttachRolePolicy",
                        call,
                        EntityKind.ROLE,
                        in.roleName(),
                        IamKeys.none().policyArn(in.policyArn())))
        .handle(handlers.attachments()::attachToRole);
    lines
        .on(IamApi.DETACH_ROLE_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DetachRolePolicy",
                        call,
                        EntityKind.ROLE,
                        in.roleName(),
                        IamKeys.none().policyArn(in.policyArn())))
        .handle(handlers.attachments()::detachFromRole);
    lines
        .on(IamApi.LIST_ATTACHED_ROLE_POLICIES)
        .permissions(
            (in, call) -> handlers.at().role("iam:ListAttachedRolePolicies", call, in.roleName()))
        .handle(handlers.attachments()::ofRole);
  }

  private void addInlinePolicies(ServiceTable.Builder lines) {
    lines
        .on(IamApi.PUT_USER_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:PutUserPolicy", call, EntityKind.USER, in.userName(), IamKeys.none()))
        .handle(handlers.inline()::putOnUser);
    lines
        .on(IamApi.DELETE_USER_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DeleteUserPolicy",
                        call,
                        EntityKind.USER,
                        in.userName(),
                        IamKeys.none()))
        .handle(handlers.inline()::deleteFromUser);
    lines
        .on(IamApi.GET_USER_POLICY)
        .permissions((in, call) -> handlers.at().user("iam:GetUserPolicy", call, in.userName()))
        .handle(handlers.inline()::ofUser);
    lines
        .on(IamApi.LIST_USER_POLICIES)
        .permissions((in, call) -> handlers.at().user("iam:ListUserPolicies", call, in.userName()))
        .handle(handlers.inline()::listOfUser);
    lines
        .on(IamApi.PUT_GROUP_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:PutGroupPolicy",
                        call,
                        EntityKind.GROUP,
                        in.groupName(),
                        IamKeys.none()))
        .handle(handlers.inline()::putOnGroup);
    lines
        .on(IamApi.DELETE_GROUP_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DeleteGroupPolicy",
                        call,
                        EntityKind.GROUP,
                        in.groupName(),
                        IamKeys.none()))
        .handle(handlers.inline()::deleteFromGroup);
    lines
        .on(IamApi.GET_GROUP_POLICY)
        .permissions((in, call) -> handlers.at().group("iam:GetGroupPolicy", call, in.groupName()))
        .handle(handlers.inline()::ofGroup);
    lines
        .on(IamApi.LIST_GROUP_POLICIES)
        .permissions(
            (in, call) -> handlers.at().group("iam:ListGroupPolicies", call, in.groupName()))
        .handle(handlers.inline()::listOfGroup);
    lines
        .on(IamApi.PUT_ROLE_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:PutRolePolicy", call, EntityKind.ROLE, in.roleName(), IamKeys.none()))
        .handle(handlers.inline()::putOnRole);
    lines
        .on(IamApi.DELETE_ROLE_POLICY)
        .permissions(
            (in, call) ->
                handlers
                    .at()
                    .bounded(
                        "iam:DeleteRolePolicy",
                        call,
                        EntityKind.ROLE,
                        in.roleName(),
                        IamKeys.none()))
        .handle(handlers.inline()::deleteFromRole);
    lines
        .on(IamApi.GET_ROLE_POLICY)
        .permissions((in, call) -> handlers.at().role("iam:GetRolePolicy", call, in.roleName()))
        .handle(handlers.inline()::ofRole);
    lines
        .on(IamApi.LIST_ROLE_POLICIES)
        .permissions((in, call) -> handlers.at().role("iam:ListRolePolicies", call, in.roleName()))
        .handle(handlers.inline()::listOfRole);
  }
}

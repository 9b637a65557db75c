package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.OrganizationTargets.requestTags;

import dev.bulwark.api.organizations.HandshakePartyType;
import dev.bulwark.api.organizations.InviteAccountToOrganizationRequest;
import dev.bulwark.api.organizations.OrganizationsApi;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.ServiceTable;
import java.util.List;

/** The operations on accounts, and the handshakes by which they join. */
record MemberOperations(
    OrganizationTargets at,
    Members members,
    Creations creations,
    Invitations invitations,
    Handshakes handshakes) {

  /** Whom an e-mail address means is not told before the call is allowed. */
  private List<Permission> invited(InviteAccountToOrganizationRequest in, Call call) {
    var keys = requestTags(in.tags());
    return in.target().type().equals(HandshakePartyType.ACCOUNT.value())
        ? at.targets(call, keys, in.target().id())
        : at.any(call, keys);
  }

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(OrganizationsApi.CREATE_ACCOUNT)
        .permissions((in, call) -> at.andTag(at.any(call, requestTags(in.tags())), in.tags()))
        .handle(creations::create)
        .on(OrganizationsApi.DESCRIBE_CREATE_ACCOUNT_STATUS)
        .permissions((in, call) -> at.any(call))
        .handle(creations::describe)
        .on(OrganizationsApi.LIST_CREATE_ACCOUNT_STATUS)
        .permissions((in, call) -> at.any(call))
        .handle(creations::list)
        .on(OrganizationsApi.DESCRIBE_ACCOUNT)
        .permissions((in, call) -> at.targets(call, in.accountId()))
        .handle(members::describe)
        .on(OrganizationsApi.LIST_ACCOUNTS)
        .permissions((in, call) -> at.any(call))
        .handle(members::list)
        .on(OrganizationsApi.LIST_ACCOUNTS_FOR_PARENT)
        .permissions((in, call) -> at.targets(call, in.parentId()))
        .handle(members::listForParent)
        .on(OrganizationsApi.LIST_CHILDREN)
        .permissions((in, call) -> at.targets(call, in.parentId()))
        .handle(members::children)
        .on(OrganizationsApi.LIST_PARENTS)
        .permissions((in, call) -> at.targets(call, in.childId()))
        .handle(members::parents)
        .on(OrganizationsApi.MOVE_ACCOUNT)
        .permissions(
            (in, call) ->
                at.targets(call, in.accountId(), in.sourceParentId(), in.destinationParentId()))
        .handle(members::move)
        .on(OrganizationsApi.REMOVE_ACCOUNT_FROM_ORGANIZATION)
        .permissions((in, call) -> at.targets(call, in.accountId()))
        .handle(members::remove)
        .on(OrganizationsApi.LEAVE_ORGANIZATION)
        .permissions((in, call) -> at.any(call))
        .handle(members::leave)
        .on(OrganizationsApi.CLOSE_ACCOUNT)
        .permissions((in, call) -> at.targets(call, in.accountId()))
        .handle(members::close)
        .on(OrganizationsApi.INVITE_ACCOUNT_TO_ORGANIZATION)
        .permissions((in, call) -> at.andTag(invited(in, call), in.tags()))
        .handle(invitations::invite)
        .on(OrganizationsApi.ENABLE_ALL_FEATURES)
        .permissions((in, call) -> at.any(call))
        .handle(invitations::enableAllFeatures)
        .on(OrganizationsApi.ACCEPT_HANDSHAKE)
        .permissions((in, call) -> at.handshake(call, in.handshakeId()))
        .handle(handshakes::accept)
        .on(OrganizationsApi.DECLINE_HANDSHAKE)
        .permissions((in, call) -> at.handshake(call, in.handshakeId()))
        .handle(handshakes::decline)
        .on(OrganizationsApi.CANCEL_HANDSHAKE)
        .permissions((in, call) -> at.handshake(call, in.handshakeId()))
        .handle(handshakes::cancel)
        .on(OrganizationsApi.DESCRIBE_HANDSHAKE)
        .permissions((in, call) -> at.handshake(call, in.handshakeId()))
        .handle(handshakes::describe)
        .on(OrganizationsApi.LIST_HANDSHAKES_FOR_ACCOUNT)
        .permissions((in, call) -> at.own(call))
        .handle(handshakes::listForAccount)
        .on(OrganizationsApi.LIST_HANDSHAKES_FOR_ORGANIZATION)
        .permissions((in, call) -> at.any(call))
        .handle(handshakes::listForOrganization);
  }
}

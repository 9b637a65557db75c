package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.OrganizationTargets.policyType;
import static dev.bulwark.identity.organizations.OrganizationTargets.requestTags;

import dev.bulwark.api.organizations.OrganizationsApi;
import dev.bulwark.service.ServiceTable;

/** The operations on policies. */
record PolicyOperations(
    OrganizationTargets at,
    OrganizationPolicies policies,
    PolicyAttachments attachments,
    EffectivePolicies effective,
    ResourcePolicies resourcePolicies) {

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(OrganizationsApi.CREATE_POLICY)
        .permissions(
            (in, call) -> at.andTag(at.any(call, policyType(in.type(), in.tags())), in.tags()))
        .handle(policies::create)
        .on(OrganizationsApi.DESCRIBE_POLICY)
        .permissions((in, call) -> at.policy(call, in.policyId()))
        .handle(policies::describe)
        .on(OrganizationsApi.UPDATE_POLICY)
        .permissions((in, call) -> at.policy(call, in.policyId()))
        .handle(policies::update)
        .on(OrganizationsApi.DELETE_POLICY)
        .permissions((in, call) -> at.policy(call, in.policyId()))
        .handle(policies::delete)
        .on(OrganizationsApi.LIST_POLICIES)
        .permissions((in, call) -> at.any(call, policyType(in.filter(), null)))
        .handle(policies::list)
        .on(OrganizationsApi.ATTACH_POLICY)
        .permissions((in, call) -> at.policy(call, in.policyId(), in.targetId()))
        .handle(attachments::attach)
        .on(OrganizationsApi.DETACH_POLICY)
        .permissions((in, call) -> at.policy(call, in.policyId(), in.targetId()))
        .handle(attachments::detach)
        .on(OrganizationsApi.LIST_POLICIES_FOR_TARGET)
        .permissions((in, call) -> at.targets(call, policyType(in.filter(), null), in.targetId()))
        .handle(attachments::forTarget)
        .on(OrganizationsApi.LIST_TARGETS_FOR_POLICY)
        .permissions((in, call) -> at.policy(call, in.policyId()))
        .handle(attachments::ofPolicy)
        .on(OrganizationsApi.DESCRIBE_EFFECTIVE_POLICY)
        .permissions((in, call) -> at.ownOr(call, policyType(in.policyType(), null), in.targetId()))
        .handle(effective::describe)
        .on(OrganizationsApi.PUT_RESOURCE_POLICY)
        .permissions(
            (in, call) -> at.andTag(at.resourcePolicy(call, requestTags(in.tags())), in.tags()))
        .handle(resourcePolicies::put)
        .on(OrganizationsApi.DESCRIBE_RESOURCE_POLICY)
        .permissions((in, call) -> at.any(call))
        .handle(resourcePolicies::describe)
        .on(OrganizationsApi.DELETE_RESOURCE_POLICY)
        .permissions((in, call) -> at.any(call))
        .handle(resourcePolicies::delete);
  }
}

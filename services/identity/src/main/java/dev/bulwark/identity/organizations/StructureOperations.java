package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.OrganizationTargets.policyType;
import static dev.bulwark.identity.organizations.OrganizationTargets.requestTags;

import dev.bulwark.api.organizations.OrganizationsApi;
import dev.bulwark.policy.Context;
import dev.bulwark.service.ServiceTable;

/** The operations on organizations, roots, units and tags. */
record StructureOperations(
    OrganizationTargets at,
    Organizations organizations,
    Roots roots,
    Units units,
    OrganizationTags tags) {

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(OrganizationsApi.CREATE_ORGANIZATION)
        .permissions((in, call) -> at.any(call))
        .handle(organizations::create)
        .on(OrganizationsApi.DESCRIBE_ORGANIZATION)
        .permissions((in, call) -> at.own(call))
        .handle(organizations::describe)
        .on(OrganizationsApi.DELETE_ORGANIZATION)
        .permissions((in, call) -> at.any(call))
        .handle(organizations::delete)
        .on(OrganizationsApi.LIST_ROOTS)
        .permissions((in, call) -> at.any(call))
        .handle(roots::list)
        .on(OrganizationsApi.ENABLE_POLICY_TYPE)
        .permissions((in, call) -> at.targets(call, policyType(in.policyType(), null), in.rootId()))
        .handle(roots::enable)
        .on(OrganizationsApi.DISABLE_POLICY_TYPE)
        .permissions((in, call) -> at.targets(call, policyType(in.policyType(), null), in.rootId()))
        .handle(roots::disable)
        .on(OrganizationsApi.CREATE_ORGANIZATIONAL_UNIT)
        .permissions(
            (in, call) ->
                at.andTag(at.targets(call, requestTags(in.tags()), in.parentId()), in.tags()))
        .handle(units::create)
        .on(OrganizationsApi.DESCRIBE_ORGANIZATIONAL_UNIT)
        .permissions((in, call) -> at.targets(call, in.organizationalUnitId()))
        .handle(units::describe)
        .on(OrganizationsApi.UPDATE_ORGANIZATIONAL_UNIT)
        .permissions((in, call) -> at.targets(call, in.organizationalUnitId()))
        .handle(units::update)
        .on(OrganizationsApi.DELETE_ORGANIZATIONAL_UNIT)
        .permissions((in, call) -> at.targets(call, in.organizationalUnitId()))
        .handle(units::delete)
        .on(OrganizationsApi.LIST_ORGANIZATIONAL_UNITS_FOR_PARENT)
        .permissions((in, call) -> at.targets(call, in.parentId()))
        .handle(units::list)
        .on(OrganizationsApi.TAG_RESOURCE)
        .permissions((in, call) -> at.taggable(call, in.resourceId(), requestTags(in.tags())))
        .handle(tags::tag)
        .on(OrganizationsApi.UNTAG_RESOURCE)
        .permissions(
            (in, call) ->
                at.taggable(call, in.resourceId(), OrganizationTargets.tagKeys(in.tagKeys())))
        .handle(tags::untag)
        .on(OrganizationsApi.LIST_TAGS_FOR_RESOURCE)
        .permissions((in, call) -> at.taggable(call, in.resourceId(), Context.EMPTY))
        .handle(tags::list);
  }
}

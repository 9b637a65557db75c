package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.OrganizationTargets.service;

import dev.bulwark.api.organizations.OrganizationsApi;
import dev.bulwark.service.ServiceTable;

/** The operations on trusted services and their delegated administrators. */
record DelegationOperations(
    OrganizationTargets at, Administrators administrators, ServiceAccess serviceAccess) {

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(OrganizationsApi.ENABLE_AWS_SERVICE_ACCESS)
        .permissions((in, call) -> at.any(call, service(in.servicePrincipal())))
        .handle(serviceAccess::enable)
        .on(OrganizationsApi.DISABLE_AWS_SERVICE_ACCESS)
        .permissions((in, call) -> at.any(call, service(in.servicePrincipal())))
        .handle(serviceAccess::disable)
        .on(OrganizationsApi.LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION)
        .permissions((in, call) -> at.any(call))
        .handle(serviceAccess::list)
        .on(OrganizationsApi.REGISTER_DELEGATED_ADMINISTRATOR)
        .permissions((in, call) -> at.targets(call, service(in.servicePrincipal()), in.accountId()))
        .handle(administrators::register)
        .on(OrganizationsApi.DEREGISTER_DELEGATED_ADMINISTRATOR)
        .permissions((in, call) -> at.targets(call, service(in.servicePrincipal()), in.accountId()))
        .handle(administrators::deregister)
        .on(OrganizationsApi.LIST_DELEGATED_ADMINISTRATORS)
        .permissions((in, call) -> at.any(call, service(in.servicePrincipal())))
        .handle(administrators::list)
        .on(OrganizationsApi.LIST_DELEGATED_SERVICES_FOR_ACCOUNT)
        .permissions((in, call) -> at.targets(call, in.accountId()))
        .handle(administrators::services);
  }
}

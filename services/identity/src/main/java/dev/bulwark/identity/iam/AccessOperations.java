package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.ServiceTable;

/** The lines of the access advisor. */
final class AccessOperations {
  private final IamTargets at;
  private final AccessAdvisor advisor;

  AccessOperations(IamTargets at, AccessAdvisor advisor) {
    this.at = at;
    this.advisor = advisor;
  }

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(IamApi.GENERATE_SERVICE_LAST_ACCESSED_DETAILS)
        .permissions((in, call) -> at.arn("iam:GenerateServiceLastAccessedDetails", call, in.arn()))
        .readOnly(false)
        .handle(advisor::generate);
    lines
        .on(IamApi.GET_SERVICE_LAST_ACCESSED_DETAILS)
        .action("iam:GetServiceLastAccessedDetails")
        .anyResource()
        .handle(advisor::get);
    lines
        .on(IamApi.GET_SERVICE_LAST_ACCESSED_DETAILS_WITH_ENTITIES)
        .action("iam:GetServiceLastAccessedDetailsWithEntities")
        .anyResource()
        .handle(advisor::getWithEntities);
    lines
        .on(IamApi.LIST_POLICIES_GRANTING_SERVICE_ACCESS)
        .permissions((in, call) -> at.arn("iam:ListPoliciesGrantingServiceAccess", call, in.arn()))
        .handle(advisor::granting);
  }
}

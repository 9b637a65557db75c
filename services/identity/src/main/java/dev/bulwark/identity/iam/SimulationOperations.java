package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.ServiceTable;

/** The lines of the policy simulator. */
final class SimulationOperations {
  private final IamTargets at;
  private final PolicySimulator simulator;

  SimulationOperations(IamTargets at, PolicySimulator simulator) {
    this.at = at;
    this.simulator = simulator;
  }

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(IamApi.SIMULATE_CUSTOM_POLICY)
        .action("iam:SimulateCustomPolicy")
        .anyResource()
        .handle(simulator::simulateCustom);
    lines
        .on(IamApi.SIMULATE_PRINCIPAL_POLICY)
        .permissions(
            (in, call) -> at.arn("iam:SimulatePrincipalPolicy", call, in.policySourceArn()))
        .handle(simulator::simulatePrincipal);
    lines
        .on(IamApi.GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY)
        .action("iam:GetContextKeysForCustomPolicy")
        .anyResource()
        .handle(simulator::customKeys);
    lines
        .on(IamApi.GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY)
        .permissions(
            (in, call) ->
                at.arn("iam:GetContextKeysForPrincipalPolicy", call, in.policySourceArn()))
        .handle(simulator::principalKeys);
  }
}

package dev.bulwark.server;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCalls;
import java.util.function.Supplier;

/** Calls through the pipeline, for services that are made before it. */
record PipelineCalls(Supplier<Pipeline> pipeline) implements ServiceCalls {

  @Override
  public <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
    return pipeline.get().call(service, region, operation, input);
  }

  @Override
  public <I extends Structure, O extends Structure> O callInRole(
      String service, RoleSession role, String region, Operation<I, O> operation, I input) {
    return pipeline.get().callInRole(service, role, region, operation, input);
  }
}

package dev.bulwark.testing;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCalls;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls through a pipeline that is made after the services that call. */
public final class LateCalls implements ServiceCalls {
  private @Nullable Pipeline pipeline;

  /** Sets the pipeline, once it is there. */
  public void through(Pipeline made) {
    pipeline = made;
  }

  @Override
  public <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
    return Objects.requireNonNull(pipeline).call(service, region, operation, input);
  }

  @Override
  public <I extends Structure, O extends Structure> O callInRole(
      String service, RoleSession role, String region, Operation<I, O> operation, I input) {
    return Objects.requireNonNull(pipeline).callInRole(service, role, region, operation, input);
  }
}

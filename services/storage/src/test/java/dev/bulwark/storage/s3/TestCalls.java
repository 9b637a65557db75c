package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.ServiceCalls;
import java.util.function.Supplier;

/** What S3 asks of S3 goes through the pipeline; the rest is for the queues. */
record TestCalls(ServiceCalls queues, Supplier<? extends ServiceCalls> pipeline)
    implements ServiceCalls {
  @Override
  public <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
    var calls = operation.service() == S3Api.MODEL ? pipeline.get() : queues;
    return calls.call(service, region, operation, input);
  }

  @Override
  public <I extends Structure, O extends Structure> O callInRole(
      String service, RoleSession role, String region, Operation<I, O> operation, I input) {
    throw new UnsupportedOperationException();
  }
}

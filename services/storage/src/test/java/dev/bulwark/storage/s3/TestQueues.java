package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.api.sqs.SendMessageRequest;
import dev.bulwark.api.sqs.SendMessageResult;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.ServiceCalls;
import java.util.ArrayList;
import java.util.List;

/** Queues that keep what S3 sends for its buckets, but for one, which takes nothing. */
final class TestQueues implements ServiceCalls {
  private final List<String> messages = new ArrayList<>();

  List<String> take() {
    var taken = List.copyOf(messages);
    messages.clear();
    return taken;
  }

  @Override
  public <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
    if (!(input instanceof SendMessageRequest message)
        || !service.service().equals("s3.amazonaws.com")
        || !"arn:aws:s3:::shelf".equals(service.sourceArn())
        || message.queueUrl().endsWith("/shut")) {
      throw new ApiException("AccessDenied", 403, "Access to the resource is denied.");
    }
    messages.add(message.messageBody());
    @SuppressWarnings("unchecked") // SendMessage answers so
    var output = (O) SendMessageResult.builder().build();
    return output;
  }

  @Override
  public <I extends Structure, O extends Structure> O callInRole(
      String service, RoleSession role, String region, Operation<I, O> operation, I input) {
    throw new UnsupportedOperationException();
  }
}

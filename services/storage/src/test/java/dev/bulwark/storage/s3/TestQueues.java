package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.api.sqs.SendMessageRequest;
import dev.bulwark.api.sqs.SendMessageResult;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.AssumeRoleResponse;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.ServiceCalls;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Queues that keep what S3 sends for its buckets, but for one, which takes nothing; and roles that
 * it may assume, which are known by their access keys.
 */
final class TestQueues implements ServiceCalls {
  private final List<String> messages = new ArrayList<>();

  /** Whether also the queue takes messages that usually takes none. */
  volatile boolean open;

  /** By ARN, the access keys of the roles that S3 may assume. */
  final Map<String, String> roles = new ConcurrentHashMap<>();

  List<String> take() {
    var taken = List.copyOf(messages);
    messages.clear();
    return taken;
  }

  @Override
  public <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
    if (input instanceof AssumeRoleRequest assume) {
      var keyId = roles.get(assume.roleArn());
      if (keyId == null || !service.service().equals("s3.amazonaws.com")) {
        throw new ApiException("AccessDenied", 403, "not authorized to perform: sts:AssumeRole");
      }
      @SuppressWarnings("unchecked") // AssumeRole answers so
      var assumed =
          (O)
              AssumeRoleResponse.builder()
                  .credentials(
                      Credentials.builder()
                          .accessKeyId(keyId)
                          .secretAccessKey(Lab.SECRET)
                          .sessionToken("token")
                          .expiration(Instant.now().plusSeconds(3600))
                          .build())
                  .build();
      return assumed;
    }
    if (!(input instanceof SendMessageRequest message)
        || !service.service().equals("s3.amazonaws.com")
        || !"arn:aws:s3:::shelf".equals(service.sourceArn())
        || (message.queueUrl().endsWith("/shut") && !open)) {
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

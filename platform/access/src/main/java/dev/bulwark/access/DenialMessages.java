package dev.bulwark.access;

import dev.bulwark.policy.Decision;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.ServiceInfo;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * AWS's words for a denial, and the code in which each service says them.
 *
 * @param within whether caller and resource are of one account or of one organization: only then is
 *     the denying policy named, and does S3 tell a reason
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">Access
 *     denied error messages</a>
 */
record DenialMessages(
    Principal principal, AuthorizationTarget target, Decision decision, boolean within) {

  /**
   * The refusal of a service.
   *
   * @param encoded makes the encoded message for services that give one; null for none
   */
  ApiException of(ServiceInfo service, Supplier<@Nullable String> encoded) {
    var family = AuthFamily.of(service);
    return switch (family) {
      case S3 -> new ApiException("AccessDenied", 403, s3());
      case EC2 -> new ApiException("UnauthorizedOperation", 403, ec2(encoded.get()));
      case QUERY ->
          new ApiException(
              service.id().equals("sns") ? "AuthorizationError" : "AccessDenied",
              403,
              sentence("", true));
      case JSON, REST_JSON ->
          new ApiException(
              "AccessDeniedException", family == AuthFamily.JSON ? 400 : 403, sentence("", true));
    };
  }

  /**
   * S3 puts the ARN between quotation marks, but for what it asks another service, KMS, in the
   * caller's name.
   */
  private String s3() {
    if (!within) {
      return "Access Denied";
    }
    return target.action().startsWith("s3") ? sentence("\"", false) : sentence("", true);
  }

  private String ec2(@Nullable String encoded) {
    var text = "You are not authorized to perform this operation. " + sentence("", false);
    return encoded == null ? text : text + ". Encoded authorization failure message: " + encoded;
  }

  /** S3 and EC2 leave out the resource where an action knows none; others name the asterisk. */
  private String sentence(String quote, boolean nameAny) {
    var who = principal instanceof Principal.Anonymous ? "anonymous" : principal.arn();
    var where =
        target.resourceArn().equals("*") && !nameAny
            ? ""
            : " on resource: " + quote + target.resourceArn() + quote;
    return "User: "
        + who
        + " is not authorized to perform: "
        + target.action()
        + where
        + " "
        + (within ? decision.denialReasonWithPolicy() : decision.denialReason());
  }
}

package dev.bulwark.access;

import dev.bulwark.policy.Decision;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.ServiceInfo;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * AWS's words for a denial, and the code in which each service says them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">Access
 *     denied error messages</a>
 */
final class DenialMessages {
  /** KMS says the same of keys that are not there, and of others' that are closed. */
  private static final String HIDDEN =
      "because the resource does not exist in this Region, no resource-based policies allow access,"
          + " or a resource-based policy explicitly denies access";

  /** Organizations tells nobody why, also where it was the caller's own policies that refused. */
  private static final String OF_ORGANIZATIONS =
      "You don't have permissions to access this resource.";

  private DenialMessages() {}

  /**
   * The refusal.
   *
   * @param within whether caller and resource are of one account or of one organization: only then
   *     is the denying policy named, and does S3 tell a reason
   * @param encoded the encoded message, for services that give one; null where there is none
   */
  static ApiException of(
      Principal principal,
      ServiceInfo service,
      AuthorizationTarget target,
      Decision decision,
      boolean within,
      Supplier<@Nullable String> encoded) {
    var family = AuthFamily.of(service);
    var reason =
        isHidden(principal, target) && decision.decidedBy() == PolicyType.RESOURCE_BASED
            ? HIDDEN
            : within ? decision.denialReasonWithPolicy() : decision.denialReason();
    return switch (family) {
      case S3 -> new ApiException("AccessDenied", 403, s3(principal, target, reason, within));
      case EC2 ->
          new ApiException(
              "UnauthorizedOperation",
              403,
              "You are not authorized to perform this operation. "
                  + sentence(principal, target, reason, "", false)
                  + mark(encoded.get()));
      case QUERY ->
          new ApiException(
              service.id().equals("sns") ? "AuthorizationError" : "AccessDenied",
              403,
              sentence(principal, target, reason, "", true));
      case JSON, REST_JSON ->
          new ApiException(
              "AccessDeniedException",
              family == AuthFamily.JSON ? 400 : 403,
              service.id().equals("organizations")
                  ? OF_ORGANIZATIONS
                  : sentence(principal, target, reason, "", true));
    };
  }

  /** KMS names no keys of other accounts, to those who may perhaps not know of them. */
  private static boolean isHidden(Principal principal, AuthorizationTarget target) {
    return target.action().startsWith("kms:")
        && target.resourceAccount() != null
        && !target.resourceAccount().equals(principal.accountId());
  }

  private static String mark(@Nullable String encoded) {
    return encoded == null ? "" : ". Encoded authorization failure message: " + encoded;
  }

  /**
   * S3 puts the ARN between quotation marks, but for what it asks another service, KMS, in the
   * caller's name.
   */
  private static String s3(
      Principal principal, AuthorizationTarget target, String reason, boolean within) {
    if (!within) {
      return "Access Denied";
    }
    return target.action().startsWith("s3")
        ? sentence(principal, target, reason, "\"", false)
        : sentence(principal, target, reason, "", true);
  }

  /** S3 and EC2 leave out the resource where an action knows none; others name the asterisk. */
  private static String sentence(
      Principal principal,
      AuthorizationTarget target,
      String reason,
      String quote,
      boolean nameAny) {
    if (principal instanceof Principal.FederatedIdentity) {
      return "Not authorized to perform " + target.action();
    }
    var who = principal instanceof Principal.Anonymous ? "anonymous" : principal.arn();
    var where =
        isHidden(principal, target)
            ? " on this resource"
            : target.resourceArn().equals("*") && !nameAny
                ? ""
                : " on resource: " + quote + target.resourceArn() + quote;
    return "User: "
        + who
        + " is not authorized to perform: "
        + target.action()
        + where
        + " "
        + reason;
  }
}

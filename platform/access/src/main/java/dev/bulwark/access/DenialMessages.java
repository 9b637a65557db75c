package dev.bulwark.access;

import dev.bulwark.policy.Decision;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.ServiceInfo;

/**
 * AWS's words for a denial, and the code in which each service says them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">Access
 *     denied error messages</a>
 */
final class DenialMessages {
  private DenialMessages() {}

  static ApiException of(
      Principal principal, ServiceInfo service, AuthorizationTarget target, Decision decision) {
    var family = AuthFamily.of(service);
    return switch (family) {
      case S3 -> new ApiException("AccessDenied", 403, s3(principal, target, decision));
      case EC2 ->
          new ApiException(
              "UnauthorizedOperation",
              403,
              "You are not authorized to perform this operation. "
                  + sentence(principal, target, decision, "", false));
      case QUERY ->
          new ApiException(
              service.id().equals("sns") ? "AuthorizationError" : "AccessDenied",
              403,
              sentence(principal, target, decision, "", true));
      case JSON, REST_JSON ->
          new ApiException(
              "AccessDeniedException",
              family == AuthFamily.JSON ? 400 : 403,
              sentence(principal, target, decision, "", true));
    };
  }

  /** S3 tells reasons within an account only, and puts the ARN between quotation marks. */
  private static String s3(Principal principal, AuthorizationTarget target, Decision decision) {
    var owner = target.resourceAccount();
    if (principal instanceof Principal.Anonymous
        || (owner != null && !owner.equals(principal.accountId()))) {
      return "Access Denied";
    }
    return sentence(principal, target, decision, "\"", false);
  }

  /** S3 and EC2 leave out the resource where an action knows none; others name the asterisk. */
  private static String sentence(
      Principal principal,
      AuthorizationTarget target,
      Decision decision,
      String quote,
      boolean nameAny) {
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
        + decision.denialReason();
  }
}

package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/**
 * The answer, and what decided it.
 *
 * @param outcome allow or which deny
 * @param action the action asked for
 * @param decidedBy the type of policy that decided: that of the deciding statement, or for an
 *     implicit deny the type that lacks an allow; null where no policy decided (the root user of an
 *     account)
 * @param source the deciding policy; null for an implicit deny
 * @param statement the deciding statement; null for an implicit deny
 */
public record Decision(
    Outcome outcome,
    String action,
    @Nullable PolicyType decidedBy,
    @Nullable PolicySource source,
    @Nullable Statement statement) {

  /** The three answers. */
  public enum Outcome {
    ALLOW,
    EXPLICIT_DENY,
    IMPLICIT_DENY
  }

  /** Whether the request may go on. */
  public boolean allowed() {
    return outcome == Outcome.ALLOW;
  }

  /**
   * The tail of AWS's message, after {@code User: … is not authorized to perform: … on resource: …}
   * and a space.
   *
   * @throws IllegalStateException for an allow
   */
  public String denialReason() {
    var type = decidedBy == null ? PolicyType.IDENTITY_BASED : decidedBy;
    return switch (outcome) {
      case ALLOW -> throw new IllegalStateException("allowed");
      case EXPLICIT_DENY -> "with an explicit deny in " + type.withArticle();
      case IMPLICIT_DENY -> "because no " + type.noun() + " allows the " + action + " action";
    };
  }

  /**
   * As {@link #denialReason()}, and where AWS names the denying policy also {@code : } and its ARN.
   */
  public String denialReasonWithPolicy() {
    var reason = denialReason();
    if (outcome != Outcome.EXPLICIT_DENY || source == null || !source.name().startsWith("arn:")) {
      return reason;
    }
    return switch (source.type()) {
      case IDENTITY_BASED, PERMISSIONS_BOUNDARY, SESSION, SERVICE_CONTROL, RESOURCE_CONTROL ->
          reason + ": " + source.name();
      case RESOURCE_BASED, ROLE_TRUST, VPC_ENDPOINT -> reason;
    };
  }
}

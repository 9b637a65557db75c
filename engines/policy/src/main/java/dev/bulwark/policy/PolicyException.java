package dev.bulwark.policy;

/**
 * A document that IAM would refuse as malformed. The message is IAM's; other services re-word by
 * {@link #problem()}.
 */
public final class PolicyException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong, independent of the wording. */
  public enum Problem {
    /** Not JSON, or not the shape of a policy. */
    SYNTAX,
    /** Larger than the limit, too deep, or too many elements. */
    TOO_LARGE,
    /** The Version is missing or not one of the two. */
    VERSION,
    /** No statement. */
    MISSING_STATEMENT,
    /** An effect that is neither Allow nor Deny. */
    EFFECT,
    /** The same Sid twice. */
    DUPLICATE_SID,
    /** A Sid with characters that are not allowed. */
    INVALID_SID,
    /** A statement with neither Action nor NotAction. */
    MISSING_ACTION,
    /** A statement with neither Resource nor NotResource. */
    MISSING_RESOURCE,
    /** A statement with neither Principal nor NotPrincipal where one is needed. */
    MISSING_PRINCIPAL,
    /** An element that this kind of policy cannot have. */
    PROHIBITED_FIELD,
    /** An action or condition key without a valid vendor prefix. */
    INVALID_ACTION,
    /** A resource that is neither an ARN nor {@code *}. */
    INVALID_RESOURCE,
    /** A principal of an unknown type or form. */
    INVALID_PRINCIPAL,
    /** A condition with an unknown operator or an unusable value. */
    INVALID_CONDITION
  }

  private final Problem problem;

  PolicyException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}

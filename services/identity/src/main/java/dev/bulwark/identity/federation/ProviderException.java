package dev.bulwark.identity.federation;

/** An identity provider could not be asked, or its answer cannot be used. */
public final class ProviderException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What stands in the way. */
  public enum Problem {
    /** Nobody answers, or not in time. */
    UNREACHABLE,
    /** Bulwark does not connect to such an address. */
    FORBIDDEN_ADDRESS,
    /** Neither an authority nor a thumbprint vouches for the server's certificate. */
    UNTRUSTED_CERTIFICATE,
    /** The answer is not what the standard asks for, or too long. */
    UNUSABLE_ANSWER
  }

  private final Problem problem;

  /**
   * @param message for the log of who runs this
   */
  public ProviderException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  ProviderException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}

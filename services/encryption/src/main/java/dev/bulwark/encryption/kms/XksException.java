package dev.bulwark.encryption.kms;

/** The proxy of an external key store could not be asked, or refused. */
final class XksException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final XksProblem problem;

  /**
   * @param detail for the log
   */
  XksException(XksProblem problem, String detail) {
    super(problem + ": " + detail);
    this.problem = problem;
  }

  XksProblem problem() {
    return problem;
  }
}

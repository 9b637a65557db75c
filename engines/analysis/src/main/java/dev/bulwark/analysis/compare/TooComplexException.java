package dev.bulwark.analysis.compare;

/** Policies that would take too long to compare. */
public final class TooComplexException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooComplexException() {
    super("the policies are too complex to compare");
  }
}

package dev.bulwark.logs.filter;

/** A text is no filter pattern. */
public final class InvalidPatternException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidPatternException(String message) {
    super(message);
  }
}

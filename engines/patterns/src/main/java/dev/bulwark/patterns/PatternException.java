package dev.bulwark.patterns;

/** A text is no pattern; the message says why, in words for its author. */
public final class PatternException extends Exception {
  private static final long serialVersionUID = 1L;

  PatternException(String message) {
    super(message);
  }
}

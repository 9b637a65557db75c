package dev.bulwark.logs.query;

/** A text is no query. */
public final class MalformedQueryException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int position;

  MalformedQueryException(String message, int position) {
    super(message);
    this.position = position;
  }

  /** Where in the text, in characters from its begin. */
  public int position() {
    return position;
  }
}

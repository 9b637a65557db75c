package dev.bulwark.lake;

/** What the engine refuses or cannot do, in words for the person who asked. */
public final class LakeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** The statement is not one that may be run. */
    STATEMENT,
    /** The query was cancelled. */
    CANCELLED,
    /** The query took too long. */
    TIMED_OUT,
    /** Something else while it ran. */
    FAILED,
    /** There is no engine for this platform. */
    UNAVAILABLE
  }

  private final Kind kind;

  public LakeException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  LakeException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}

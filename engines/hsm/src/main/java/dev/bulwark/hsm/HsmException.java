package dev.bulwark.hsm;

import org.jspecify.annotations.Nullable;

/** What a token, or the library behind it, could not do. */
public final class HsmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** The library is not on this machine; the message says what to install. */
    NOT_INSTALLED,
    /** There is no such token, or no such key in it. */
    NOT_FOUND,
    /** What was to be decrypted is not what was encrypted, or the archive is none. */
    BAD_DATA,
    /** The token refuses, by its rules. */
    REFUSED,
    /** Anything else. */
    FAILED
  }

  private final Kind kind;

  HsmException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  HsmException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}

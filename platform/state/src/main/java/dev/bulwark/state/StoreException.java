package dev.bulwark.state;

import org.jspecify.annotations.Nullable;

/** The store could not do what was asked; nothing of the failed change remains. */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** The row exists already, or has changed since it was read. */
    CONFLICT,
    /** No room on the disk (or over a quota). Works again when there is room. */
    DISK_FULL,
    /** The disk or the file system failed. */
    IO,
    /** What was read is not what was written. */
    CORRUPT,
    /** Another process uses the data folder. */
    IN_USE,
    /** The data folder was written by a newer program. */
    NEWER,
    /** The data folder, or a file in it, cannot be read or written by this user. */
    PERMISSION,
    /** There is no blob of this id. */
    NOT_FOUND,
    /** The store has been closed. */
    CLOSED
  }

  private final Kind kind;

  /** Without a cause. */
  public StoreException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** With the failure below. */
  public StoreException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}

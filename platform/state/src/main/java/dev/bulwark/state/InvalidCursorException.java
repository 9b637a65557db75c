package dev.bulwark.state;

import org.jspecify.annotations.Nullable;

/** A scan by an index was to go on after what is no cursor of its rows. */
public final class InvalidCursorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidCursorException(@Nullable Throwable cause) {
    super("Not a cursor of this scan", cause);
  }
}

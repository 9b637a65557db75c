package dev.bulwark.wire;

import org.jspecify.annotations.Nullable;

/** A document that does not fit its shape; each protocol turns it into its own modelled error. */
final class DecodeException extends Exception {
  DecodeException(@Nullable String message) {
    super(message, null, false, false);
  }
}

package dev.bulwark.server;

import org.jspecify.annotations.Nullable;

/** Why Bulwark cannot start, in words that tell what to do; printed without a stack trace. */
final class StartException extends RuntimeException {
  StartException(@Nullable String message) {
    super(message);
  }
}

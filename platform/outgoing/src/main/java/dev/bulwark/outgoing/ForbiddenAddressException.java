package dev.bulwark.outgoing;

import java.io.IOException;

/** Bulwark does not connect to such an address. */
public final class ForbiddenAddressException extends IOException {
  private static final long serialVersionUID = 1L;

  ForbiddenAddressException(String message) {
    super(message);
  }
}

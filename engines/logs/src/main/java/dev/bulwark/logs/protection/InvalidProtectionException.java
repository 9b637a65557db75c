package dev.bulwark.logs.protection;

/** A document is no data protection policy, or asks for what is not built. */
public final class InvalidProtectionException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidProtectionException(String message) {
    super(message);
  }
}

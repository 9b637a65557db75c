package dev.bulwark.state;

/**
 * Sealed bytes could not be opened: they, their purpose, their associated data or the key are
 * others.
 */
public final class SealException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A seal that does not fit. */
  public SealException(String message) {
    super(message);
  }
}

package dev.bulwark.cryptography;

/** Why something could not be done with a key. Messages never hold key material or plaintext. */
public final class CryptographyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for callers who tell it in their own words. */
  public enum Reason {
    /** The bytes are no ciphertext, were changed, or belong to another key or context. */
    INVALID_CIPHERTEXT,
    /** The key material is not of the kind that it should be. */
    INVALID_KEY,
    /** The material is not in the vault. */
    NOT_FOUND,
    /** The vault is sealed. */
    SEALED,
    /** The key log is damaged, or cannot be written. */
    DAMAGED
  }

  private final Reason reason;

  /** Also for seals, which others make. */
  public CryptographyException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Keeps the cause, which must not hold secrets: input and output failures do not. */
  public CryptographyException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

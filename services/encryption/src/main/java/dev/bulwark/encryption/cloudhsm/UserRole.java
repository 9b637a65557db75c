package dev.bulwark.encryption.cloudhsm;

/** The kinds of users inside a cluster. */
public enum UserRole {
  /** A crypto officer: manages users, and has no keys. */
  ADMIN("admin", "CN_CRYPTO_OFFICER"),
  /** Owns keys and uses them. */
  CRYPTO_USER("crypto-user", "CN_CRYPTO_USER");

  private final String text;
  private final String inEvents;

  UserRole(String text, String inEvents) {
    this.text = text;
    this.inEvents = inEvents;
  }

  /** As AWS's CloudHSM CLI calls it. */
  public String text() {
    return text;
  }

  /** As AWS's HSM audit logs call it. */
  String inEvents() {
    return inEvents;
  }
}

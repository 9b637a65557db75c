package dev.bulwark.encryption.kms;

/**
 * What a key is fit for.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html">Key
 *     states</a>
 */
enum KeyState {
  ENABLED("Enabled"),
  DISABLED("Disabled"),
  PENDING_IMPORT("PendingImport"),
  PENDING_DELETION("PendingDeletion"),
  PENDING_REPLICA_DELETION("PendingReplicaDeletion");

  private final String text;

  KeyState(String text) {
    this.text = text;
  }

  /** As the API shows it. */
  String text() {
    return text;
  }

  boolean isDeletion() {
    return this == PENDING_DELETION || this == PENDING_REPLICA_DELETION;
  }
}

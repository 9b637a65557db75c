package dev.bulwark.encryption.kms;

import java.time.Instant;

/**
 * Which state lets a key do what.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html">Key
 *     states</a>
 */
final class KeyStates {
  private KeyStates() {}

  /** Cryptography, grants, replication: an enabled key alone. */
  static void requireUsable(KeyRecord key, Instant now) {
    switch (key.state(now)) {
      case ENABLED -> {}
      case DISABLED -> throw KmsErrors.disabled(key.arn());
      case PENDING_IMPORT -> throw KmsErrors.pendingImport(key.arn());
      case PENDING_DELETION, PENDING_REPLICA_DELETION -> requireNotLeaving(key, now);
    }
  }

  /** Whatever the state, but for keys that are to be deleted. */
  static void requireNotLeaving(KeyRecord key, Instant now) {
    switch (key.state(now)) {
      case PENDING_DELETION -> throw KmsErrors.pendingDeletion(key.arn());
      case PENDING_REPLICA_DELETION -> throw KmsErrors.pendingReplicaDeletion(key.arn());
      case ENABLED, DISABLED, PENDING_IMPORT -> {}
    }
  }

  /** Switching a key on and off. */
  static void requireSwitchable(KeyRecord key, Instant now) {
    requireNotLeaving(key, now);
    if (key.state(now) == KeyState.PENDING_IMPORT) {
      throw KmsErrors.pendingImport(key.arn());
    }
  }

  /** Keys that a service made for the account are not changed by the account. */
  static void requireCustomerManaged(KeyRecord key) {
    if (key.identity().awsManaged()) {
      throw KmsErrors.awsManaged(key.arn());
    }
  }
}

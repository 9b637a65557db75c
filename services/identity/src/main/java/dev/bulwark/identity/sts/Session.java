package dev.bulwark.identity.sts;

import dev.bulwark.access.SessionContext;
import java.time.Instant;

/**
 * Temporary credentials and for whom they speak: what a session token holds. Times are in whole
 * seconds.
 *
 * @param accessKeyId {@code ASIA…}
 */
record Session(
    String accessKeyId,
    String secretAccessKey,
    Subject subject,
    Instant expires,
    SessionContext context) {

  /**
   * For whom a session speaks. Users and roles are held by their unique ids, so that a namesake
   * made later does not match.
   */
  sealed interface Subject {
    String accountId();

    /** The root of an account, by GetSessionToken. */
    record Root(String accountId) implements Subject {}

    /** A user, by GetSessionToken. */
    record User(String accountId, String userId) implements Subject {}

    /** A role, by AssumeRole. */
    record Role(String accountId, String roleId, String sessionName) implements Subject {}

    /**
     * A federated user, by GetFederationToken.
     *
     * @param issuerId the unique id of the user that asked for it; empty where the root of the
     *     account did
     */
    record Federated(String accountId, String name, String issuerId) implements Subject {}
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "Session[" + accessKeyId + ", " + subject + ", until " + expires + "]";
  }
}

package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;

/**
 * A user's password as stored.
 *
 * @param password hashed, see {@link Passwords}
 * @param earlier hashes of earlier passwords, newest first, as many as a password policy may ask
 *     for
 * @param changed when the password was set
 */
public record LoginProfileRecord(
    String accountId,
    String userId,
    Instant created,
    boolean resetRequired,
    String password,
    List<String> earlier,
    Instant changed) {

  public LoginProfileRecord {
    earlier = List.copyOf(earlier);
  }

  /** The same password, hashed in another way. */
  LoginProfileRecord withHash(String hash) {
    return new LoginProfileRecord(
        accountId, userId, created, resetRequired, hash, earlier, changed);
  }

  /** Leaves out the hashes. */
  @Override
  public String toString() {
    return "LoginProfileRecord[" + userId + "]";
  }
}

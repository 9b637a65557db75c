package dev.bulwark.identity.iam;

import java.time.Instant;

/**
 * An access key of a user or of the root user as stored.
 *
 * @param userId {@code AIDA…}; the account's number where it is the root user's
 * @param secret sealed
 */
public record AccessKeyRecord(
    String accountId, String userId, String id, byte[] secret, boolean active, Instant created) {

  static final String TYPE = "AWS::IAM::AccessKey";

  /** Whether it belongs to the account's root user, whose unique id is the account's number. */
  boolean ofRoot() {
    return userId.equals(accountId);
  }

  AccessKeyRecord withActive(boolean value) {
    return new AccessKeyRecord(accountId, userId, id, secret, value, created);
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "AccessKeyRecord[" + id + " of " + userId + "]";
  }
}

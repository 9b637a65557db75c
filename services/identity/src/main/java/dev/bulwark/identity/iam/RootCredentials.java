package dev.bulwark.identity.iam;

/** The access key of the account's root user, which lives outside the store. */
public record RootCredentials(String accountId, String accessKeyId, String secretAccessKey) {
  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "RootCredentials[" + accessKeyId + " of " + accountId + "]";
  }
}

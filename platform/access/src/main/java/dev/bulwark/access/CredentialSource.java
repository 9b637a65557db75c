package dev.bulwark.access;

import org.jspecify.annotations.Nullable;

/**
 * Knows the access keys. Called once for every signed request, so it answers from memory.
 * Thread-safe.
 */
@FunctionalInterface
public interface CredentialSource {

  /**
   * The credential of an access key, or null where there is none or the session token does not
   * belong to it. Says nothing on expiry: an expired credential is returned and refused by the
   * caller, in its own words.
   *
   * @param sessionToken as the request carries it, null where it carries none; untrusted, as is the
   *     key id
   */
  @Nullable Credential find(String accessKeyId, @Nullable String sessionToken);
}

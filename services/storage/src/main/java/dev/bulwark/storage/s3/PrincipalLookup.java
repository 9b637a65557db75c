package dev.bulwark.storage.s3;

import dev.bulwark.policy.Principals.Principal;

/** Knows which principals there are; a bucket policy may name no others. */
@FunctionalInterface
public interface PrincipalLookup {
  /** Whether there is such an account, user, role, provider or service. */
  boolean exists(Principal principal);
}

package dev.bulwark.access;

/**
 * Knows the policies of principals. Called for every decision, so it answers from memory.
 * Thread-safe.
 */
@FunctionalInterface
public interface PolicySource {

  /** Never null: a principal that is gone since has {@link PrincipalPolicies#NONE}. */
  PrincipalPolicies find(Principal principal);
}

package dev.bulwark.messaging;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Policies of queues, topics and event buses. */
public final class ResourcePolicies {
  private ResourcePolicies() {}

  /** A policy that a client gave; empty where it is none. */
  public static Optional<Policy> parse(String document) {
    try {
      return Optional.of(Policy.parse(document, PolicyKind.RESOURCE));
    } catch (PolicyException e) {
      return Optional.empty();
    }
  }

  /** A stored policy, which was checked when it came; null for none. */
  public static @Nullable Policy compiled(@Nullable String stored) {
    if (stored == null) {
      return null;
    }
    try {
      return Policy.parse(stored, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw new IllegalStateException("a stored policy", e);
    }
  }
}

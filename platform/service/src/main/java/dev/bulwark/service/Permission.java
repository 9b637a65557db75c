package dev.bulwark.service;

import dev.bulwark.access.AuthorizationTarget;
import dev.bulwark.policy.Context;

/**
 * One thing that a caller must be allowed to do.
 *
 * @param action with its prefix, for instance {@code s3:GetObject}
 * @param keys condition keys that only the service can know; the global ones are added by the
 *     platform
 */
public record Permission(String action, Resource resource, Context keys) {
  /** A permission without condition keys of its own. */
  public static Permission of(String action, Resource resource) {
    return new Permission(action, resource, Context.EMPTY);
  }

  AuthorizationTarget target() {
    return new AuthorizationTarget(
        action,
        resource.arn(),
        resource.accountId(),
        resource.policy(),
        resource.policyMustAllow(),
        resource.tags(),
        keys,
        resource.grants());
  }
}

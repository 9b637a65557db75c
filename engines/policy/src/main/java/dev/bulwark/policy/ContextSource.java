package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/**
 * Computes values of condition keys on demand. One decision can ask for the same key several times,
 * once for each statement that tests it: remember what is costly to compute.
 */
@FunctionalInterface
public interface ContextSource {
  /**
   * The value of a key, or null when the request does not have it.
   *
   * @param key the name in lower case, such as {@code aws:sourceip} or {@code aws:requesttag/team}
   */
  @Nullable ContextValue get(String key);
}

package dev.bulwark.policy;

import java.util.List;

/**
 * The value of a condition key in a request.
 *
 * @param values zero or more values
 * @param multivalued whether the key is one that can carry several values, such as {@code
 *     aws:TagKeys}; such a key cannot stand in a policy variable
 */
public record ContextValue(List<String> values, boolean multivalued) {
  public ContextValue {
    values = List.copyOf(values);
  }

  /** The value of a single-valued key. */
  public static ContextValue of(String value) {
    return new ContextValue(List.of(value), false);
  }

  /** The values of a multivalued key. */
  public static ContextValue ofAll(List<String> values) {
    return new ContextValue(values, true);
  }
}

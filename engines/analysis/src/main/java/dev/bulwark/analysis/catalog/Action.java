package dev.bulwark.analysis.catalog;

import java.util.List;
import java.util.stream.Stream;

/**
 * An action that policies can allow.
 *
 * @param service its prefix, in lower case
 * @param resources the types of resources that it is authorized against; none where that is {@code
 *     *}
 * @param keys the condition keys that it brings whatever the resource
 */
public record Action(
    String service,
    String name,
    AccessLevel level,
    List<ResourceUse> resources,
    List<ConditionKey> keys) {

  /** What kind of access it is. */
  public enum AccessLevel {
    LIST,
    READ,
    WRITE,
    TAGGING,
    PERMISSIONS_MANAGEMENT
  }

  /** A type that an action can be authorized against, with the keys that this brings. */
  public record ResourceUse(ResourceType type, boolean required, List<ConditionKey> keys) {}

  /** The name as in policies. */
  public String fullName() {
    return service + ":" + name;
  }

  /** Whether its requests can have a condition key of its service. */
  public boolean brings(String key) {
    return keys.stream().anyMatch(known -> known.isNamed(key))
        || resources.stream().anyMatch(use -> brings(use, key));
  }

  private static boolean brings(ResourceUse use, String key) {
    return Stream.concat(
            use.keys().stream(), use.type().keys().stream().map(name -> ConditionKey.of('S', name)))
        .anyMatch(known -> known.isNamed(key));
  }
}

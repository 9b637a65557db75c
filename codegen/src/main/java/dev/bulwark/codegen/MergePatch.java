package dev.bulwark.codegen;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies JSON merge patches (RFC 7396), with one addition: a key that ends in {@code +} appends
 * its array's items to the array of that name, so that a patch need not repeat a long enumeration.
 */
final class MergePatch {
  private MergePatch() {}

  /** Changes the target. */
  static void apply(ObjectNode target, ObjectNode patch) {
    for (var change : patch.properties()) {
      JsonNode value = change.getValue();
      if (change.getKey().endsWith("+")) {
        var array = target.withArray(change.getKey().substring(0, change.getKey().length() - 1));
        value.forEach(array::add);
        continue;
      }
      if (value.isNull()) {
        target.remove(change.getKey());
      } else if (value instanceof ObjectNode object) {
        if (!(target.get(change.getKey()) instanceof ObjectNode)) {
          target.putObject(change.getKey());
        }
        apply((ObjectNode) target.get(change.getKey()), object);
      } else {
        target.set(change.getKey(), value);
      }
    }
  }
}

package dev.bulwark.codegen;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies JSON merge patches (RFC 7396). */
final class MergePatch {
  private MergePatch() {}

  /** Changes the target. */
  static void apply(ObjectNode target, ObjectNode patch) {
    for (var change : patch.properties()) {
      JsonNode value = change.getValue();
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

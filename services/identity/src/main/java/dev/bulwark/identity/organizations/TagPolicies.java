package dev.bulwark.identity.organizations;

import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is special about tag policies. */
final class TagPolicies {
  private static final String TAGS = "tags";
  private static final String KEY = "tag_key";
  private static final String VALUE = "tag_value";

  private TagPolicies() {}

  /**
   * The effective policy with what tags have by default: their own name in lower case as the key,
   * and any value.
   */
  static JsonNode completed(JsonNode effective) {
    if (!(effective.get(TAGS) instanceof ObjectNode tags)) {
      return effective;
    }
    var completed = JsonNodeFactory.instance.objectNode();
    for (var tag : tags.properties()) {
      if (tag.getValue() instanceof ObjectNode settings) {
        var name = tag.getKey().toLowerCase(Locale.ROOT);
        var own = settings.deepCopy();
        if (!own.has(VALUE)) {
          own.putArray(VALUE).add("*");
        }
        if (!own.has(KEY)) {
          own.put(KEY, name);
        }
        completed.set(name, own);
      }
    }
    var policy = JsonNodeFactory.instance.objectNode();
    policy.set(TAGS, completed);
    return policy;
  }
}

package dev.bulwark.identity.organizations;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is special about tag policies.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html">Tag
 *     policy syntax</a>
 */
final class TagPolicies {
  private static final String TAGS = "tags";
  private static final String KEY = "tag_key";
  private static final String VALUE = "tag_value";
  private static final Set<String> LISTS = Set.of(VALUE, "enforced_for", "report_required_tag_for");
  private static final Set<String> LIST_OPERATORS = Set.of("@@assign", "@@append", "@@remove");
  private static final String CHILD = "@@operators_allowed_for_child_policies";

  private TagPolicies() {}

  /**
   * Whether a document is a tag policy. Which types of resources there are is not looked at: AWS
   * refuses those that it does not know.
   */
  static boolean isOne(ObjectNode policy) {
    if (!(policy.get(TAGS) instanceof ObjectNode tags)) {
      return false;
    }
    for (var member : policy.properties()) {
      // Beside the tags AWS takes operators, which come to nothing.
      if (!member.getKey().equals(TAGS)
          && (!member.getKey().startsWith("@@") || member.getValue().isObject())) {
        return false;
      }
    }
    for (var tag : tags.properties()) {
      var fits =
          tag.getKey().equals(CHILD)
              ? isChildControl(tag.getValue())
              : isTag(tag.getKey(), tag.getValue());
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTag(String name, JsonNode settings) {
    if (name.isEmpty() || name.startsWith("@@") || !settings.isObject()) {
      return false;
    }
    for (var setting : settings.properties()) {
      var field = setting.getKey();
      var value = setting.getValue();
      var fits =
          field.equals(CHILD)
              ? isChildControl(value)
              : field.equals(KEY)
                  ? isKey(name, value)
                  : LISTS.contains(field) && isList(value, field.equals(VALUE));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** A tag's key is its name, in whatever letters. */
  private static boolean isKey(String name, JsonNode value) {
    for (var operator : value.properties()) {
      var fits =
          switch (operator.getKey()) {
            case "@@assign" -> name.equalsIgnoreCase(operator.getValue().asString(""));
            case CHILD -> isChildControl(operator.getValue());
            default -> false;
          };
      if (!fits) {
        return false;
      }
    }
    return value.isObject();
  }

  private static boolean isList(JsonNode value, boolean patterns) {
    for (var operator : value.properties()) {
      if (operator.getKey().equals(CHILD)) {
        if (!isChildControl(operator.getValue())) {
          return false;
        }
      } else if (!LIST_OPERATORS.contains(operator.getKey()) || !operator.getValue().isArray()) {
        return false;
      } else {
        for (var item : operator.getValue()) {
          if (item.isContainer() || (patterns && isOfManyWildcards(item.asString("")))) {
            return false;
          }
        }
      }
    }
    return value.isObject();
  }

  private static boolean isOfManyWildcards(String text) {
    return text.indexOf('*') != text.lastIndexOf('*');
  }

  private static boolean isChildControl(JsonNode value) {
    var seen = new HashSet<String>();
    for (var operator : value) {
      var name = operator.asString("");
      if (!(LIST_OPERATORS.contains(name) || name.equals("@@all") || name.equals("@@none"))
          || !seen.add(name)) {
        return false;
      }
    }
    return value.isArray() && !(seen.contains("@@none") && seen.size() > 1);
  }

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

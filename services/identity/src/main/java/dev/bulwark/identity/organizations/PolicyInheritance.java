package dev.bulwark.identity.organizations;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges management policies from the root downwards: their operators set, add and take away
 * values, and say which of these the levels below may still do.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html">Inheritance
 *     operators</a>
 */
final class PolicyInheritance {
  private static final String ASSIGN = "@@assign";
  private static final String APPEND = "@@append";
  private static final String REMOVE = "@@remove";
  private static final String CHILD = "@@operators_allowed_for_child_policies";
  private static final Set<String> EVERY = Set.of(ASSIGN, APPEND, REMOVE);

  /** A place in the policy: a setting with its value, or an object with places below. */
  private static final class Place {
    final Map<String, Place> below = new LinkedHashMap<>();
    final Set<JsonNode> values = new LinkedHashSet<>();
    boolean list;
    Set<String> allowed = EVERY;

    /** What the levels below are left with, once this level is done. */
    Set<String> allowedBelow = EVERY;

    /** A list of which nothing is left is an empty one. */
    boolean hasValue() {
      return list || !values.isEmpty();
    }
  }

  private final Place top = new Place();

  /** Adds a policy of the present level. */
  void add(ObjectNode policy) {
    merge(top, policy);
  }

  /** Goes on to the next level, which may do what those above have left to it. */
  void descend() {
    descend(top);
  }

  private static void descend(Place place) {
    place.allowed = place.allowedBelow;
    place.below.values().forEach(PolicyInheritance::descend);
  }

  /** The policy without operators. */
  JsonNode effective() {
    var view = view(top);
    return view == null ? JsonNodeFactory.instance.objectNode() : view;
  }

  private static void merge(Place place, ObjectNode policy) {
    for (var member : policy.properties()) {
      var name = member.getKey();
      var value = member.getValue();
      switch (name) {
        case CHILD -> restrict(place, value);
        case ASSIGN -> {
          if (place.allowed.contains(ASSIGN)) {
            place.values.clear();
            place.list = value.isArray();
            values(value).forEach(place.values::add);
          }
        }
        case APPEND -> {
          if (place.allowed.contains(APPEND)) {
            place.list = true;
            values(value).forEach(place.values::add);
          }
        }
        case REMOVE -> {
          if (place.allowed.contains(REMOVE)) {
            place.list = true;
            values(value).forEach(place.values::remove);
          }
        }
        default -> {
          if (value instanceof ObjectNode object) {
            merge(below(place, name), object);
          }
        }
      }
    }
  }

  /** Names are the same without regard to case; the first way of writing one stays. */
  private static Place below(Place place, String name) {
    for (var entry : place.below.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    var made = new Place();
    made.allowed = place.allowed;
    made.allowedBelow = place.allowedBelow;
    place.below.put(name, made);
    return made;
  }

  /** A level can only take away from what those above have left. */
  private static void restrict(Place place, JsonNode operators) {
    var wanted = new LinkedHashSet<String>();
    for (var operator : values(operators)) {
      switch (operator.asString()) {
        case "@@all" -> wanted.addAll(EVERY);
        case "@@none" -> wanted.clear();
        default -> wanted.add(operator.asString());
      }
    }
    wanted.retainAll(place.allowed);
    restrict(place, wanted);
  }

  private static void restrict(Place place, Set<String> wanted) {
    place.allowedBelow = Set.copyOf(wanted);
    place.below.values().forEach(below -> restrict(below, wanted));
  }

  private static Iterable<JsonNode> values(JsonNode value) {
    return value.isArray() ? value : List.of(value);
  }

  private static @Nullable JsonNode view(Place place) {
    if (place.hasValue()) {
      if (!place.list) {
        return place.values.iterator().next();
      }
      var array = JsonNodeFactory.instance.arrayNode();
      place.values.forEach(array::add);
      return array;
    }
    var object = JsonNodeFactory.instance.objectNode();
    place.below.forEach(
        (name, below) -> {
          var view = view(below);
          if (view != null) {
            object.set(name, view);
          }
        });
    return object.isEmpty() ? null : object;
  }
}

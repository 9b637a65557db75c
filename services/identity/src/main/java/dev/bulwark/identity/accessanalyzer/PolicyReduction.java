package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.catalog.Action;
import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.pattern.WildcardPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Identity policies without what nobody needs of them: the actions of Allow statements become
 * fewer, and statements that have none left go. All else stays as it is, resources, conditions and
 * Deny statements included.
 */
final class PolicyReduction {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AuthorizationReference reference;

  PolicyReduction(AuthorizationReference reference) {
    this.reference = reference;
  }

  /**
   * What is left of a policy.
   *
   * @param changed whether that is less than before
   * @param allowing whether it still allows anything
   */
  record Reduced(boolean changed, boolean allowing, String document) {}

  /**
   * Takes actions out of a policy.
   *
   * @param document a well-formed identity policy
   * @param unused the actions to take out, as far as the reference knows them
   */
  Reduced without(String document, Predicate<Action> unused) {
    var policy = (ObjectNode) JSON.readTree(document);
    var statements = policy.get("Statement");
    var kept = JSON.createArrayNode();
    boolean changed = false;
    boolean allowing = false;
    for (var statement : statements.isArray() ? statements : List.of(statements)) {
      var reduced = (ObjectNode) statement.deepCopy();
      if (!statement.path("Effect").asString("").equals("Allow")) {
        kept.add(reduced);
        continue;
      }
      var left = actions(statement, unused);
      boolean less = !left.equals(names(statement.get("Action")));
      changed |= less;
      if (less) {
        reduced.remove("NotAction");
        var list = reduced.putArray("Action");
        left.forEach(list::add);
      }
      if (!left.isEmpty()) {
        allowing = true;
        kept.add(reduced);
      }
    }
    policy.set("Statement", kept);
    return new Reduced(changed, allowing, policy.toString());
  }

  /** The names of a statement that are still needed, patterns taken apart where they have to be. */
  private List<String> actions(JsonNode statement, Predicate<Action> unused) {
    if (statement.has("NotAction")) {
      var but = names(statement.get("NotAction")).stream().map(PolicyReduction::pattern).toList();
      return matching(
          action ->
              but.stream().noneMatch(pattern -> pattern.matches(lower(action)))
                  && !unused.test(action));
    }
    var left = new ArrayList<String>();
    for (var name : names(statement.get("Action"))) {
      var pattern = pattern(name);
      if (matching(action -> pattern.matches(lower(action)) && unused.test(action)).isEmpty()) {
        left.add(name);
      } else {
        left.addAll(matching(action -> pattern.matches(lower(action)) && !unused.test(action)));
      }
    }
    return left.stream().distinct().toList();
  }

  private List<String> matching(Predicate<Action> wanted) {
    var found = new TreeSet<String>();
    for (var service : reference.services()) {
      for (var action : reference.service(service).orElseThrow().actions()) {
        if (wanted.test(action)) {
          found.add(action.fullName());
        }
      }
    }
    return List.copyOf(found);
  }

  private static WildcardPattern pattern(String action) {
    return WildcardPattern.of(action.toLowerCase(Locale.ROOT));
  }

  private static String lower(Action action) {
    return action.fullName().toLowerCase(Locale.ROOT);
  }

  private static List<String> names(@Nullable JsonNode oneOrMore) {
    var names = new ArrayList<String>();
    if (oneOrMore != null && oneOrMore.isArray()) {
      oneOrMore.forEach(name -> names.add(name.asString()));
    } else if (oneOrMore != null) {
      names.add(oneOrMore.asString());
    }
    return names;
  }
}

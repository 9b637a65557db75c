package dev.bulwark.patterns;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A pattern: fields that a document must have, with the values that they may have. Immutable.
 *
 * <p>An array in a document matches where one of its items does; the fields of an object in an
 * array are looked for in one and the same object.
 */
public final class EventPattern {

  /** What is asked of a field. */
  sealed interface Demand {}

  /** One of these values. */
  record Values(List<Matcher> any) implements Demand {
    boolean matches(JsonNode value) {
      if (value.isArray()) {
        if (value.isEmpty()) {
          return matchesOne(value.path(0));
        }
        for (var item : value) {
          if (matches(item)) {
            return true;
          }
        }
        return false;
      }
      return !value.isObject() && matchesOne(value);
    }

    private boolean matchesOne(JsonNode value) {
      return matches(new Leaf(value));
    }

    boolean matches(Leaf value) {
      for (var matcher : any) {
        if (matcher.matches(value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Fields of an object, all of them, and one of each group of alternatives. */
  record Fields(List<Field> all, List<List<Fields>> alternatives) implements Demand {
    boolean matches(JsonNode value) {
      if (value.isArray() && !value.isEmpty()) {
        for (var item : value) {
          if (matches(item)) {
            return true;
          }
        }
        return false;
      }
      for (var field : all) {
        if (!field.matches(value)) {
          return false;
        }
      }
      for (var group : alternatives) {
        if (!matchesOneOf(group, value)) {
          return false;
        }
      }
      return true;
    }

    private static boolean matchesOneOf(List<Fields> group, JsonNode value) {
      for (var alternative : group) {
        if (alternative.matches(value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** A field by its name. */
  record Field(String name, Demand demand) {
    boolean matches(JsonNode object) {
      var value = object.path(name);
      return switch (demand) {
        case Values values -> values.matches(value);
        case Fields fields -> fields.matches(value);
      };
    }
  }

  private final Fields root;

  EventPattern(Fields root) {
    this.root = root;
  }

  /**
   * Parses a pattern.
   *
   * @throws PatternException where it is none
   */
  public static EventPattern parse(JsonNode pattern) throws PatternException {
    return new PatternReader().read(pattern);
  }

  /** Whether a document has what the pattern asks for. */
  public boolean matches(JsonNode document) {
    return root.matches(document);
  }

  Fields root() {
    return root;
  }

  /** How many fields it asks for, at every depth. */
  public int fieldCount() {
    return count(root);
  }

  private static int count(Fields fields) {
    int count = 0;
    for (var field : fields.all()) {
      count += field.demand() instanceof Fields inner ? count(inner) : 1;
    }
    for (var group : fields.alternatives()) {
      count += group.stream().mapToInt(EventPattern::count).sum();
    }
    return count;
  }

  /** Whether any of its fields is compared with a wildcard, or is not to match one. */
  public boolean usesWildcards() {
    return usesWildcards(root);
  }

  private static boolean usesWildcards(Fields fields) {
    return fields.all().stream()
            .anyMatch(
                field ->
                    switch (field.demand()) {
                      case Values values ->
                          values.any().stream().anyMatch(EventPattern::isWildcard);
                      case Fields inner -> usesWildcards(inner);
                    })
        || fields.alternatives().stream()
            .anyMatch(group -> group.stream().anyMatch(EventPattern::usesWildcards));
  }

  private static boolean isWildcard(Matcher matcher) {
    return matcher instanceof Matcher.Wildcard
        || (matcher instanceof Matcher.AnythingBut but
            && but.others().stream().anyMatch(EventPattern::isWildcard));
  }

  /** How many combinations of values it stands for. */
  public long combinations() {
    return combinations(root);
  }

  private static long combinations(Fields fields) {
    long product = 1;
    for (var field : fields.all()) {
      long factor =
          switch (field.demand()) {
            case Values values -> values.any().size();
            case Fields inner -> combinations(inner);
          };
      product = bounded(product, factor);
    }
    for (var group : fields.alternatives()) {
      product = bounded(product, group.stream().mapToLong(EventPattern::combinations).sum());
    }
    return product;
  }

  private static long bounded(long a, long b) {
    return Math.min(a * b, Integer.MAX_VALUE);
  }
}

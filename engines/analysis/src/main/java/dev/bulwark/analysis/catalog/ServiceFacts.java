package dev.bulwark.analysis.catalog;

import dev.bulwark.analysis.catalog.Action.AccessLevel;
import dev.bulwark.analysis.catalog.Action.ResourceUse;
import dev.bulwark.analysis.pattern.WildcardPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the reference says of one service. */
public final class ServiceFacts {
  private final String prefix;
  private final List<ResourceType> types = new ArrayList<>();
  private final List<ConditionKey> keys = new ArrayList<>();
  private final Map<String, Action> actions = new LinkedHashMap<>();

  private ServiceFacts(String prefix) {
    this.prefix = prefix;
  }

  /** Reads a service's lines of the catalog. */
  static ServiceFacts read(String prefix, String lines) {
    var facts = new ServiceFacts(prefix);
    lines
        .lines()
        .forEach(
            line -> {
              var fields = line.split(" ");
              switch (fields[0]) {
                case "R" ->
                    facts.types.add(
                        new ResourceType(
                            fields[1], fields[2], List.of(fields).subList(3, fields.length)));
                case "K" -> facts.keys.add(ConditionKey.of(fields[1].charAt(0), fields[2]));
                case "A" -> facts.add(fields);
                default -> throw new IllegalStateException("a line of the catalog: " + line);
              }
            });
    return facts;
  }

  private void add(String[] fields) {
    var action =
        new Action(
            prefix,
            fields[2],
            level(fields[1].charAt(0)),
            fields[3].equals("-") ? List.of() : uses(fields[3]),
            List.of(fields).subList(4, fields.length).stream()
                .map(number -> keys.get(Integer.parseInt(number)))
                .toList());
    actions.put(action.name().toLowerCase(Locale.ROOT), action);
  }

  private static AccessLevel level(char letter) {
    return switch (letter) {
      case 'L' -> AccessLevel.LIST;
      case 'R' -> AccessLevel.READ;
      case 'T' -> AccessLevel.TAGGING;
      case 'P' -> AccessLevel.PERMISSIONS_MANAGEMENT;
      default -> AccessLevel.WRITE;
    };
  }

  private List<ResourceUse> uses(String text) {
    List<ResourceUse> uses = new ArrayList<>();
    for (var use : text.split(";")) {
      int bracket = use.indexOf('[');
      var head = bracket < 0 ? use : use.substring(0, bracket);
      boolean required = head.endsWith("!");
      var number = required ? head.substring(0, head.length() - 1) : head;
      List<ConditionKey> own = new ArrayList<>();
      if (bracket >= 0) {
        for (var key : use.substring(bracket + 1, use.length() - 1).split(",")) {
          own.add(keys.get(Integer.parseInt(key)));
        }
      }
      uses.add(new ResourceUse(types.get(Integer.parseInt(number)), required, List.copyOf(own)));
    }
    return List.copyOf(uses);
  }

  /** The prefix of its actions, in lower case. */
  public String prefix() {
    return prefix;
  }

  public List<ResourceType> resourceTypes() {
    return types;
  }

  public List<Action> actions() {
    return List.copyOf(actions.values());
  }

  /** The action of a name without the prefix; case does not matter. */
  public Optional<Action> action(String name) {
    return Optional.ofNullable(actions.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The actions that a pattern without the prefix covers. */
  public List<Action> actions(String namePattern) {
    var pattern = WildcardPattern.of(namePattern.toLowerCase(Locale.ROOT));
    return pattern.isLiteral()
        ? action(namePattern).stream().toList()
        : actions.entrySet().stream()
            .filter(entry -> pattern.matches(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
  }

  /** The condition key that a name in a policy means, if the service knows it. */
  public Optional<ConditionKey> key(String name) {
    return keys.stream().filter(key -> key.isNamed(name)).findFirst();
  }

  public List<ConditionKey> keys() {
    return keys;
  }
}

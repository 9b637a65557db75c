package dev.bulwark.analysis.generate;

import dev.bulwark.analysis.catalog.Action;
import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.pattern.WildcardPattern;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Policies that allow what was used and no more, and what policies allow beyond that.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html">Policy
 *     generation</a>
 */
public final class LeastPrivilege {
  private final AuthorizationReference reference;

  public LeastPrivilege(AuthorizationReference reference) {
    this.reference = reference;
  }

  /**
   * An identity policy that allows actions.
   *
   * @param actions full names; those that the reference does not know are left out
   * @param placeholders whether resources are told by their form, as in <code>
   *     arn:aws:s3:::${BucketName}
   *     </code>, rather than {@code *}
   */
  public String policy(Collection<String> actions, boolean placeholders) {
    Map<String, Set<String>> byResources = new TreeMap<>();
    for (var name : new TreeSet<>(actions)) {
      reference
          .action(name)
          .ifPresent(
              action ->
                  byResources
                      .computeIfAbsent(
                          placeholders ? resources(action) : "\"*\"", k -> new TreeSet<>())
                      .add(action.fullName()));
    }
    var text = new StringBuilder("{\"Version\":\"2012-10-17\",\"Statement\":[");
    int number = 0;
    for (var entry : byResources.entrySet()) {
      text.append(number == 0 ? "" : ",")
          .append("{\"Sid\":\"SupportedServiceSid")
          .append(number++)
          .append("\",\"Effect\":\"Allow\",\"Action\":[\"")
          .append(String.join("\",\"", entry.getValue()))
          .append("\"],\"Resource\":")
          .append(entry.getKey())
          .append('}');
    }
    return text.append("]}").toString();
  }

  private static String resources(Action action) {
    var arns =
        action.resources().stream()
            .map(use -> "\"" + use.type().arn().replace("${Partition}", "aws") + "\"")
            .distinct()
            .sorted()
            .toList();
    return switch (arns.size()) {
      case 0 -> "\"*\"";
      case 1 -> arns.getFirst();
      default -> "[" + String.join(",", arns) + "]";
    };
  }

  /**
   * The actions that policies allow on some resource, by service, as far as the reference knows
   * them. Conditions are taken to be fulfilled; of Deny statements those count that name all
   * resources under no condition.
   */
  public Map<String, List<Action>> allowed(Collection<Policy> policies) {
    List<Statement> allows = new ArrayList<>();
    List<Statement> denies = new ArrayList<>();
    for (var policy : policies) {
      for (var statement : policy.statements()) {
        if (statement.effect() == Effect.ALLOW) {
          allows.add(statement);
        } else if (statement.conditions().isEmpty()
            && !statement.notResource()
            && statement.resources().contains("*")) {
          denies.add(statement);
        }
      }
    }
    var allowing = allows.stream().map(Names::of).toList();
    var denying = denies.stream().map(Names::of).toList();
    Map<String, List<Action>> allowed = new TreeMap<>();
    for (var service : reference.services()) {
      if (allowing.stream().noneMatch(names -> names.mayName(service))) {
        continue;
      }
      for (var action : reference.service(service).orElseThrow().actions()) {
        var name = action.fullName().toLowerCase(Locale.ROOT);
        if (allowing.stream().anyMatch(names -> names.include(name))
            && denying.stream().noneMatch(names -> names.include(name))) {
          allowed.computeIfAbsent(service, k -> new ArrayList<>()).add(action);
        }
      }
    }
    return allowed;
  }

  /** The actions of a statement. */
  private record Names(boolean negated, List<WildcardPattern> patterns) {
    static Names of(Statement statement) {
      return new Names(
          statement.notAction(),
          statement.actions().stream()
              .map(action -> WildcardPattern.of(action.toLowerCase(Locale.ROOT)))
              .toList());
    }

    boolean include(String lowerCaseName) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(lowerCaseName)) != negated;
    }

    boolean mayName(String service) {
      var all = WildcardPattern.of(service + ":*");
      return negated || patterns.stream().anyMatch(pattern -> pattern.intersects(all));
    }
  }
}

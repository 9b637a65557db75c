package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.pattern.WildcardPattern;
import dev.bulwark.analysis.validate.Draft.Element;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Actions, resources and statements that others cover already. */
final class RedundancyChecks implements PolicyValidator.Check {
  /** How many pairs are compared in one policy; a policy with more has other worries. */
  private static final int MOST_PAIRS = 1_000_000;

  @Override
  public void run(Draft policy, Findings findings) {
    int pairs = 0;
    for (var statement : policy.statements()) {
      pairs += elements(statement, MOST_PAIRS - pairs, findings);
    }
    statements(policy, findings);
  }

  private static int elements(Statement statement, int allowed, Findings findings) {
    var actions = covered(statement.action(), Literal::lower, allowed);
    if (!actions.redundant().isEmpty()) {
      findings.add(
          Issue.REDUNDANT_ACTION,
          locations(actions.redundant()),
          "redundantActionCount",
          Integer.toString(actions.redundant().size()),
          "redundantAction",
          actions.redundant().getFirst().text());
    }
    var resources = covered(statement.resource(), Literal::text, allowed - actions.pairs());
    if (!resources.redundant().isEmpty()) {
      findings.add(
          Issue.REDUNDANT_RESOURCE,
          locations(resources.redundant()),
          "redundantResourceCount",
          Integer.toString(resources.redundant().size()));
    }
    return actions.pairs() + resources.pairs();
  }

  private static List<Location> locations(List<Literal> values) {
    return values.stream().limit(Findings.MOST).map(Literal::location).toList();
  }

  /** What is redundant, and what it took to find out. */
  private record Covered(List<Literal> redundant, int pairs) {}

  private static Covered covered(
      @Nullable Element element, Function<Literal, String> text, int allowed) {
    List<Literal> redundant = new ArrayList<>();
    if (element == null) {
      return new Covered(redundant, 0);
    }
    List<WildcardPattern> wide = new ArrayList<>();
    Set<String> wideTexts = new HashSet<>();
    for (var value : element.values()) {
      if (value.hasWildcard() && !value.hasVariable() && wideTexts.add(text.apply(value))) {
        wide.add(WildcardPattern.of(text.apply(value)));
      }
    }
    Set<String> seen = new HashSet<>();
    int pairs = 0;
    for (var value : element.values()) {
      boolean again = !seen.add(text.apply(value));
      if (!again && !wide.isEmpty()) {
        pairs += wide.size();
        if (pairs > allowed) {
          break;
        }
        var pattern =
            value.hasVariable()
                ? WildcardPattern.literal(text.apply(value))
                : WildcardPattern.of(text.apply(value));
        again = wide.stream().anyMatch(w -> !w.equals(pattern) && w.contains(pattern));
      }
      if (again) {
        redundant.add(value);
      }
    }
    return new Covered(redundant, Math.min(pairs, allowed));
  }

  private static void statements(Draft policy, Findings findings) {
    Map<String, List<Location>> same = new HashMap<>();
    for (var statement : policy.statements()) {
      same.computeIfAbsent(content(statement), k -> new ArrayList<>()).add(statement.location());
    }
    for (var locations : same.values()) {
      if (locations.size() > 1) {
        findings.add(Issue.REDUNDANT_STATEMENT, locations.stream().limit(Findings.MOST).toList());
      }
    }
  }

  /** All of a statement but its Sid, in one form for all ways to write it. */
  private static String content(Statement statement) {
    var out = new StringBuilder();
    var effect = statement.effect();
    out.append(effect == null ? "" : effect.text()).append('\n');
    append(out, statement.action());
    append(out, statement.resource());
    var principal = statement.principal();
    if (principal != null) {
      out.append(principal.name());
      principal.groups().stream()
          .flatMap(group -> group.values().stream().map(v -> group.key() + ":" + v.text()))
          .sorted()
          .forEach(text -> out.append('\n').append(text));
    }
    statement.conditions().stream()
        .map(
            condition ->
                condition.operatorText()
                    + " "
                    + condition.lowerKey()
                    + condition.values().stream().map(Literal::text).sorted().toList())
        .sorted()
        .forEach(text -> out.append('\n').append(text));
    return out.toString();
  }

  private static void append(StringBuilder out, @Nullable Element element) {
    if (element != null) {
      out.append(element.name());
      element.values().stream()
          .map(Literal::text)
          .sorted()
          .forEach(text -> out.append('\n').append(text));
      out.append('\n');
    }
  }
}

package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Policy variables: where they can stand, and their form.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html">Variables
 *     and tags</a>
 */
final class VariableChecks implements PolicyValidator.Check {
  private static final Set<String> ESCAPES = Set.of("*", "?", "$");

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      misplaced(statement, findings);
      for (var value : texts(statement).toList()) {
        form(policy, value, findings);
      }
      for (var condition : statement.conditions()) {
        var operator = condition.operator();
        boolean text =
            operator == null
                || operator.family() == Operator.Family.STRING
                || operator.family() == Operator.Family.ARN;
        for (var value : condition.values()) {
          if (text) {
            form(policy, value, findings);
          } else if (value.hasVariable()) {
            findings.add(Issue.INVALID_VARIABLE_FOR_OPERATOR, value.location());
          }
        }
      }
    }
  }

  private static Stream<Literal> texts(Statement statement) {
    var resource = statement.resource();
    return resource == null ? Stream.of() : resource.values().stream();
  }

  private static void misplaced(Statement statement, Findings findings) {
    var action = statement.action();
    var principal = statement.principal();
    Stream<@Nullable Literal> single = Stream.of(statement.sid(), statement.effect());
    Stream.concat(
            single,
            Stream.concat(
                action == null ? Stream.of() : action.values().stream(),
                principal == null ? Stream.of() : principal.values()))
        .forEach(
            value -> {
              if (value != null && value.hasVariable()) {
                findings.add(
                    Issue.VARIABLE_UNSUPPORTED_IN_ELEMENT,
                    List.of(value.location()),
                    "variable",
                    firstVariable(value.text()));
              }
            });
  }

  private static String firstVariable(String text) {
    int start = text.indexOf("${");
    int end = text.indexOf('}', start);
    return end < 0 ? text.substring(start) : text.substring(start, end + 1);
  }

  private static void form(Draft policy, Literal value, Findings findings) {
    var text = value.text();
    boolean found = false;
    for (int start = text.indexOf("${"); start >= 0; start = text.indexOf("${", start + 2)) {
      found = true;
      int end = text.indexOf('}', start);
      if (end < 0) {
        findings.add(Issue.MISSING_BRACE_IN_VARIABLE, place(value, start, text.length()));
        break;
      }
      inside(text.substring(start + 2, end), place(value, start, end + 1), findings);
    }
    if (found && !policy.hasVariables()) {
      findings.add(Issue.VARIABLE_UNSUPPORTED_IN_VERSION, value.location());
    }
  }

  private static void inside(String content, Location place, Findings findings) {
    if (ESCAPES.contains(content)) {
      return;
    }
    int comma = content.indexOf(',');
    var name = comma < 0 ? content : content.substring(0, comma);
    if (name.isBlank()) {
      findings.add(Issue.EMPTY_VARIABLE, place);
      return;
    }
    if (name.indexOf(' ') >= 0) {
      findings.add(Issue.UNSUPPORTED_SPACE_IN_VARIABLE, place);
    }
    if (comma >= 0) {
      var rest = content.substring(comma + 1).strip();
      if (rest.length() < 2 || !rest.startsWith("'") || !rest.endsWith("'")) {
        findings.add(Issue.MISSING_QUOTE_IN_VARIABLE, place);
      }
    }
  }

  /** A part of a string; its place in the text is true where the string has no escapes. */
  private static Location place(Literal value, int start, int end) {
    var whole = value.location();
    int first = Math.min(whole.start() + 1 + start, whole.end());
    int last = Math.min(whole.start() + 1 + end, whole.end());
    return whole.at(new Step.Substring(start, end - start), first, last);
  }
}

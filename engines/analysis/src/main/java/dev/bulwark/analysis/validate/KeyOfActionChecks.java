package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Conditions on keys that requests for some of the statement's actions never have. Actions with
 * wildcards are not looked at, nor those of services that the reference does not know.
 */
final class KeyOfActionChecks implements PolicyValidator.Check {
  private final AuthorizationReference reference;

  KeyOfActionChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        var operator = condition.operator();
        if (operator != null
            && !operator.ifExists()
            && operator.family() != Operator.Family.NULL
            && isKnownKeyOfService(condition)) {
          check(statement, condition, findings);
        }
      }
    }
  }

  private boolean isKnownKeyOfService(Condition condition) {
    var key = condition.lowerKey();
    int colon = key.indexOf(':');
    if (colon < 0 || key.startsWith("aws:") || reference.globalKey(key).isPresent()) {
      return false;
    }
    var prefix = key.substring(0, colon);
    return reference.service(prefix).flatMap(service -> service.key(key)).isPresent()
        || (reference.isFederation(prefix)
            && reference.service("sts").flatMap(sts -> sts.key(key)).isPresent());
  }

  private void check(Statement statement, Condition condition, Findings findings) {
    List<Literal> unsupported = new ArrayList<>();
    for (var action : statement.actions()) {
      if (!action.hasWildcard()
          && reference
              .action(action.text())
              .filter(known -> !known.brings(condition.key()))
              .isPresent()) {
        unsupported.add(action);
      }
    }
    if (!unsupported.isEmpty()) {
      List<Location> places = new ArrayList<>(unsupported.stream().map(Literal::location).toList());
      places.add(condition.location());
      findings.add(
          Issue.UNSUPPORTED_ACTION_FOR_CONDITION_KEY,
          places,
          "actions",
          unsupported.stream().map(Literal::text).collect(Collectors.joining(", ")),
          "key",
          condition.key());
    }
  }
}

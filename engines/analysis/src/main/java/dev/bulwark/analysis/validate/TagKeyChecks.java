package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on tags of resources, together with actions that do not support them: such a condition
 * never holds for them.
 */
final class TagKeyChecks implements PolicyValidator.Check {
  private static final String RESOURCE_TAG = "aws:resourcetag/";

  private final AuthorizationReference reference;

  TagKeyChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        var operator = condition.operator();
        if (operator != null
            && operator.demandsValue()
            && condition.lowerKey().startsWith(RESOURCE_TAG)) {
          check(statement, condition, findings);
        }
      }
    }
  }

  private void check(Statement statement, Condition condition, Findings findings) {
    var action = statement.action();
    if (action == null) {
      return;
    }
    if (action.isNegated()) {
      findings.add(
          statement.isDeny()
              ? Issue.DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
              : Issue.ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
          List.of(action.location(), condition.location()),
          "conditionKeyName",
          condition.key());
      return;
    }
    Set<String> services = new TreeSet<>();
    List<Location> places = new ArrayList<>();
    for (var value : action.values()) {
      var service = unsupportedService(value, condition);
      if (service != null) {
        services.add(service);
        places.add(value.location());
      }
    }
    if (!services.isEmpty()) {
      places.add(condition.location());
      findings.add(
          statement.isDeny()
              ? Issue.DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE
              : Issue.ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
          places,
          "conditionKeyName",
          condition.key(),
          "serviceNames",
          String.join(", ", services));
    }
  }

  private @Nullable String unsupportedService(Literal action, Condition condition) {
    int colon = action.text().indexOf(':');
    if (colon < 0) {
      return null;
    }
    var prefix = action.lower().substring(0, colon);
    var meant =
        reference
            .service(prefix)
            .map(service -> service.actions(action.text().substring(colon + 1)))
            .orElse(List.of());
    return !meant.isEmpty() && meant.stream().noneMatch(known -> known.brings(condition.key()))
        ? prefix
        : null;
  }
}

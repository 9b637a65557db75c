package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.List;
import java.util.Set;

/**
 * What service control and resource control policies may say.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html">RCP
 *     syntax</a>
 */
final class OrganizationPolicyChecks implements PolicyValidator.Check {
  private static final String IS_SERVICE = "aws:principalisawsservice";
  private static final Set<String> PRINCIPAL_KEYS =
      Set.of(
          "aws:principalorgid",
          "aws:principalorgpaths",
          "aws:principalaccount",
          "aws:principalarn");
  private static final Set<String> SOURCE_KEYS =
      Set.of("aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceaccount", "aws:sourcearn");
  private static final Set<String> SOURCE_ORGANIZATION_KEYS =
      Set.of("aws:sourceorgid", "aws:sourceorgpaths");

  private final AuthorizationReference reference;

  OrganizationPolicyChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      switch (policy.type()) {
        case SERVICE_CONTROL_POLICY -> serviceControl(statement, findings);
        case RESOURCE_CONTROL_POLICY -> {
          resourceControl(statement, findings);
          if (statement.isDeny()) {
            relatedKeys(statement, findings);
          }
        }
        case IDENTITY_POLICY -> {
          var principal = statement.principal();
          if (principal != null) {
            findings.add(
                Issue.UNSUPPORTED_PRINCIPAL,
                List.of(principal.location()),
                "policy_type",
                policy.type().name());
          }
        }
        case RESOURCE_POLICY -> {}
      }
    }
  }

  private static void serviceControl(Statement statement, Findings findings) {
    var principal = statement.principal();
    if (principal != null) {
      findings.add(Issue.SCP_SYNTAX_ERROR_PRINCIPAL, principal.location());
    }
    var action = statement.action();
    if (action == null) {
      return;
    }
    for (var value : action.values()) {
      var text = value.text();
      int star = text.indexOf('*');
      if (star >= 0 && star < text.length() - 1) {
        findings.add(
            Issue.SCP_SYNTAX_ERROR_ACTION_WILDCARD, List.of(value.location()), "action", text);
      }
    }
  }

  private void resourceControl(Statement statement, Findings findings) {
    var principal = statement.principal();
    if (principal != null
        && (principal.isNegated()
            || principal.values().anyMatch(value -> !value.text().equals("*")))) {
      findings.add(Issue.RCP_SYNTAX_ERROR_PRINCIPAL, principal.location());
    }
    var action = statement.action();
    if (action != null && action.isNegated()) {
      findings.add(Issue.RCP_SYNTAX_ERROR_NOTACTION, action.location());
    }
    if (statement.isAllow()) {
      allow(statement, findings);
      return;
    }
    for (var value : statement.actions()) {
      int colon = value.text().indexOf(':');
      if (colon < 0 || !reference.supportsResourceControl(value.text().substring(0, colon))) {
        findings.add(Issue.RCP_SYNTAX_ERROR_ACTION, value.location());
      }
    }
  }

  private static void allow(Statement statement, Findings findings) {
    var resource = statement.resource();
    boolean narrow =
        !statement.conditions().isEmpty()
            || (resource != null
                && (resource.isNegated()
                    || resource.values().stream().anyMatch(r -> !r.text().equals("*"))));
    if (narrow) {
      findings.add(Issue.RCP_SYNTAX_ERROR_ALLOW, statement.location());
    }
  }

  /** Services act on resources as well; a condition on principals must leave them out. */
  private static void relatedKeys(Statement statement, Findings findings) {
    for (var condition : statement.conditions()) {
      var key = condition.lowerKey();
      if (PRINCIPAL_KEYS.contains(key) && !asks(statement, IS_SERVICE, "false")) {
        add(Issue.RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY, condition, findings);
      }
      if (SOURCE_KEYS.contains(key) && !isNull(condition) && !asks(statement, IS_SERVICE, "true")) {
        add(Issue.RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY, condition, findings);
      }
      if (SOURCE_ORGANIZATION_KEYS.contains(key)
          && !asks(statement, "aws:sourceaccount", "false")
          && !asks(statement, "aws:sourcearn", "false")) {
        add(Issue.RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK, condition, findings);
      }
    }
  }

  private static boolean isNull(Condition condition) {
    var operator = condition.operator();
    return operator != null && operator.family() == Operator.Family.NULL;
  }

  private static boolean asks(Statement statement, String lowerKey, String value) {
    return statement.conditions().stream()
        .filter(condition -> condition.isAbout(lowerKey))
        .filter(condition -> lowerKey.equals(IS_SERVICE) || isNull(condition))
        .flatMap(condition -> condition.values().stream())
        .anyMatch(literal -> literal.lower().equals(value));
  }

  private static void add(Issue issue, Condition condition, Findings findings) {
    findings.add(issue, List.of(condition.keyLocation()), "conditionKeyName", condition.key());
  }
}

package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.PrincipalElement;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Role trust policies: who may assume a role by which operation.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html">Principals</a>
 */
final class TrustPolicyChecks implements PolicyValidator.Check {
  private static final String ASSUME = "sts:assumerole";
  private static final String ASSUME_WITH_SAML = "sts:assumerolewithsaml";
  private static final String ASSUME_WITH_WEB_IDENTITY = "sts:assumerolewithwebidentity";
  private static final String GITHUB = "token.actions.githubusercontent.com";
  private static final String ROLES_ANYWHERE = "rolesanywhere.amazonaws.com";
  private static final Set<String> ROLES_ANYWHERE_ACTIONS =
      Set.of(ASSUME, "sts:setsourceidentity", "sts:tagsession");
  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(/[^\\s*?]*)?");
  private static final Pattern PROVIDER_ARN =
      Pattern.compile("arn:[^:]+:iam::\\d{12}:(saml-provider|oidc-provider)/[^\\s*?]+");

  private final AuthorizationReference reference;

  TrustPolicyChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    if (!policy.isTrustPolicy()) {
      return;
    }
    for (var statement : policy.statements()) {
      syntax(statement, findings);
      var principal = statement.principal();
      if (principal == null || principal.isNegated()) {
        continue;
      }
      principal.values("Federated").forEach(value -> federatedForm(value, findings));
      mismatches(statement, principal, findings);
      redundantSessions(principal, findings);
      if (statement.isAllow()) {
        rolesAnywhere(statement, principal, findings);
        neededActions(statement, findings);
        openIdConditions(statement, principal, findings);
      }
      audiences(statement, findings);
    }
  }

  private static void syntax(Statement statement, Findings findings) {
    var resource = statement.resource();
    if (resource != null) {
      findings.add(Issue.ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE, resource.location());
    }
    var principal = statement.principal();
    if (principal == null) {
      return;
    }
    if (principal.isNegated()) {
      findings.add(Issue.ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL, principal.location());
    } else if (principal.groups().stream().anyMatch(group -> group.key().equals("*"))) {
      findings.add(Issue.ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL, principal.location());
    }
  }

  private static void federatedForm(Literal value, Findings findings) {
    if (!value.hasWildcard()
        && !DOMAIN.matcher(value.text()).matches()
        && !PROVIDER_ARN.matcher(value.text()).matches()) {
      findings.add(Issue.INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY, value.location());
    }
  }

  private static boolean isSaml(Literal provider) {
    return provider.text().contains(":saml-provider/");
  }

  private static void mismatches(
      Statement statement, PrincipalElement principal, Findings findings) {
    for (var action : statement.actions()) {
      List<Literal> wrong = new ArrayList<>();
      List<Location> places = new ArrayList<>();
      for (var group : principal.groups()) {
        boolean federated = group.key().equals("Federated");
        for (var value : group.values()) {
          boolean fits =
              switch (action.lower()) {
                case ASSUME -> !federated;
                case ASSUME_WITH_SAML -> federated && isSaml(value);
                case ASSUME_WITH_WEB_IDENTITY -> federated && !isSaml(value);
                default -> true;
              };
          if (!fits) {
            wrong.add(value);
            places.add(value.location());
          }
        }
      }
      if (!wrong.isEmpty()) {
        places.addFirst(action.location());
        findings.add(
            Issue.MISMATCHED_ACTION_FOR_PRINCIPAL,
            places,
            "actionName",
            action.text(),
            "principalNames",
            wrong.stream().map(Literal::text).collect(Collectors.joining(", ")));
      }
    }
  }

  private static void redundantSessions(PrincipalElement principal, Findings findings) {
    var values = principal.values("AWS").toList();
    for (var session : values) {
      var parts = session.text().split(":", 6);
      if (parts.length < 6 || !parts[5].startsWith("assumed-role/")) {
        continue;
      }
      var name = parts[5].split("/")[1];
      for (var role : values) {
        if (role.text().startsWith("arn:" + parts[1] + ":iam::" + parts[4] + ":role/")
            && role.text().endsWith("/" + name)) {
          findings.add(
              Issue.REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY,
              List.of(session.location()),
              "redundant_principal",
              session.text(),
              "parent_role",
              role.text());
        }
      }
    }
  }

  private static void rolesAnywhere(
      Statement statement, PrincipalElement principal, Findings findings) {
    if (principal.values("Service").noneMatch(value -> value.text().equals(ROLES_ANYWHERE))) {
      return;
    }
    var actions = statement.actions().stream().map(Literal::lower).collect(Collectors.toSet());
    if (!actions.contains("sts:*") && !actions.containsAll(ROLES_ANYWHERE_ACTIONS)) {
      var action = statement.action();
      findings.add(
          Issue.MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY,
          action == null ? statement.location() : action.location());
    }
  }

  /** Tags and source identities are set by actions of their own. */
  private static void neededActions(Statement statement, Findings findings) {
    for (var condition : statement.conditions()) {
      var key = condition.lowerKey();
      if (key.equals("sts:sourceidentity")) {
        needs("sts:SetSourceIdentity", statement, condition, findings);
      } else if (key.equals("aws:tagkeys")
          || key.equals("sts:transitivetagkeys")
          || key.startsWith("aws:requesttag/")) {
        needs("sts:TagSession", statement, condition, findings);
      }
    }
  }

  private static void needs(
      String name, Statement statement, Condition condition, Findings findings) {
    var lower = name.toLowerCase(Locale.ROOT);
    boolean there =
        statement.actions().isEmpty()
            || statement.actions().stream()
                .anyMatch(a -> a.lower().equals(lower) || a.lower().equals("sts:*"));
    if (!there) {
      findings.add(
          Issue.MISSING_ACTION_FOR_CONDITION_KEY,
          List.of(condition.keyLocation()),
          "actionName",
          name,
          "keyName",
          condition.key());
    }
  }

  private static String host(Literal provider) {
    int slash = provider.text().indexOf(":oidc-provider/");
    return slash < 0
        ? provider.text()
        : provider.text().substring(slash + ":oidc-provider/".length());
  }

  private static void openIdConditions(
      Statement statement, PrincipalElement principal, Findings findings) {
    for (var provider : principal.values("Federated").toList()) {
      if (isSaml(provider)) {
        continue;
      }
      var host = host(provider).toLowerCase(Locale.ROOT);
      boolean conditioned =
          statement.conditions().stream().anyMatch(c -> c.lowerKey().startsWith(host + ":"));
      if (!conditioned) {
        findings.add(Issue.MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL, provider.location());
      }
      if (host.equals(GITHUB)) {
        github(statement, provider, findings);
      }
    }
  }

  private static void github(Statement statement, Literal provider, Findings findings) {
    var subjects =
        statement.conditions().stream()
            .filter(c -> c.isAbout(GITHUB + ":sub") || c.isAbout(GITHUB + ":job_workflow_ref"))
            .toList();
    if (subjects.isEmpty()) {
      findings.add(Issue.MISSING_GITHUB_REPO_CONDITION_KEY, provider.location());
      return;
    }
    boolean fixedReference =
        statement.conditions().stream()
            .filter(c -> c.isAbout(GITHUB + ":ref"))
            .flatMap(c -> c.values().stream())
            .anyMatch(value -> !value.hasWildcard());
    for (var subject : subjects) {
      for (var value : subject.values()) {
        if (value.text().contains("*") && !(fixedReference && namesRepository(value.text()))) {
          findings.add(Issue.SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED, value.location());
        }
      }
    }
  }

  private static boolean namesRepository(String subject) {
    var parts = subject.split(":", 3);
    return parts.length > 2 && parts[0].equals("repo") && !parts[1].contains("*");
  }

  /** An audience is one value, as far as AWS knows the provider. */
  private void audiences(Statement statement, Findings findings) {
    for (var condition : statement.conditions()) {
      var operator = condition.operator();
      var key = condition.lowerKey();
      if (operator == null || operator.qualifier().isEmpty() || !key.endsWith(":aud")) {
        continue;
      }
      if (!reference.isFederation(key.substring(0, key.length() - ":aud".length()))) {
        findings.add(
            Issue.CONFIRM_AUDIENCE_CLAIM_TYPE,
            List.of(condition.keyLocation()),
            "key",
            condition.key(),
            "audienceType",
            "audience");
      } else if (operator.isForAnyValue()) {
        findings.add(
            Issue.FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE,
            List.of(condition.keyLocation()),
            "key",
            condition.key());
      }
    }
  }
}

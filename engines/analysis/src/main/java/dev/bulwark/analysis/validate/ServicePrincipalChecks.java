package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.PrincipalElement;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Service principals: their form, and whether a grant to one says on whose behalf it may act.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html">The confused
 *     deputy problem</a>
 */
final class ServicePrincipalChecks implements PolicyValidator.Check {
  private static final Pattern SERVICE =
      Pattern.compile(
          "[a-z0-9-]+(\\.[a-z0-9-]+)*\\.amazonaws\\.com(\\.cn)?|[a-z0-9-]+\\.aws\\.internal");
  private static final Pattern VIA_SERVICE =
      Pattern.compile("[a-z0-9*?-]+\\.[a-z0-9*?-]+\\.amazonaws\\.com(\\.cn)?|\\*");
  private static final String FORMAT = "service-name.amazonaws.com";
  private static final String VIA_FORMAT = "service-name.AWS_region.amazonaws.com";
  private static final String VIA_KEY = "kms:viaservice";

  /** Condition keys whose values are service principals. */
  private static final Set<String> SERVICE_KEYS =
      Set.of(
          "aws:principalservicename",
          "aws:calledvia",
          "aws:calledviafirst",
          "aws:calledvialast",
          "iam:passedtoservice",
          "iam:awsservicename");

  private static final Set<String> SOURCE_KEYS =
      Set.of("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths");
  private static final Set<String> POORER_KEYS = Set.of("aws:referer", "aws:sourceowner");
  private static final Set<String> PRINCIPAL_KEYS =
      Set.of(
          "aws:principalorgid",
          "aws:principalorgpaths",
          "aws:principalaccount",
          "aws:principalarn",
          "aws:principaltype",
          "aws:userid",
          "aws:username");

  @Override
  public void run(Draft policy, Findings findings) {
    boolean grantsToServices =
        policy.type() == PolicyType.RESOURCE_POLICY && !policy.isTrustPolicy();
    for (var statement : policy.statements()) {
      var principal = statement.principal();
      if (principal != null) {
        principal.values("Service").forEach(value -> form(value, findings));
        if (grantsToServices && statement.isAllow() && !principal.isNegated()) {
          sources(statement, principal, findings);
        }
      }
      statement.conditions().forEach(condition -> values(condition, findings));
    }
  }

  private static void form(Literal value, Findings findings) {
    if (!value.hasWildcard() && !SERVICE.matcher(value.text()).matches()) {
      findings.add(
          Issue.INVALID_SERVICE_PRINCIPAL_FORMAT,
          List.of(value.location()),
          "expectedFormat",
          FORMAT);
    }
  }

  private static void values(Condition condition, Findings findings) {
    var operator = condition.operator();
    if (operator == null || operator.family() != Operator.Family.STRING) {
      return;
    }
    if (condition.isAbout(VIA_KEY)) {
      for (var value : condition.values()) {
        if (!value.hasVariable() && !VIA_SERVICE.matcher(value.text()).matches()) {
          findings.add(
              Issue.INVALID_SERVICE_PRINCIPAL_FORMAT,
              List.of(value.location()),
              "expectedFormat",
              VIA_FORMAT);
        }
      }
    } else if (SERVICE_KEYS.contains(condition.lowerKey())) {
      condition.values().stream()
          .filter(value -> !value.hasVariable())
          .forEach(value -> form(value, findings));
    }
  }

  private static void sources(Statement statement, PrincipalElement principal, Findings findings) {
    var services = principal.values("Service").toList();
    if (services.isEmpty()) {
      return;
    }
    var locations = services.stream().map(Literal::location).toList();
    if (principal.groups().stream().allMatch(group -> group.key().equals("Service"))) {
      unsupportedKeys(statement, findings);
    }
    if (statement.conditions().stream().anyMatch(c -> SOURCE_KEYS.contains(c.lowerKey()))) {
      return;
    }
    var poorer =
        statement.conditions().stream()
            .filter(condition -> POORER_KEYS.contains(condition.lowerKey()))
            .toList();
    if (poorer.isEmpty()) {
      findings.add(Issue.RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL, locations);
      return;
    }
    for (var condition : poorer) {
      var name = services.getFirst().text();
      findings.add(
          Issue.RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
          List.of(condition.keyLocation()),
          "servicePrincipalPrefix",
          name.substring(0, Math.max(name.indexOf('.'), 0)),
          "key",
          condition.key());
    }
  }

  /** A service's requests have no keys that describe IAM principals. */
  private static void unsupportedKeys(Statement statement, Findings findings) {
    var keys =
        statement.conditions().stream()
            .filter(condition -> PRINCIPAL_KEYS.contains(condition.lowerKey()))
            .toList();
    if (!keys.isEmpty()) {
      findings.add(
          Issue.UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
          keys.stream().map(Condition::keyLocation).toList(),
          "conditionKeys",
          keys.stream().map(Condition::key).collect(Collectors.joining(", ")));
    }
  }
}

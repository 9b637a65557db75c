package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.PrincipalElement;
import java.util.List;

/** The form of principals in resource policies. */
final class PrincipalChecks implements PolicyValidator.Check {

  @Override
  public void run(Draft policy, Findings findings) {
    if (policy.type() != PolicyType.RESOURCE_POLICY) {
      return;
    }
    boolean trust = policy.isTrustPolicy();
    for (var statement : policy.statements()) {
      var principal = statement.principal();
      if (principal == null) {
        continue;
      }
      wildcards(principal, findings);
      uniqueIds(principal, findings);
      if (statement.isAllow() && principal.isNegated() && !trust) {
        findings.add(Issue.ALLOW_WITH_NOT_PRINCIPAL, principal.location());
      }
      if (!trust) {
        principal
            .values("Federated")
            .forEach(
                value -> findings.add(Issue.FEDERATED_PRINCIPAL_NOT_SUPPORTED, value.location()));
      }
    }
  }

  private static void wildcards(PrincipalElement principal, Findings findings) {
    for (var group : principal.groups()) {
      for (var value : group.values()) {
        boolean everyone =
            value.text().equals("*") && (group.key().equals("*") || group.key().equals("AWS"));
        if (value.hasWildcard() && !everyone) {
          findings.add(
              Issue.UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
              List.of(value.location()),
              "principal_key",
              group.key());
        }
      }
    }
  }

  private static void uniqueIds(PrincipalElement principal, Findings findings) {
    principal
        .values("AWS")
        .forEach(
            value -> {
              if (isUniqueId(value.text(), "AROA")) {
                findings.add(
                    Issue.INVALID_ROLE_REFERENCE,
                    List.of(value.location()),
                    "roleid",
                    value.text());
              } else if (isUniqueId(value.text(), "AIDA")) {
                findings.add(
                    Issue.INVALID_USER_REFERENCE,
                    List.of(value.location()),
                    "userid",
                    value.text());
              }
            });
  }

  private static boolean isUniqueId(String text, String prefix) {
    return text.startsWith(prefix)
        && text.length() >= 16
        && text.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  }
}

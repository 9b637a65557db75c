package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Version, Sid, Effect, and which elements a statement must have. */
final class ElementChecks implements PolicyValidator.Check {
  private static final String VERSIONS = Draft.VERSION_2012 + ", " + Draft.VERSION_2008;

  @Override
  public void run(Draft policy, Findings findings) {
    version(policy, findings);
    boolean trust = policy.isTrustPolicy();
    for (var statement : policy.statements()) {
      effect(statement, findings);
      missing(policy, statement, trust, findings);
      sid(policy, statement, findings);
    }
    duplicateSids(policy, trust, findings);
  }

  private static void version(Draft policy, Findings findings) {
    var version = policy.version();
    if (version == null) {
      findings.add(Issue.MISSING_VERSION, policy.whole());
    } else if (!version.text().equals(Draft.VERSION_2012)
        && !version.text().equals(Draft.VERSION_2008)) {
      findings.add(
          Issue.INVALID_VERSION,
          List.of(version.location()),
          "version",
          version.text(),
          "versions",
          VERSIONS);
    }
  }

  private static void effect(Statement statement, Findings findings) {
    var effect = statement.effect();
    if (effect == null) {
      findings.add(Issue.MISSING_EFFECT, statement.location());
    } else if (!statement.isAllow() && !statement.isDeny()) {
      findings.add(Issue.INVALID_EFFECT, List.of(effect.location()), "effect", effect.text());
    }
  }

  private static void missing(Draft policy, Statement statement, boolean trust, Findings findings) {
    var action = statement.action();
    if (action == null) {
      findings.add(Issue.MISSING_ACTION, statement.location());
    } else if (action.values().isEmpty()) {
      findings.add(Issue.EMPTY_ARRAY_ACTION, action.location());
    }
    var resource = statement.resource();
    if (resource == null && !trust) {
      findings.add(Issue.MISSING_RESOURCE, statement.location());
    } else if (resource != null && resource.values().isEmpty()) {
      findings.add(Issue.EMPTY_ARRAY_RESOURCE, resource.location());
    }
    boolean needsPrincipal =
        policy.type() == PolicyType.RESOURCE_POLICY
            || policy.type() == PolicyType.RESOURCE_CONTROL_POLICY;
    if (needsPrincipal && statement.principal() == null) {
      findings.add(Issue.MISSING_PRINCIPAL, statement.location());
    }
  }

  private static void sid(Draft policy, Statement statement, Findings findings) {
    var sid = statement.sid();
    if (sid == null) {
      return;
    }
    if (sid.text().isEmpty()) {
      findings.add(Issue.EMPTY_SID_VALUE, sid.location());
    } else if (policy.type() != PolicyType.RESOURCE_POLICY
        && !sid.text().chars().allMatch(ElementChecks::isAlphanumeric)) {
      findings.add(Issue.UNSUPPORTED_SID, sid.location());
    }
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** IAM and Organizations refuse Sids that stand twice; most services do not care. */
  private static void duplicateSids(Draft policy, boolean trust, Findings findings) {
    Map<String, List<Location>> places = new LinkedHashMap<>();
    for (var statement : policy.statements()) {
      var sid = statement.sid();
      if (sid != null && !sid.text().isEmpty()) {
        places.computeIfAbsent(sid.text(), k -> new ArrayList<>()).add(sid.location());
      }
    }
    boolean required = policy.type() != PolicyType.RESOURCE_POLICY || trust;
    for (var locations : places.values()) {
      if (locations.size() > 1) {
        findings.add(
            required ? Issue.UNIQUE_SIDS_REQUIRED : Issue.UNIQUE_SIDS_RECOMMENDED, locations);
      }
    }
  }
}

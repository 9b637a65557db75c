package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.ApiNames;
import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.validate.Draft.Literal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the actions that a policy names exist. */
final class ActionChecks implements PolicyValidator.Check {
  /** What services are called by people, where their prefix is another. */
  private static final Map<String, String> PREFIXES =
      Map.ofEntries(
          Map.entry("apigatewayv2", "apigateway"),
          Map.entry("cloudwatchlogs", "logs"),
          Map.entry("cloudwatchevents", "events"),
          Map.entry("dynamo", "dynamodb"),
          Map.entry("efs", "elasticfilesystem"),
          Map.entry("elb", "elasticloadbalancing"),
          Map.entry("elbv2", "elasticloadbalancing"),
          Map.entry("emr", "elasticmapreduce"),
          Map.entry("eventbridge", "events"),
          Map.entry("msk", "kafka"),
          Map.entry("opensearch", "es"),
          Map.entry("sesv2", "ses"),
          Map.entry("stepfunctions", "states"));

  private final AuthorizationReference reference;

  ActionChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      var action = statement.action();
      if (action != null) {
        for (var value : action.values()) {
          if (findings.isFull()) {
            return;
          }
          check(value, findings);
        }
      }
    }
  }

  private void check(Literal value, Findings findings) {
    var text = value.text();
    if (text.equals("*") || value.hasVariable()) {
      return;
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      missing(value, null, findings);
      return;
    }
    var prefix = text.substring(0, colon);
    if (prefix.indexOf('*') >= 0 || prefix.indexOf('?') >= 0) {
      findings.add(Issue.WILDCARD_IN_SERVICE_NAME, value.location());
      return;
    }
    var service = reference.service(prefix);
    if (service.isEmpty()) {
      unknownService(value, prefix, findings);
    } else if (service.get().actions(text.substring(colon + 1)).isEmpty()) {
      missing(value, ApiNames.action(text).orElse(null), findings);
    }
  }

  private static void missing(Literal value, @Nullable String instead, Findings findings) {
    if (instead == null) {
      findings.add(Issue.INVALID_ACTION, List.of(value.location()), "action", value.text());
      return;
    }
    findings.addVariant(
        Issue.INVALID_ACTION,
        ".API",
        List.of(value.location()),
        "action",
        value.text(),
        "valid_action",
        instead,
        "api",
        value.text().substring(value.text().indexOf(':') + 1));
  }

  /** AWS names the whole action where it means its service. */
  private static void unknownService(Literal value, String prefix, Findings findings) {
    var instead = PREFIXES.get(prefix.toLowerCase(Locale.ROOT));
    if (instead == null) {
      findings.add(
          Issue.INVALID_SERVICE_IN_ACTION, List.of(value.location()), "service", value.text());
      return;
    }
    findings.addVariant(
        Issue.INVALID_SERVICE_IN_ACTION,
        ".SUGGESTED",
        List.of(value.location()),
        "service",
        value.text(),
        "service2",
        instead);
  }
}

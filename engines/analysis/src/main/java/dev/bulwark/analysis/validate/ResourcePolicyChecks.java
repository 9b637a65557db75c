package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.Action;
import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.validate.Draft.Literal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What fits the policy of one type of resource: its actions, its ARNs, its condition keys. Asked
 * only where the caller says what the policy is to be attached to.
 */
final class ResourcePolicyChecks implements PolicyValidator.Check {

  /** A type of resource, and the names of its types in the authorization reference. */
  private record Target(Set<String> services, Set<String> types) {}

  private static final Map<String, Target> TARGETS =
      Map.of(
          "AWS::S3::Bucket",
          new Target(Set.of("s3"), Set.of("bucket", "object")),
          "AWS::S3::AccessPoint",
          new Target(Set.of("s3"), Set.of("accesspoint", "accesspointobject", "bucket", "object")),
          "AWS::S3::MultiRegionAccessPoint",
          new Target(
              Set.of("s3"), Set.of("multiregionaccesspoint", "accesspoint", "bucket", "object")),
          "AWS::S3ObjectLambda::AccessPoint",
          new Target(Set.of("s3-object-lambda"), Set.of("objectlambdaaccesspoint")),
          "AWS::DynamoDB::Table",
          new Target(Set.of("dynamodb"), Set.of("table", "index")),
          Draft.TRUST_POLICY,
          new Target(Set.of("sts"), Set.of("role")));

  /** Keys that describe the resource itself, which its own policy knows already. */
  private static final Map<String, Set<String>> IRRELEVANT_KEYS =
      Map.of(
          "AWS::S3::Bucket",
          Set.of("s3:resourceaccount", "aws:resourceaccount", "aws:resourceorgid"),
          "AWS::S3::AccessPoint",
          Set.of("s3:resourceaccount", "aws:resourceaccount", "aws:resourceorgid"));

  private final AuthorizationReference reference;

  ResourcePolicyChecks(AuthorizationReference reference) {
    this.reference = reference;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    var target = TARGETS.get(policy.attachedTo());
    if (policy.type() != PolicyType.RESOURCE_POLICY || target == null) {
      return;
    }
    var irrelevant = IRRELEVANT_KEYS.getOrDefault(policy.attachedTo(), Set.of());
    for (var statement : policy.statements()) {
      for (var action : statement.actions()) {
        if (!isSupported(action, target)) {
          findings.add(
              Issue.UNSUPPORTED_ACTION_IN_POLICY,
              List.of(action.location()),
              "action",
              action.text(),
              "resourceType",
              policy.attachedTo());
        }
      }
      var resource = statement.resource();
      if (resource != null && !policy.attachedTo().equals(Draft.TRUST_POLICY)) {
        for (var value : resource.values()) {
          if (!isOf(value, target)) {
            findings.add(
                Issue.UNSUPPORTED_RESOURCE_ARN_IN_POLICY,
                List.of(value.location()),
                "resourceType",
                policy.attachedTo());
          }
        }
      }
      for (var condition : statement.conditions()) {
        if (irrelevant.contains(condition.lowerKey())) {
          findings.add(
              Issue.IRRELEVANT_CONDITION_KEY_IN_POLICY,
              List.of(condition.keyLocation()),
              "condition-key",
              condition.key(),
              "resource-type",
              policy.attachedTo());
        }
      }
    }
  }

  /** Actions that do not exist are another check's business. */
  private boolean isSupported(Literal action, Target target) {
    int colon = action.text().indexOf(':');
    if (colon < 0) {
      return true;
    }
    var prefix = action.lower().substring(0, colon);
    var service = reference.service(prefix);
    if (service.isEmpty()) {
      return true;
    }
    if (!target.services().contains(prefix)) {
      return false;
    }
    var meant = service.get().actions(action.text().substring(colon + 1));
    return meant.isEmpty() || meant.stream().anyMatch(known -> isOn(known, target));
  }

  private static boolean isOn(Action action, Target target) {
    return action.resources().stream()
        .anyMatch(use -> target.types().contains(use.type().name().toLowerCase(Locale.ROOT)));
  }

  private static boolean isOf(Literal resource, Target target) {
    var fields = resource.text().split(":", 6);
    return fields.length < 3
        || fields[2].isEmpty()
        || fields[2].indexOf('*') >= 0
        || target.services().contains(fields[2]);
  }
}

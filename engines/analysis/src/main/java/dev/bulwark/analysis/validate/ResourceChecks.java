package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.catalog.ResourceType;
import dev.bulwark.analysis.pattern.WildcardPattern;
import dev.bulwark.analysis.validate.Draft.Literal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The form of ARNs in Resource and NotResource, by the types that the service of each defines.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">ARNs</a>
 */
final class ResourceChecks implements PolicyValidator.Check {
  private static final int FIELDS = 6;
  private static final int LONGEST = 2_048;
  private static final List<String> PARTITIONS = List.of("aws", "aws-cn", "aws-us-gov");
  private static final Set<String> FURTHER_PARTITIONS =
      Set.of("aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f");
  private static final String VARIABLE = "\\$\\{[^}]*}";

  private final AuthorizationReference reference;
  private final Predicate<String> isRegion;

  ResourceChecks(AuthorizationReference reference, Predicate<String> isRegion) {
    this.reference = reference;
    this.isRegion = isRegion;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      var resource = statement.resource();
      if (resource != null) {
        resource.values().forEach(value -> check(value, findings));
      }
    }
  }

  private void check(Literal value, Findings findings) {
    var text = value.text();
    if (text.equals("*") || text.length() > LONGEST || text.startsWith("${")) {
      return;
    }
    // A variable can hold colons; as far as the form goes it is like a star.
    var fields = text.replaceAll(VARIABLE, "*").split(":", FIELDS);
    if (!WildcardPattern.of(fields[0]).matches("arn")) {
      findings.add(Issue.INVALID_ARN_PREFIX, value.location());
      return;
    }
    if (fields.length < FIELDS) {
      if (!fields[fields.length - 1].endsWith("*")) {
        findings.add(
            Issue.MISSING_ARN_FIELD, List.of(value.location()), "fields", Integer.toString(FIELDS));
      }
      return;
    }
    partition(value, fields, findings);
    service(value, fields, findings);
  }

  private static boolean isWild(String field) {
    return field.indexOf('*') >= 0 || field.indexOf('?') >= 0;
  }

  private static void partition(Literal value, String[] fields, Findings findings) {
    var partition = fields[1];
    if (!isWild(partition)
        && !PARTITIONS.contains(partition)
        && !FURTHER_PARTITIONS.contains(partition)) {
      findings.add(
          Issue.INVALID_PARTITION,
          List.of(value.location()),
          "service",
          fields[2],
          "partition",
          partition,
          "partitions",
          String.join(", ", PARTITIONS));
    }
  }

  private void service(Literal value, String[] fields, Findings findings) {
    var service = fields[2];
    if (isWild(service)) {
      findings.add(Issue.WILDCARD_IN_SERVICE_NAME, value.location());
      return;
    }
    if (!reference.isArnService(service)) {
      var lower = service.toLowerCase(Locale.ROOT);
      findings.add(
          !lower.equals(service) && reference.isArnService(lower)
              ? Issue.INVALID_ARN_SERVICE_CASE
              : Issue.INVALID_SERVICE,
          List.of(value.location()),
          "service",
          service);
      return;
    }
    var types = reference.resourceTypes(service);
    if (!types.isEmpty()) {
      parts(value, fields, types, findings);
    }
  }

  private void parts(Literal value, String[] fields, List<ResourceType> types, Findings findings) {
    var resource = WildcardPattern.of(fields[5]);
    var fitting =
        types.stream().filter(type -> form(type.parts().get(5)).intersects(resource)).toList();
    if (fitting.isEmpty()) {
      findings.add(Issue.INVALID_ARN_RESOURCE, value.location());
      return;
    }
    region(value, fields, fitting, findings);
    account(value, fields, fitting, findings);
  }

  private static WildcardPattern form(String part) {
    return WildcardPattern.of(part.replaceAll(VARIABLE, "*"));
  }

  private void region(Literal value, String[] fields, List<ResourceType> types, Findings findings) {
    var region = fields[3];
    if (region.isEmpty()) {
      if (types.stream().noneMatch(type -> form(type.parts().get(3)).matches(""))
          || types.stream().allMatch(type -> type.parts().get(3).startsWith("${"))) {
        findings.add(Issue.MISSING_ARN_REGION, List.of(value.location()), "service", fields[2]);
      }
    } else if (types.stream().allMatch(type -> type.parts().get(3).isEmpty())) {
      if (!region.equals("*")) {
        findings.add(Issue.ARN_REGION_NOT_ALLOWED, List.of(value.location()), "service", fields[2]);
      }
    } else if (!isWild(region)
        && !isRegion.test(region)
        && types.stream().allMatch(type -> type.parts().get(3).startsWith("${"))) {
      findings.add(Issue.INVALID_ARN_REGION, List.of(value.location()), "region", region);
    }
  }

  private static void account(
      Literal value, String[] fields, List<ResourceType> types, Findings findings) {
    var account = fields[4];
    if (account.isEmpty()) {
      if (types.stream().allMatch(type -> type.parts().get(4).startsWith("${"))) {
        findings.add(
            Issue.MISSING_ARN_ACCOUNT, List.of(value.location()), "resourceName", fields[5]);
      }
    } else if (types.stream().allMatch(type -> type.parts().get(4).isEmpty())) {
      if (!account.equals("*")) {
        findings.add(
            Issue.ARN_ACCOUNT_NOT_ALLOWED, List.of(value.location()), "service", fields[2]);
      }
    } else if (!isWild(account)
        && !account.matches("\\d{12}")
        && types.stream().noneMatch(type -> type.parts().get(4).equals(account))
        && !account.equals("aws")) {
      findings.add(Issue.INVALID_ARN_ACCOUNT, List.of(value.location()), "account", account);
    }
  }
}

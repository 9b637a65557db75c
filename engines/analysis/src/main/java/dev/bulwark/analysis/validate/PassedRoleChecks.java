package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.pattern.WildcardPattern;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Grants of iam:PassRole and iam:CreateServiceLinkedRole that reach further than their author may
 * think. A condition on the service that gets the role narrows a grant enough.
 */
final class PassedRoleChecks implements PolicyValidator.Check {
  private static final Subject PASS_ROLE =
      new Subject(
          "iam:passrole",
          "arn:aws:iam::111122223333:role/*",
          "iam:passedtoservice",
          Issue.PASS_ROLE_WITH_NOT_RESOURCE,
          Issue.PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
          Issue.PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE,
          Issue.PASS_ROLE_WITH_STAR_IN_RESOURCE,
          Issue.PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE,
          Issue.PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION);

  private static final Subject CREATE_SERVICE_LINKED_ROLE =
      new Subject(
          "iam:createservicelinkedrole",
          "arn:aws:iam::111122223333:role/aws-service-role/*",
          "iam:awsservicename",
          Issue.CREATE_SLR_WITH_NOT_RESOURCE,
          Issue.CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
          Issue.CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE,
          Issue.CREATE_SLR_WITH_STAR_IN_RESOURCE,
          Issue.CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE,
          Issue.CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION);

  /** The action, and what is said of the ways to grant too much of it. */
  private record Subject(
      String action,
      String allRoles,
      String narrowingKey,
      Issue notResource,
      Issue starAndNotResource,
      Issue notActionAndNotResource,
      Issue starInResource,
      Issue starInBoth,
      Issue starAndNotAction) {}

  @Override
  public void run(Draft policy, Findings findings) {
    if (policy.type() != PolicyType.IDENTITY_POLICY) {
      return;
    }
    for (var statement : policy.statements()) {
      if (statement.isAllow()) {
        check(statement, PASS_ROLE, findings);
        check(statement, CREATE_SERVICE_LINKED_ROLE, findings);
      }
    }
  }

  private static void check(Statement statement, Subject subject, Findings findings) {
    var action = statement.action();
    var resource = statement.resource();
    if (action == null || resource == null || resource.values().isEmpty()) {
      return;
    }
    var covering =
        action.values().stream()
            .filter(v -> WildcardPattern.of(v.lower()).matches(subject.action()))
            .toList();
    if (action.isNegated() ? !covering.isEmpty() : covering.isEmpty()) {
      return;
    }
    if (resource.isNegated()) {
      report(
          subject.notResource(),
          subject.starAndNotResource(),
          subject.notActionAndNotResource(),
          statement,
          covering,
          List.of(resource.location()),
          findings);
      return;
    }
    var broad = resource.values().stream().filter(value -> coversAllRoles(value, subject)).toList();
    if (!broad.isEmpty() && !statement.hasCondition(subject.narrowingKey())) {
      report(
          subject.starInResource(),
          subject.starInBoth(),
          subject.starAndNotAction(),
          statement,
          covering,
          broad.stream().map(Literal::location).toList(),
          findings);
    }
  }

  private static boolean coversAllRoles(Literal resource, Subject subject) {
    // The roles of whichever account: that part may be a star or some account's number.
    var anyAccount = resource.text().replaceFirst("^(arn:[^:]*:iam::)\\d{12}:", "$1*:");
    return WildcardPattern.of(anyAccount).contains(WildcardPattern.of(subject.allRoles()));
  }

  private static void report(
      Issue named,
      Issue starred,
      Issue negated,
      Statement statement,
      List<Literal> covering,
      List<Location> resources,
      Findings findings) {
    var action = statement.action();
    if (action == null) {
      return;
    }
    List<Location> places = new ArrayList<>();
    Issue issue;
    if (action.isNegated()) {
      issue = negated;
      places.add(action.location());
    } else {
      issue = covering.stream().allMatch(Literal::hasWildcard) ? starred : named;
      covering.forEach(value -> places.add(value.location()));
    }
    places.addAll(resources);
    findings.add(issue, places);
  }
}

package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.Condition;
import dev.bulwark.messaging.Json;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What EventBridge asks of the policies of buses beyond what makes a policy, in the words that it
 * was seen to answer with.
 */
final class BusPolicies {
  private static final String ACTION = "events:PutEvents";
  private static final String OPERATOR = "StringEquals";
  private static final String KEY = "aws:PrincipalOrgID";
  private static final Pattern ORGANIZATION = Pattern.compile("o-[a-z0-9]{10,32}");

  private BusPolicies() {}

  /**
   * Checks what a statement is to be made of.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException
   */
  static void check(String action, @Nullable Condition condition) {
    if (!action.equals(ACTION)) {
      throw EventErrors.notSupported("action");
    }
    if (condition == null) {
      return;
    }
    if (!condition.type().equals(OPERATOR)) {
      throw EventErrors.notSupported("condition.type");
    }
    if (!condition.key().equals(KEY)) {
      throw EventErrors.notSupported("condition.key");
    }
    if (!ORGANIZATION.matcher(condition.value()).matches()) {
      throw EventErrors.validation("Provided value in parameter 'condition.value' is invalid.");
    }
  }

  /**
   * Checks a whole policy.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException
   */
  static void check(String document, BusName bus) {
    var policy =
        Json.parse(document)
            .orElseThrow(() -> EventErrors.validation("This policy contains invalid Json"));
    if (!policy.isObject()) {
      throw EventErrors.validation("This text appears not to be a policy");
    }
    for (var field : List.of("Version", "Statement")) {
      require(policy, field);
    }
    var given = policy.path("Statement");
    if (given.isEmpty()) {
      throw EventErrors.validation("Could not parse the policy: Statement is empty!");
    }
    var ids = new HashSet<String>();
    for (var statement : given.isArray() ? given : List.of(given)) {
      require(statement, "Sid");
      if (!ids.add(statement.path("Sid").asString(""))) {
        // AWS tells where the statement begins, too.
        throw EventErrors.validation("The Statement Ids in the policy are not unique");
      }
      if (!statement.has("NotResource")) {
        require(statement, "Resource");
        resources(statement.path("Resource"), bus);
      }
    }
  }

  private static void require(JsonNode node, String field) {
    if (!node.has(field)) {
      throw EventErrors.missingField(field);
    }
  }

  /** A policy speaks of its own bus, or of all. */
  private static void resources(JsonNode given, BusName bus) {
    for (var resource : given.isArray() ? given : List.of(given)) {
      var arn = resource.asString("");
      var prefix = "arn:aws:events:" + bus.region() + ":" + bus.accountId() + ":";
      if (arn.startsWith(prefix) && arn.indexOf('*') < 0 && !arn.equals(bus.arn())) {
        throw EventErrors.validation(
            "The relative-id \"%s\" is invalid for ARN \"%s\""
                .formatted(arn.substring(prefix.length()), arn));
      }
    }
  }
}

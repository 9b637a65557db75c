package dev.bulwark.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What would have to change for a denied request to be allowed, read off the steps of its decision:
 * all of it, and of each part the least. Where a statement comes near, the part of the request that
 * kept it from applying is told too, since that may be the better thing to change.
 */
final class SmallestChange {
  private final JsonNode decision;
  private final String principal;
  private final String request;
  private final boolean crossAccount;
  private final Set<String> changes = new LinkedHashSet<>();

  private SmallestChange(JsonNode decision, String principal, String account) {
    this.decision = decision;
    this.principal = principal;
    this.request = text(decision, "action") + " on " + text(decision, "resource");
    var owner = text(decision, "owner");
    this.crossAccount = !owner.isEmpty() && !owner.equals(account);
  }

  /**
   * The changes; all of them are needed.
   *
   * @param decision as the event keeps it
   * @param principal its ARN as policies name it
   * @param account of the principal
   */
  static List<String> of(JsonNode decision, String principal, String account) {
    var change = new SmallestChange(decision, principal, account);
    change.find();
    return List.copyOf(change.changes);
  }

  private void find() {
    for (var step : decision.path("steps")) {
      for (var match : step.path("matched")) {
        if (text(match, "effect").equals("DENY")) {
          changes.add(withoutDeny(step, match));
        }
      }
    }
    for (var step : decision.path("steps")) {
      switch (text(step, "type")) {
        case "RESOURCE_CONTROL",
            "SERVICE_CONTROL",
            "VPC_ENDPOINT",
            "PERMISSIONS_BOUNDARY",
            "SESSION" -> {
          if (!allows(step)) {
            changes.add("Allow " + request + " in " + place(step) + "." + near(step));
          }
        }
        default -> {}
      }
    }
    findGrant();
  }

  /** What grants: the identity's policies, the resource's, or both. */
  private void findGrant() {
    var identity = step("IDENTITY_BASED");
    var resource = step("RESOURCE_BASED");
    var trust = step("ROLE_TRUST");
    var shared = resource == null ? trust : resource;
    var decidedBy = text(decision, "outcome").equals("IMPLICIT_DENY") ? text(decision, "type") : "";
    var must = decision.path("mustAllow").asBoolean(false);
    var resourceAllows = shared != null && allows(shared);
    var identityAllows = identity == null || allows(identity);
    var both = crossAccount || must;
    var named =
        decidedBy.equals("RESOURCE_BASED")
            || decidedBy.equals("ROLE_TRUST")
            || (both && !resourceAllows)
            || (identity == null && !principalHasPolicies() && !resourceAllows);
    if (named) {
      changes.add(
          (trust == null ? "Allow " + request : "Allow " + text(decision, "action"))
              + " to the principal "
              + principal
              + " in "
              + (trust == null
                  ? "the policy of the resource"
                  : "the trust policy of " + text(decision, "resource"))
              + "."
              + (shared == null ? "" : near(shared)));
    }
    // Within the account a policy that names the principal is enough.
    if (identity != null
        && !identityAllows
        && (crossAccount || !named)
        && (decidedBy.equals("IDENTITY_BASED") || crossAccount || !resourceAllows)) {
      changes.add(
          "Allow "
              + request
              + " in an identity-based policy of "
              + principal
              + "."
              + near(identity));
    }
  }

  private boolean principalHasPolicies() {
    return principal.contains(":iam::");
  }

  private String withoutDeny(JsonNode step, JsonNode match) {
    var conditions =
        stream(match.path("conditions"))
            .map(c -> text(c, "key") + " is " + value(text(c, "key")))
            .distinct()
            .collect(Collectors.joining(", "));
    return "Take "
        + statement(match)
        + " out of "
        + policy(match, place(step))
        + ", or narrow it: it denies "
        + request
        + (conditions.isEmpty() ? "" : " while " + conditions)
        + ".";
  }

  private String value(String key) {
    for (var known : decision.path("keys")) {
      if (text(known, "key").equalsIgnoreCase(key)) {
        return list(known.path("values"), "missing");
      }
    }
    return "missing";
  }

  /** The statement of a step that comes nearest, if one does. */
  private String near(JsonNode step) {
    for (var miss : decision.path("nearMisses")) {
      if (text(miss, "type").equals(text(step, "type"))
          && miss.path("level").asInt() == step.path("level").asInt()) {
        return " Nearest is " + describe(miss, place(step)) + ".";
      }
    }
    return "";
  }

  /** A statement that comes near, and what it lacks. */
  static String describe(JsonNode miss, String place) {
    var reasons = new ArrayList<String>();
    if (!miss.path("aboutResource").asBoolean(true)) {
      reasons.add(
          miss.has("notResources")
              ? "leaves out " + list(miss.path("notResources"), "")
              : "is about " + list(miss.path("resources"), "no resource"));
    }
    if (!miss.path("aboutPrincipal").asBoolean(true)) {
      reasons.add("names other principals");
    }
    for (var failed : miss.path("failed")) {
      reasons.add(
          "wants %s %s %s, and the request had %s"
              .formatted(
                  text(failed, "key"),
                  text(failed, "operator"),
                  list(failed.path("wanted"), "nothing"),
                  list(failed.path("actual"), "no such key")));
    }
    return statement(miss)
        + " of "
        + policy(miss, place)
        + ", which "
        + String.join(", and ", reasons);
  }

  /** {@code statement 2 (ReadReports)}: from 1, as people count. */
  static String statement(JsonNode match) {
    var sid = text(match, "sid");
    return "statement "
        + (match.path("statement").asInt() + 1)
        + (sid.isEmpty() ? "" : " (" + sid + ")");
  }

  private static String policy(JsonNode match, String place) {
    var name = text(match, "policy");
    return name.isEmpty() ? place : name;
  }

  /** Where a step's policies are. */
  static String place(JsonNode step) {
    var level = step.path("level").asInt();
    var at =
        level == 0
            ? " at the root of the organization"
            : " at level " + level + " below the root of the organization";
    return switch (text(step, "type")) {
      case "RESOURCE_CONTROL" -> "the resource control policies" + at;
      case "SERVICE_CONTROL" -> "the service control policies" + at;
      case "VPC_ENDPOINT" -> "the policy of the VPC endpoint";
      case "RESOURCE_BASED" -> "the policy of the resource";
      case "ROLE_TRUST" -> "the trust policy";
      case "PERMISSIONS_BOUNDARY" -> "the permissions boundary";
      case "SESSION" -> "the session policies";
      default -> "the identity-based policies";
    };
  }

  private @Nullable JsonNode step(String type) {
    return stream(decision.path("steps"))
        .filter(step -> text(step, "type").equals(type))
        .findFirst()
        .orElse(null);
  }

  private static boolean allows(JsonNode step) {
    return stream(step.path("matched")).anyMatch(match -> text(match, "effect").equals("ALLOW"));
  }

  private static String list(JsonNode values, String none) {
    var text = stream(values).map(JsonNode::asString).collect(Collectors.joining(" or "));
    return text.isEmpty() ? none : text;
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}

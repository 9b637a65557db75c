package dev.bulwark.messaging;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The statements that AddPermission and RemovePermission write into policies. */
public final class PolicyStatements {
  private final ObjectNode policy;

  private PolicyStatements(ObjectNode policy) {
    this.policy = policy;
  }

  /**
   * The policy to change.
   *
   * @param document null for a new one
   * @param version of a new policy
   * @param id what a new policy is called, if anything
   */
  public static PolicyStatements of(
      @Nullable String document, String version, @Nullable String id) {
    var parsed = document == null ? Optional.<JsonNode>empty() : Json.parseObject(document);
    if (parsed.isPresent()) {
      return new PolicyStatements((ObjectNode) parsed.get());
    }
    var fresh = Json.object();
    fresh.put("Version", version);
    if (id != null) {
      fresh.put("Id", id);
    }
    fresh.putArray("Statement");
    return new PolicyStatements(fresh);
  }

  private ArrayNode statements() {
    var statements = policy.path("Statement");
    if (statements instanceof ArrayNode many) {
      return many;
    }
    // A policy may hold its one statement without brackets.
    var many = policy.arrayNode();
    if (statements.isObject()) {
      many.add(statements);
    }
    policy.set("Statement", many);
    return many;
  }

  public int count() {
    return statements().size();
  }

  /** Whether there is a statement of that label. */
  public boolean has(String label) {
    for (var statement : statements()) {
      if (statement.path("Sid").asString("").equals(label)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Lets accounts do something with a resource.
   *
   * @return false where there is another statement of that label
   */
  public boolean allow(
      String label, List<String> accounts, List<String> actions, String resourceArn) {
    var statement = policy.objectNode();
    statement.put("Sid", label).put("Effect", "Allow");
    put(
        statement.putObject("Principal"),
        "AWS",
        accounts.stream().map(account -> "arn:aws:iam::" + account + ":root").toList());
    put(statement, "Action", actions);
    statement.put("Resource", resourceArn);
    for (var present : statements()) {
      if (present.path("Sid").asString("").equals(label)) {
        return present.equals(statement);
      }
    }
    statements().add(statement);
    return true;
  }

  /** Adds a statement as it is, in place of one of its label. */
  public void put(String label, ObjectNode statement) {
    remove(label);
    statements().add(statement);
  }

  private static void put(ObjectNode node, String name, List<String> values) {
    if (values.size() == 1) {
      node.put(name, values.getFirst());
    } else {
      var array = node.putArray(name);
      values.forEach(array::add);
    }
  }

  /** Takes a statement away. */
  public void remove(String label) {
    var statements = statements();
    for (int i = statements.size() - 1; i >= 0; i--) {
      if (statements.get(i).path("Sid").asString("").equals(label)) {
        statements.remove(i);
      }
    }
  }

  /** The document; null where no statement is left. */
  public @Nullable String document() {
    return statements().isEmpty() ? null : Json.text(policy);
  }
}

package dev.bulwark.access;

import dev.bulwark.policy.Decision;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Statement;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of a denial, in the form that DecodeAuthorizationMessage gives: lists are objects with
 * {@code items}.
 */
final class AuthorizationMessage {

  /** How much of a denial a message tells, from all to least. */
  enum Content {
    ALL,
    WITHOUT_CONTEXT,
    WITHOUT_STATEMENT
  }

  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private final JsonGenerator json;

  private AuthorizationMessage(JsonGenerator json) {
    this.json = json;
  }

  static String json(RequestFacts facts, Decision decision, Content content) {
    var text = new StringWriter();
    try (var json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      new AuthorizationMessage(json).write(facts, decision, content);
    }
    return text.toString();
  }

  private void write(RequestFacts facts, Decision decision, Content content) {
    var statement = decision.statement();
    json.writeStartObject();
    json.writeBooleanProperty("allowed", decision.allowed());
    json.writeBooleanProperty("explicitDeny", decision.outcome() == Decision.Outcome.EXPLICIT_DENY);
    items("matchedStatements");
    if (statement != null && content != Content.WITHOUT_STATEMENT) {
      write(statement, facts.authentication().principal());
    }
    endItems();
    items("failures");
    endItems();
    json.writeName("context");
    json.writeStartObject();
    principal(facts.authentication().principal());
    json.writeStringProperty("action", facts.target().action());
    json.writeStringProperty("resource", facts.target().resourceArn());
    items("conditions");
    if (content == Content.ALL) {
      facts.forEach(this::condition);
    }
    endItems();
    json.writeEndObject();
    json.writeEndObject();
  }

  /** A denied statement is about the caller, by its id: that of the role where it has one on. */
  private void write(Statement statement, Principal caller) {
    var sid = statement.sid();
    json.writeStartObject();
    json.writeStringProperty("statementId", sid == null ? "" : sid);
    json.writeStringProperty("effect", statement.effect() == Effect.DENY ? "DENY" : "ALLOW");
    values(
        "principals",
        List.of(caller instanceof Principal.AssumedRole role ? role.roleId() : caller.userId()));
    values("principalGroups", List.of());
    values("actions", statement.notAction() ? List.of() : statement.actions());
    values("resources", statement.notResource() ? List.of() : statement.resources());
    items("conditions");
    for (var condition : statement.conditions()) {
      condition(condition.key(), condition.values());
    }
    endItems();
    json.writeEndObject();
  }

  private void principal(Principal principal) {
    json.writeName("principal");
    json.writeStartObject();
    json.writeStringProperty("id", principal.userId());
    if (principal instanceof Principal.IamUser user) {
      json.writeStringProperty("name", user.userName());
    }
    json.writeStringProperty("arn", principal.arn());
    json.writeEndObject();
  }

  private void condition(String key, List<String> values) {
    json.writeStartObject();
    json.writeStringProperty("key", key);
    values("values", values);
    json.writeEndObject();
  }

  private void values(String name, List<String> values) {
    items(name);
    for (var value : values) {
      json.writeStartObject();
      json.writeStringProperty("value", value);
      json.writeEndObject();
    }
    endItems();
  }

  private void items(String name) {
    json.writeName(name);
    json.writeStartObject();
    json.writeName("items");
    json.writeStartArray();
  }

  private void endItems() {
    json.writeEndArray();
    json.writeEndObject();
  }
}

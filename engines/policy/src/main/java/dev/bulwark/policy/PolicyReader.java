package dev.bulwark.policy;

import dev.bulwark.policy.PolicyException.Problem;
import dev.bulwark.policy.RawPolicy.RawCondition;
import dev.bulwark.policy.RawPolicy.RawStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON into a {@link RawPolicy} in one pass. Whatever does not have the shape of a policy
 * fails at the first token that is wrong, so that neither depth nor length of garbage costs
 * anything.
 */
final class PolicyReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(16).maxNameLength(4_096).build())
          .build();

  private final JsonParser json;
  private final PolicyLimits limits;
  private final PolicyWording wording;
  private int elements;

  private PolicyReader(JsonParser json, PolicyLimits limits, PolicyWording wording) {
    this.json = json;
    this.limits = limits;
    this.wording = wording;
  }

  static RawPolicy read(String text, PolicyLimits limits, PolicyWording wording)
      throws PolicyException {
    if (text.length() > limits.maxCharacters()) {
      throw tooLarge("characters", limits.maxCharacters());
    }
    try (var json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new PolicyReader(json, limits, wording).document();
    } catch (StreamReadException | StreamConstraintsException e) {
      throw new PolicyException(Problem.SYNTAX, wording.json());
    }
  }

  private RawPolicy document() throws PolicyException {
    expect(json.nextToken(), JsonToken.START_OBJECT);
    String version = null;
    String id = null;
    List<RawStatement> statements = null;
    for (var name = nextName(); name != null; name = nextName()) {
      var value = json.nextToken();
      switch (name) {
        case "Version" -> version = once(version, string(value));
        case "Id" -> id = once(id, string(value));
        case "Statement" -> statements = once(statements, statements(value));
        default -> throw syntax();
      }
    }
    if (json.nextToken() != null) {
      throw syntax();
    }
    return new RawPolicy(version, id, statements);
  }

  private List<RawStatement> statements(@Nullable JsonToken token) throws PolicyException {
    List<RawStatement> statements = new ArrayList<>();
    if (token == JsonToken.START_OBJECT) {
      statements.add(statement());
      return statements;
    }
    expect(token, JsonToken.START_ARRAY);
    for (var next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      expect(next, JsonToken.START_OBJECT);
      if (statements.size() == limits.maxStatements()) {
        throw tooLarge("statements", limits.maxStatements());
      }
      statements.add(statement());
    }
    return statements;
  }

  private RawStatement statement() throws PolicyException {
    TokenStreamLocation start = json.currentTokenLocation();
    String sid = null;
    String effect = null;
    Map<String, List<String>> principal = null;
    Map<String, List<String>> notPrincipal = null;
    List<String> action = null;
    List<String> notAction = null;
    List<String> resource = null;
    List<String> notResource = null;
    List<RawCondition> conditions = null;
    for (var name = nextName(); name != null; name = nextName()) {
      var value = json.nextToken();
      switch (name) {
        case "Sid" -> sid = once(sid, string(value));
        case "Effect" -> effect = once(effect, string(value));
        case "Principal" -> principal = once(principal, principals(value));
        case "NotPrincipal" -> notPrincipal = once(notPrincipal, principals(value));
        case "Action" -> action = once(action, names(value));
        case "NotAction" -> notAction = once(notAction, names(value));
        case "Resource" -> resource = once(resource, strings(value));
        case "NotResource" -> notResource = once(notResource, strings(value));
        case "Condition" -> conditions = once(conditions, conditions(value));
        default -> throw syntax();
      }
    }
    if ((action != null && notAction != null)
        || (resource != null && notResource != null)
        || (principal != null && notPrincipal != null)) {
      throw syntax();
    }
    TokenStreamLocation end = json.currentTokenLocation();
    return new RawStatement(
        sid,
        effect,
        principal != null ? principal : notPrincipal,
        notPrincipal != null,
        action != null ? action : notAction,
        notAction != null,
        resource != null ? resource : notResource,
        notResource != null,
        conditions == null ? List.of() : conditions,
        new Statement.Span(
            start.getLineNr(), start.getColumnNr(), end.getLineNr(), end.getColumnNr() + 1));
  }

  private Map<String, List<String>> principals(@Nullable JsonToken token) throws PolicyException {
    Map<String, List<String>> principals = new LinkedHashMap<>();
    if (token == JsonToken.VALUE_STRING) {
      count();
      principals.put("*", List.of(text()));
      return principals;
    }
    expect(token, JsonToken.START_OBJECT);
    for (var type = nextName(); type != null; type = nextName()) {
      if (principals.put(type, strings(json.nextToken())) != null) {
        throw syntax();
      }
    }
    return principals;
  }

  private List<RawCondition> conditions(@Nullable JsonToken token) throws PolicyException {
    expect(token, JsonToken.START_OBJECT);
    List<RawCondition> conditions = new ArrayList<>();
    Set<String> operators = new HashSet<>();
    for (var operator = nextName(); operator != null; operator = nextName()) {
      if (!operators.add(operator)) {
        throw syntax();
      }
      expect(json.nextToken(), JsonToken.START_OBJECT);
      Set<String> keys = new HashSet<>();
      for (var key = nextName(); key != null; key = nextName()) {
        count();
        if (!keys.add(key)) {
          throw syntax();
        }
        conditions.add(new RawCondition(operator, Shared.text(key), scalars(json.nextToken())));
      }
    }
    return conditions;
  }

  /** Strings that other documents are likely to have as well. */
  private List<String> names(@Nullable JsonToken token) throws PolicyException {
    return strings(token).stream().map(Shared::text).toList();
  }

  private List<String> strings(@Nullable JsonToken token) throws PolicyException {
    if (token == JsonToken.VALUE_STRING) {
      count();
      return List.of(text());
    }
    expect(token, JsonToken.START_ARRAY);
    List<String> values = new ArrayList<>();
    for (var next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      count();
      values.add(string(next));
    }
    return List.copyOf(values);
  }

  private List<String> scalars(@Nullable JsonToken token) throws PolicyException {
    if (token != JsonToken.START_ARRAY) {
      count();
      return List.of(scalar(token));
    }
    List<String> values = new ArrayList<>();
    for (var next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      count();
      values.add(scalar(next));
    }
    return List.copyOf(values);
  }

  private String scalar(@Nullable JsonToken token) throws PolicyException {
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw syntax();
    }
    return text();
  }

  private String string(@Nullable JsonToken token) throws PolicyException {
    expect(token, JsonToken.VALUE_STRING);
    return text();
  }

  /** Text that cannot be taken for wildcards, not even where it was written with escapes. */
  private String text() throws PolicyException {
    var text = json.getString();
    if (Glob.hasTokens(text)) {
      throw syntax();
    }
    return text;
  }

  /** The next name, or null at the end of the object. */
  private @Nullable String nextName() throws PolicyException {
    var name = json.nextName();
    if (name == null) {
      expect(json.currentToken(), JsonToken.END_OBJECT);
    }
    return name;
  }

  /** AWS refuses a key that stands twice. */
  private <T> T once(@Nullable T before, T value) throws PolicyException {
    if (before != null) {
      throw syntax();
    }
    return value;
  }

  private void expect(@Nullable JsonToken token, JsonToken expected) throws PolicyException {
    if (token != expected) {
      throw syntax();
    }
  }

  private void count() throws PolicyException {
    if (++elements > limits.maxElements()) {
      throw tooLarge("elements", limits.maxElements());
    }
  }

  private PolicyException syntax() {
    return new PolicyException(Problem.SYNTAX, wording.syntax());
  }

  private static PolicyException tooLarge(String what, int limit) {
    return new PolicyException(
        Problem.TOO_LARGE, "The policy document has more than " + limit + " " + what + ".");
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.Position;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A policy that a simulation takes part of, with the text in which its statements stand.
 *
 * @param id how the results name it: {@code PolicyInputList.1}, the name of a managed policy, or
 *     {@code user_NAME_POLICY} for an inline one
 */
record SimulatedPolicy(String id, PolicyType type, String document, Policy policy) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{},]{1,256})(?:,[^{}]*)?}");

  /**
   * A policy that the request brings.
   *
   * @throws dev.bulwark.schema.ApiException InvalidInput where it is none
   */
  static SimulatedPolicy parse(String id, PolicyType type, String document, PolicyKind kind) {
    try {
      return new SimulatedPolicy(id, type, document, Policy.parse(document, kind));
    } catch (PolicyException e) {
      throw SimulationErrors.malformedPolicy(String.valueOf(e.getMessage()));
    }
  }

  /** A policy that an entity holds. */
  static SimulatedPolicy of(EntityPolicies.Held held, PolicyType type) {
    var id =
        held.arn() == null
            ? held.owner().kind().noun() + "_" + held.owner().name() + "_" + held.name()
            : held.name();
    return new SimulatedPolicy(id, type, held.document(), held.policy());
  }

  /** The type as results tell it: AWS's words, which are not those of the model's enumeration. */
  String label() {
    return switch (type) {
      case RESOURCE_BASED, ROLE_TRUST -> "Resource Policy";
      case PERMISSIONS_BOUNDARY -> "Permissions Boundary Policy";
      default -> "IAM Policy";
    };
  }

  /**
   * A statement of this policy, for a response. Positions are those of AWS's parser: it stands
   * behind the bracket that opens the list for the first statement, behind the statement before for
   * others, and behind the brace of one that is not in a list.
   */
  dev.bulwark.api.iam.Statement shown(Statement statement) {
    var span = statement.span();
    return dev.bulwark.api.iam.Statement.builder()
        .sourcePolicyId(id)
        .sourcePolicyType(label())
        .startPosition(start(statement))
        .endPosition(new Position(span.endLine(), span.endColumn()))
        .build();
  }

  private Position start(Statement statement) {
    var span = statement.span();
    if (statement.index() > 0) {
      var before = policy.statements().get(statement.index() - 1).span();
      return new Position(before.endLine(), before.endColumn());
    }
    var at = offset(span.startLine(), span.startColumn());
    var before = at - 1;
    while (before > 0 && Character.isWhitespace(document.charAt(before))) {
      before--;
    }
    if (before < 0 || document.charAt(before) != '[') {
      return new Position(span.startLine(), span.startColumn() + 1);
    }
    var line = (int) document.substring(0, before).chars().filter(c -> c == '\n').count() + 1;
    return new Position(line, before - document.lastIndexOf('\n', before) + 1);
  }

  private int offset(int line, int column) {
    var lineStart = 0;
    for (var n = 1; n < line; n++) {
      lineStart = document.indexOf('\n', lineStart) + 1;
    }
    return lineStart + column - 1;
  }

  /**
   * The condition keys that the policy asks for, as it writes them, by their names in lower case.
   */
  Map<String, String> contextKeys() {
    var written = new HashMap<String, String>();
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        written.putIfAbsent(lower(condition.key()), condition.key());
      }
    }
    var variables = VARIABLE.matcher(document);
    while (variables.find()) {
      var name = variables.group(1).strip();
      written.putIfAbsent(lower(name), name);
    }
    var keys = new TreeMap<String, String>();
    for (var key : policy.contextKeys()) {
      keys.put(key, written.getOrDefault(key, key));
    }
    return keys;
  }

  private static String lower(String key) {
    return key.toLowerCase(Locale.ROOT);
  }
}

package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.json.Json;
import dev.bulwark.analysis.json.Json.Member;
import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Element;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.analysis.validate.Draft.PrincipalElement;
import dev.bulwark.analysis.validate.Draft.PrincipalGroup;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Draft} of JSON, and tells what does not have the shape of a policy. */
final class DraftReader {
  private static final Set<String> PRINCIPAL_KEYS =
      Set.of("AWS", "CanonicalUser", "Federated", "Service");
  private static final String STRING = "String";
  private static final String OBJECT = "Object";

  private final Findings findings;

  DraftReader(Findings findings) {
    this.findings = findings;
  }

  /** Null where the text is not even an object. */
  @Nullable Draft read(Json root, PolicyType type, @Nullable String resourceType, String text) {
    var whole = new Location(List.of(), root.start(), root.end());
    if (!(root instanceof Json.Obj object)) {
      mismatch(whole, OBJECT);
      return null;
    }
    Literal version = null;
    List<Statement> statements = new ArrayList<>();
    boolean hasStatement = false;
    for (var member : unique(object, whole)) {
      var location = valueOf(whole, member);
      switch (member.name()) {
        case "Version" -> version = string(member.value(), location);
        case "Id" -> string(member.value(), location);
        case "Statement" -> {
          hasStatement = true;
          statements(member.value(), location, statements);
        }
        default -> unknown(whole, member);
      }
    }
    if (!hasStatement || statements.isEmpty()) {
      findings.add(Issue.MISSING_STATEMENT, whole);
    }
    return new Draft(type, resourceType, text, whole, version, List.copyOf(statements));
  }

  private void statements(Json value, Location location, List<Statement> statements) {
    if (value instanceof Json.Obj object) {
      statements.add(statement(object, location));
    } else if (value instanceof Json.Arr array) {
      int index = 0;
      for (var item : array.items()) {
        var at = location.at(new Step.Index(index++), item.start(), item.end());
        if (item instanceof Json.Obj object) {
          statements.add(statement(object, at));
        } else {
          mismatch(at, OBJECT);
        }
      }
    } else {
      mismatch(location, OBJECT);
    }
  }

  private Statement statement(Json.Obj object, Location location) {
    Literal sid = null;
    Literal effect = null;
    PrincipalElement principal = null;
    Element action = null;
    Element resource = null;
    List<Condition> conditions = List.of();
    for (var member : unique(object, location)) {
      var at = valueOf(location, member);
      switch (member.name()) {
        case "Sid" -> sid = string(member.value(), at);
        case "Effect" -> effect = string(member.value(), at);
        case "Principal", "NotPrincipal" -> {
          combination(principal == null ? null : principal.name(), member, location);
          principal = principals(member, at);
        }
        case "Action", "NotAction" -> {
          combination(action == null ? null : action.name(), member, location);
          action = strings(member, at);
        }
        case "Resource", "NotResource" -> {
          combination(resource == null ? null : resource.name(), member, location);
          resource = strings(member, at);
        }
        case "Condition" -> conditions = conditions(member.value(), at);
        default -> unknown(location, member);
      }
    }
    return new Statement(location, sid, effect, principal, action, resource, conditions);
  }

  private void combination(@Nullable String before, Member member, Location statement) {
    if (before != null) {
      findings.add(
          Issue.UNSUPPORTED_ELEMENT_COMBINATION,
          List.of(keyOf(statement, member)),
          "element1",
          before,
          "element2",
          member.name());
    }
  }

  private Element strings(Member member, Location location) {
    return new Element(member.name(), location, strings(member.value(), location));
  }

  private List<Literal> strings(Json value, Location location) {
    List<Literal> values = new ArrayList<>();
    if (value instanceof Json.Arr array) {
      int index = 0;
      for (var item : array.items()) {
        var literal = string(item, location.at(new Step.Index(index++), item.start(), item.end()));
        if (literal != null) {
          values.add(literal);
        }
      }
    } else {
      var literal = string(value, location);
      if (literal != null) {
        values.add(literal);
      }
    }
    return List.copyOf(values);
  }

  private @Nullable PrincipalElement principals(Member member, Location location) {
    if (member.value() instanceof Json.Text text) {
      if (!text.value().equals("*")) {
        findings.add(Issue.INVALID_PRINCIPAL_FORMAT, location);
        return new PrincipalElement(member.name(), location, List.of());
      }
      var star = new Literal("*", location);
      return new PrincipalElement(
          member.name(),
          location,
          List.of(new PrincipalGroup("*", location, location, List.of(star))));
    }
    if (!(member.value() instanceof Json.Obj object)) {
      findings.add(Issue.INVALID_PRINCIPAL_FORMAT, location);
      return new PrincipalElement(member.name(), location, List.of());
    }
    if (object.members().isEmpty()) {
      findings.add(Issue.EMPTY_OBJECT_PRINCIPAL, location);
    }
    List<PrincipalGroup> groups = new ArrayList<>();
    for (var group : unique(object, location)) {
      var key = keyOf(location, group);
      if (!PRINCIPAL_KEYS.contains(group.name())) {
        findings.add(Issue.INVALID_PRINCIPAL_KEY, List.of(key), "principal-key", group.name());
        continue;
      }
      var at = valueOf(location, group);
      if (group.value() instanceof Json.Arr array && array.items().isEmpty()) {
        findings.add(Issue.EMPTY_ARRAY_PRINCIPAL, at);
      }
      groups.add(new PrincipalGroup(group.name(), key, at, strings(group.value(), at)));
    }
    return new PrincipalElement(member.name(), location, List.copyOf(groups));
  }

  private List<Condition> conditions(Json value, Location location) {
    List<Condition> conditions = new ArrayList<>();
    if (!(value instanceof Json.Obj object)) {
      mismatch(location, OBJECT);
      return conditions;
    }
    if (object.members().isEmpty()) {
      findings.add(Issue.EMPTY_OBJECT_CONDITION, location);
    }
    for (var block : unique(object, location)) {
      var at = valueOf(location, block);
      if (!(block.value() instanceof Json.Obj keys)) {
        mismatch(at, OBJECT);
        continue;
      }
      if (keys.members().isEmpty()) {
        findings.add(Issue.EMPTY_OBJECT_CONDITION, at);
      }
      var operator = Operator.of(block.name());
      for (var key : unique(keys, at)) {
        var place = valueOf(at, key);
        conditions.add(
            new Condition(
                block.name(),
                operator,
                keyOf(location, block),
                key.name(),
                keyOf(at, key),
                place,
                scalars(key.value(), place)));
      }
    }
    return List.copyOf(conditions);
  }

  private List<Literal> scalars(Json value, Location location) {
    List<Literal> values = new ArrayList<>();
    if (!(value instanceof Json.Arr array)) {
      scalar(value, location, values);
      return values;
    }
    Set<String> types = new HashSet<>();
    int index = 0;
    for (var item : array.items()) {
      types.add(item instanceof Json.Scalar scalar ? scalar.kind().name() : STRING);
      scalar(item, location.at(new Step.Index(index++), item.start(), item.end()), values);
    }
    if (types.size() > 1) {
      findings.add(Issue.INVALID_CONDITION_DATA_TYPE, location);
    }
    return List.copyOf(values);
  }

  private void scalar(Json value, Location location, List<Literal> values) {
    switch (value) {
      case Json.Text text -> values.add(new Literal(text.value(), location));
      case Json.Scalar scalar when scalar.kind() != Json.Scalar.Kind.NULL ->
          values.add(new Literal(scalar.text(), location));
      default -> mismatch(location, STRING);
    }
  }

  private @Nullable Literal string(Json value, Location location) {
    if (value instanceof Json.Text text) {
      return new Literal(text.value(), location);
    }
    mismatch(location, STRING);
    return null;
  }

  /** The members; of a name that stands twice the first, for IAM refuses the text as JSON. */
  private List<Member> unique(Json.Obj object, Location location) {
    Set<String> names = new HashSet<>();
    List<Member> members = new ArrayList<>();
    for (var member : object.members()) {
      if (names.add(member.name())) {
        members.add(member);
      } else {
        findings.add(Issue.JSON_SYNTAX_ERROR, keyOf(location, member));
      }
    }
    return members;
  }

  private void unknown(Location parent, Member member) {
    findings.add(
        Issue.INVALID_POLICY_ELEMENT, List.of(keyOf(parent, member)), "element", member.name());
  }

  private void mismatch(Location location, String expected) {
    findings.add(Issue.DATA_TYPE_MISMATCH, List.of(location), "data_type", expected);
  }

  private static Location valueOf(Location parent, Member member) {
    var value = member.value();
    return parent.at(new Step.Value(member.name()), value.start(), value.end());
  }

  private static Location keyOf(Location parent, Member member) {
    return parent.at(new Step.Key(member.name()), member.nameStart(), member.nameEnd());
  }
}

package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what is wrong with an input, word for word as AWS's services do. */
final class ValidationReport {
  /** The codes of services that have their own. */
  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("cognitoidp", "InvalidParameterException"),
          Map.entry("cognitoidentity", "InvalidParameterException"),
          Map.entry("organizations", "InvalidInputException"),
          Map.entry("cloudtrail", "ValidationException"),
          Map.entry("logs", "InvalidParameterException"),
          Map.entry("securityhub", "InvalidInputException"),
          Map.entry("guardduty", "BadRequestException"),
          Map.entry("cloudhsmv2", "CloudHsmInvalidRequestException"),
          Map.entry("route53", "InvalidInput"),
          Map.entry("cloudfront", "InvalidArgument"));

  /** The services whose lists of an element's constraints end with that it must not be null. */
  private static final Set<String> LISTS_NOT_NULL = Set.of("lambda");

  /** The services that do not repeat what is wrong. */
  private static final Set<String> WITHOUT_VALUES = Set.of("iam");

  private static final int MAX_VIOLATIONS = 50;
  private static final int MAX_VALUE_LENGTH = 2048;

  private final List<String> violations = new ArrayList<>();
  private final boolean listsNotNull;
  private final boolean withoutValues;

  private ValidationReport(ServiceInfo service) {
    listsNotNull = LISTS_NOT_NULL.contains(service.id());
    withoutValues = WITHOUT_VALUES.contains(service.id());
  }

  static ApiException of(Operation<?, ?> operation, Structure input) {
    var service = operation.service().info();
    var report = new ValidationReport(service);
    report.members(input, "");
    var count = report.violations.size();
    var message =
        count
            + (count == 1 ? " validation error detected: " : " validation errors detected: ")
            + String.join("; ", report.violations);
    return new ApiException(code(service), 400, message);
  }

  private static String code(ServiceInfo service) {
    var own = CODES.get(service.id());
    if (own != null) {
      return own;
    }
    return service.protocols().contains(Protocol.QUERY) && !service.queryCompatible()
        ? "ValidationError"
        : "ValidationException";
  }

  private void members(Structure structure, String path) {
    var set = 0;
    for (var member : structure.shape().members()) {
      var value = structure.member(member.index());
      var memberPath = path + Names.lowerCamel(member.name());
      if (value == null) {
        if (member.required()) {
          add("Value null", memberPath, Validator.NOT_NULL);
        }
      } else {
        set++;
        check(member, value, memberPath);
      }
    }
    if (structure.shape().union() && set != 1) {
      add(
          "Value",
          path.isEmpty() ? "" : path.substring(0, path.length() - 1),
          "Exactly one member must be set");
    }
  }

  private void check(Member member, Object value, String path) {
    var shape = member.target();
    for (var violation : Constraint.violations(shape, value)) {
      add(shown(shape, value), path, violation);
    }
    switch (value) {
      case Structure structure -> members(structure, path + ".");
      case List<?> list when shape.type() == ShapeType.LIST -> list(shape, list, path);
      case Map<?, ?> map when shape.type() == ShapeType.MAP -> map(shape, map, path);
      default -> {}
    }
  }

  private void list(Shape shape, List<?> list, String path) {
    var element = shape.element();
    if (isCollection(element.target())) {
      for (var i = 0; i < list.size(); i++) {
        var item = list.get(i);
        var itemPath = path + "." + (i + 1) + ".member";
        if (item == null) {
          add("Value null", itemPath, Validator.NOT_NULL);
        } else {
          check(element, item, itemPath);
        }
      }
      return;
    }
    for (var item : list) {
      if (item == null || !Constraint.holds(element.target(), item)) {
        add(
            shown(shape, list),
            path,
            "Member must satisfy constraint: " + Constraint.all(element.target(), listsNotNull));
        return;
      }
    }
  }

  private void map(Shape shape, Map<?, ?> map, String path) {
    var key = shape.key().target();
    if (!map.keySet().stream().allMatch(k -> k != null && Constraint.holds(key, k))) {
      add(
          shown(shape, map),
          path,
          "Map keys must satisfy constraint: " + Constraint.all(key, listsNotNull));
    }
    var element = shape.value();
    if (isCollection(element.target())) {
      map.forEach(
          (name, item) -> {
            var itemPath = path + "." + name + ".member";
            if (item == null) {
              add("Value null", itemPath, Validator.NOT_NULL);
            } else {
              check(element, item, itemPath);
            }
          });
    } else if (!map.values().stream()
        .allMatch(v -> v != null && Constraint.holds(element.target(), v))) {
      add(
          shown(shape, map),
          path,
          "Map value must satisfy constraint: " + Constraint.all(element.target(), listsNotNull));
    }
  }

  private static boolean isCollection(Shape shape) {
    return switch (shape.type()) {
      case STRUCTURE, LIST, MAP -> true;
      default -> false;
    };
  }

  /** The value in quotes; nothing of it where it is secret or has no text. */
  private static String shown(Shape shape, Object value) {
    var text = secret(shape) ? null : text(value);
    return text == null ? "Value" : "Value '" + text + "'";
  }

  private static boolean secret(Shape shape) {
    if (shape.sensitive()) {
      return true;
    }
    return switch (shape.type()) {
      case LIST -> shape.element().target().sensitive();
      case MAP -> shape.key().target().sensitive() || shape.value().target().sensitive();
      default -> false;
    };
  }

  private static @Nullable String text(Object value) {
    var text =
        switch (value) {
          case String string -> string;
          case Number number -> number.toString();
          case Boolean flag -> flag.toString();
          case List<?> list when list.stream().noneMatch(Structure.class::isInstance) ->
              list.toString();
          case Map<?, ?> map when map.values().stream().noneMatch(Structure.class::isInstance) ->
              map.toString();
          default -> null;
        };
    return text == null || text.length() <= MAX_VALUE_LENGTH
        ? text
        : text.substring(0, MAX_VALUE_LENGTH);
  }

  private void add(String value, String path, String violation) {
    if (violations.size() < MAX_VIOLATIONS) {
      violations.add(
          (withoutValues ? "Value" : value)
              + " at '"
              + path
              + "' failed to satisfy constraint: "
              + violation);
    }
  }
}

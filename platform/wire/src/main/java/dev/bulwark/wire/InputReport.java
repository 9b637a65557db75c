package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with an input, in the words of those services that do not use the words of {@link
 * ValidationReport}. The words are those that AWS was seen to answer with; where it was not, the
 * API reference's or, for Account Management, those of the validator of JSON schemas that speaks
 * here.
 */
final class InputReport {
  private enum Kind {
    MISSING("INPUT_REQUIRED", "You must provide a value for the parameter."),
    PATTERN("INVALID_PATTERN", "You provided a value that does not match the required pattern."),
    ENUM("INVALID_ENUM", "You specified an invalid value."),
    SHORT("MIN_LENGTH_EXCEEDED", "You provided a string parameter that is shorter than allowed."),
    LONG("MAX_LENGTH_EXCEEDED", "You provided a string that exceeds that maximum length."),
    SMALL("MIN_VALUE_EXCEEDED", "You provided a numeric value that is smaller than allowed."),
    LARGE("MAX_VALUE_EXCEEDED", "You provided a numeric value that is larger than allowed.");

    private final String reason;
    private final String message;

    Kind(String reason, String message) {
      this.reason = reason;
      this.message = message;
    }
  }

  /**
   * @param path the names of the members down to the one that is wrong
   * @param shape of what is wrong, or of what is missing
   */
  private record Violation(Kind kind, List<String> path, Shape shape, Object value) {}

  private static final Map<String, Function<List<Violation>, ApiException>> SERVICES =
      Map.of("organizations", InputReport::ofOrganizations, "account", InputReport::ofAccount);

  private static final int MAX_VIOLATIONS = 50;
  private static final int MAX_VALUE_LENGTH = 2048;

  private final List<Violation> violations = new ArrayList<>();

  private InputReport() {}

  /** The error of a service that has words of its own; null of another. */
  static @Nullable ApiException of(String serviceId, Structure input) {
    var words = SERVICES.get(serviceId);
    if (words == null) {
      return null;
    }
    var report = new InputReport();
    report.members(input, List.of());
    return report.violations.isEmpty() ? null : words.apply(report.violations);
  }

  private void members(Structure structure, List<String> path) {
    for (var member : structure.shape().members()) {
      var value = structure.member(member.index());
      var memberPath = new ArrayList<>(path);
      memberPath.add(member.name());
      if (value != null) {
        check(member.target(), value, memberPath);
      } else if (member.required()) {
        violations.add(new Violation(Kind.MISSING, memberPath, member.target(), member.name()));
      }
    }
  }

  private void check(Shape shape, Object value, List<String> path) {
    for (var kind : kinds(shape, value)) {
      violations.add(new Violation(kind, path, shape, value));
    }
    switch (value) {
      case Structure structure -> members(structure, path);
      case List<?> list -> {
        for (var item : list) {
          if (item == null) {
            violations.add(new Violation(Kind.MISSING, path, shape, path.getLast()));
          } else {
            check(shape.element().target(), item, path);
          }
        }
      }
      default -> {}
    }
  }

  private static List<Kind> kinds(Shape shape, Object value) {
    var constraints = shape.constraints();
    var kinds = new ArrayList<Kind>(2);
    var size = Constraint.size(value);
    var number = value instanceof Number;
    var over = constraints.max() != null && size > constraints.max();
    if (value instanceof String text) {
      if (!constraints.enumValues().isEmpty()) {
        if (!constraints.enumValues().contains(text)) {
          kinds.add(Kind.ENUM);
        }
      } else if (constraints.pattern() != null
          && !over
          && !Patterns.matches(constraints.pattern(), text)) {
        kinds.add(Kind.PATTERN);
      }
    }
    if (constraints.min() != null && size < constraints.min()) {
      kinds.add(number ? Kind.SMALL : Kind.SHORT);
    }
    if (over) {
      kinds.add(number ? Kind.LARGE : Kind.LONG);
    }
    return kinds;
  }

  /** Organizations tells the first thing that is wrong, and names the parameter in the reason. */
  private static ApiException ofOrganizations(List<Violation> violations) {
    var first = violations.getFirst();
    var parameter = String.join("_", first.path().stream().map(InputReport::constant).toList());
    // The one parameter that was seen to have words of its own.
    return parameter.equals("TARGET_TYPE")
        ? organizations(
            "INVALID_PARTY_TYPE_TARGET",
            "You specified an invalid party type as the target parameter.")
        : organizations(first.kind().reason + ":" + parameter, first.kind().message);
  }

  private static ApiException organizations(String reason, String message) {
    return new ApiException("InvalidInputException", 400, message).with("Reason", reason);
  }

  /** {@code HandshakeId} as {@code HANDSHAKE_ID}. */
  private static String constant(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  private static ApiException ofAccount(List<Violation> violations) {
    return new ApiException(
        "ValidationException",
        400,
        violations.stream().limit(MAX_VIOLATIONS).map(InputReport::schema).toList().toString());
  }

  private static String schema(Violation violation) {
    var constraints = violation.shape().constraints();
    var text = violation.value().toString();
    var value = text.length() <= MAX_VALUE_LENGTH ? text : text.substring(0, MAX_VALUE_LENGTH);
    var size = (long) Constraint.size(violation.value());
    return switch (violation.kind()) {
      case MISSING -> "object has missing required properties ([\"%s\"])".formatted(value);
      case PATTERN ->
          "ECMA 262 regex \"%s\" does not match input string \"%s\""
              .formatted(constraints.pattern(), value);
      case ENUM ->
          "instance value (\"%s\") not found in enum (possible values: [\"%s\"])"
              .formatted(value, String.join("\",\"", constraints.enumValues()));
      case SHORT ->
          "string \"%s\" is too short (length: %d, required minimum: %s)"
              .formatted(value, size, Constraint.plain(constraints.min()));
      case LONG ->
          "string \"%s\" is too long (length: %d, maximum allowed: %s)"
              .formatted(value, size, Constraint.plain(constraints.max()));
      case SMALL ->
          "numeric instance is lower than the required minimum (minimum: %s, found: %d)"
              .formatted(Constraint.plain(constraints.min()), size);
      case LARGE ->
          "numeric instance is greater than the required maximum (maximum: %s, found: %d)"
              .formatted(Constraint.plain(constraints.max()), size);
    };
  }
}

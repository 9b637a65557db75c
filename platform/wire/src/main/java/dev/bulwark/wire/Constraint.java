package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The constraints of one shape on one value, and how AWS words them. */
final class Constraint {
  private Constraint() {}

  /** Whether the value, without its members, fits. */
  static boolean holds(Shape shape, Object value) {
    var constraints = shape.constraints();
    if (constraints == Shape.Constraints.NONE) {
      return true;
    }
    if (value instanceof Body) {
      return true;
    }
    var size = size(value);
    if (constraints.min() != null && size < constraints.min()) {
      return false;
    }
    if (constraints.max() != null && size > constraints.max()) {
      return false;
    }
    if (value instanceof String text) {
      if (!constraints.enumValues().isEmpty()) {
        return constraints.enumValues().contains(text);
      }
      return constraints.pattern() == null || Patterns.matches(constraints.pattern(), text);
    }
    return true;
  }

  /** What the value violates, in AWS's order: the pattern before the length. */
  static List<String> violations(Shape shape, Object value) {
    var constraints = shape.constraints();
    var found = new ArrayList<String>(2);
    var size = size(value);
    var tooLong = constraints.max() != null && size > constraints.max();
    if (value instanceof String text) {
      if (!constraints.enumValues().isEmpty() && !constraints.enumValues().contains(text)) {
        found.add(enumText(constraints));
      } else if (constraints.pattern() != null
          && !tooLong
          && !Patterns.matches(constraints.pattern(), text)) {
        found.add(patternText(constraints));
      }
    }
    if (constraints.min() != null && size < constraints.min()) {
      found.add(minText(constraints, value instanceof Number));
    }
    if (tooLong) {
      found.add(maxText(constraints, value instanceof Number));
    }
    return found;
  }

  /**
   * All that the shape asks of its values, as AWS lists it where an element of a collection fails.
   */
  static String all(Shape shape, boolean notNull) {
    var constraints = shape.constraints();
    var texts = new ArrayList<String>(4);
    var number =
        switch (shape.type()) {
          case INTEGER, LONG, FLOAT, DOUBLE -> true;
          default -> false;
        };
    if (constraints.max() != null) {
      texts.add(maxText(constraints, number));
    }
    if (constraints.min() != null) {
      texts.add(minText(constraints, number));
    }
    if (!constraints.enumValues().isEmpty()) {
      texts.add(enumText(constraints));
    } else if (constraints.pattern() != null) {
      texts.add(patternText(constraints));
    }
    if (notNull || texts.isEmpty()) {
      texts.add(Validator.NOT_NULL);
    }
    return "[" + String.join(", ", texts) + "]";
  }

  /** The length, the number itself, or NaN where the value has neither. */
  static double size(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Number number -> number.doubleValue();
      case Collection<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case byte[] bytes -> bytes.length;
      // Without a size: nothing can be too small or too large for it.
      default -> Double.NaN;
    };
  }

  private static String enumText(Shape.Constraints constraints) {
    return "Member must satisfy enum value set: ["
        + String.join(", ", constraints.enumValues())
        + "]";
  }

  private static String patternText(Shape.Constraints constraints) {
    return "Member must satisfy regular expression pattern: " + constraints.pattern();
  }

  private static String minText(Shape.Constraints constraints, boolean number) {
    return "Member must have "
        + (number ? "value" : "length")
        + " greater than or equal to "
        + plain(constraints.min());
  }

  private static String maxText(Shape.Constraints constraints, boolean number) {
    return "Member must have "
        + (number ? "value" : "length")
        + " less than or equal to "
        + plain(constraints.max());
  }

  static String plain(@org.jspecify.annotations.Nullable Double bound) {
    if (bound == null) {
      return "";
    }
    return bound == Math.rint(bound) ? Long.toString(bound.longValue()) : bound.toString();
  }
}

package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks inputs against the constraints of the model: what is required, lengths, ranges, patterns,
 * enumerations. S3 and EC2 tell nothing of their constraints; of their inputs only what is required
 * is checked, in their own words.
 */
public final class Validator {
  static final String NOT_NULL = "Member must not be null";

  private Validator() {}

  /**
   * Checks an input.
   *
   * @throws ApiException the service's own validation error, where a constraint is violated
   */
  public static void validate(Operation<?, ?> operation, Structure input) {
    var service = operation.service().info();
    if (WireErrors.isS3(service)) {
      s3(input);
    } else if (service.protocols().contains(Protocol.EC2_QUERY)) {
      var missing = missing(input);
      if (missing != null) {
        throw new ApiException(
            "MissingParameter", 400, "The request must contain the parameter " + missing.ec2Name());
      }
    } else if (!holds(input)) {
      var own = InputReport.of(service.id(), input);
      throw own == null ? ValidationReport.of(operation, input) : own;
    }
  }

  private static void s3(Structure input) {
    for (var member : input.shape().members()) {
      var value = input.member(member.index());
      if (value == null && member.required()) {
        switch (member.location()) {
          case BODY ->
              throw new ApiException("MissingRequestBodyError", 400, "Request Body is empty");
          case HEADER -> throw missingOfS3("MissingRequestHeader", "header", member);
          default -> throw missingOfS3("InvalidArgument", "parameter", member);
        }
      }
      if (value instanceof Structure structure && missing(structure) != null) {
        throw new ApiException(
            "MalformedXML",
            400,
            "The XML you provided was not well-formed or did not validate against our published schema");
      }
    }
  }

  private static ApiException missingOfS3(String code, String what, Member member) {
    return new ApiException(
            code, 400, "Your request is missing a required " + what + ": " + member.wireName())
        .with("ArgumentName", member.wireName());
  }

  /** The first required member that is absent, in the structure or below. */
  private static @Nullable Member missing(Structure structure) {
    var members = structure.shape().members();
    for (var i = 0; i < members.size(); i++) {
      var member = members.get(i);
      var value = structure.member(i);
      if (value == null) {
        if (member.required()) {
          return member;
        }
      } else {
        var below = missingIn(value);
        if (below != null) {
          return below;
        }
      }
    }
    return null;
  }

  private static @Nullable Member missingIn(Object value) {
    if (value instanceof Structure structure) {
      return missing(structure);
    }
    if (value instanceof List<?> list) {
      for (var item : list) {
        var below = item == null ? null : missingIn(item);
        if (below != null) {
          return below;
        }
      }
    }
    return null;
  }

  /** Whether all is well; allocates nothing but what patterns need. */
  private static boolean holds(Structure structure) {
    var members = structure.shape().members();
    var set = 0;
    for (var i = 0; i < members.size(); i++) {
      var member = members.get(i);
      var value = structure.member(i);
      if (value == null) {
        if (member.required()) {
          return false;
        }
      } else {
        set++;
        if (!holds(member.target(), value)) {
          return false;
        }
      }
    }
    return !structure.shape().union() || set == 1;
  }

  private static boolean holds(Shape shape, Object value) {
    if (!Constraint.holds(shape, value)) {
      return false;
    }
    switch (value) {
      case Structure structure -> {
        return holds(structure);
      }
      case List<?> list when shape.type() == dev.bulwark.schema.ShapeType.LIST -> {
        var element = shape.element().target();
        for (var i = 0; i < list.size(); i++) {
          var item = list.get(i);
          if (item == null || !holds(element, item)) {
            return false;
          }
        }
      }
      case Map<?, ?> map when shape.type() == dev.bulwark.schema.ShapeType.MAP -> {
        for (var entry : map.entrySet()) {
          if (entry.getKey() == null
              || entry.getValue() == null
              || !holds(shape.key().target(), entry.getKey())
              || !holds(shape.value().target(), entry.getValue())) {
            return false;
          }
        }
      }
      case Body body -> {
        return true;
      }
      default -> {
        return true;
      }
    }
    return true;
  }
}

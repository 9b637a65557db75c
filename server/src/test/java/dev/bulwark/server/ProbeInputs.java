package dev.bulwark.server;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Inputs with something in every member, as far as the names tell what. */
final class ProbeInputs {
  private static final int DEEPEST = 6;

  private final String accessKey;

  private ProbeInputs(String accessKey) {
    this.accessKey = accessKey;
  }

  /**
   * An input.
   *
   * @param accessKey of the user {@code probe}
   */
  static Structure of(Shape shape, String accessKey) {
    return new ProbeInputs(accessKey).structure(shape, 0);
  }

  private Structure structure(Shape shape, int depth) {
    var builder = shape.newBuilder();
    for (var member : shape.members()) {
      builder.member(member.index(), value(member, member.target(), depth));
      if (shape.union()) {
        break;
      }
    }
    return builder.build();
  }

  private @Nullable Object value(Member member, Shape shape, int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    return switch (shape.type()) {
      case STRUCTURE -> structure(shape, depth + 1);
      case LIST -> {
        var element = value(member, shape.element().target(), depth + 1);
        yield element == null ? List.of() : List.of(element);
      }
      case MAP -> {
        var value = value(shape.value(), shape.value().target(), depth + 1);
        yield value == null ? Map.of() : Map.of("probe", value);
      }
      case STRING -> text(member.name(), shape);
      case BOOLEAN -> true;
      case INTEGER -> 900;
      case LONG -> 900L;
      case FLOAT -> 1f;
      case DOUBLE -> 1d;
      case TIMESTAMP -> Instant.EPOCH;
      case BLOB -> member.streaming() ? Body.empty() : new byte[] {1};
      case DOCUMENT, EVENT_STREAM -> null;
    };
  }

  private String text(String name, Shape shape) {
    if (!shape.constraints().enumValues().isEmpty()) {
      return shape.constraints().enumValues().getFirst();
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "policyarn", "permissionsboundary" -> "arn:aws:iam::123456789012:policy/probe";
      case "rolearn" -> "arn:aws:iam::123456789012:role/probe";
      case "policysourcearn", "arn" -> "arn:aws:iam::123456789012:user/probe";
      case "path", "newpath", "pathprefix" -> "/";
      case "copysource" -> "probe/probe";
      case "bucket", "key" -> "probe";
      case "expectedbucketowner", "expectedsourcebucketowner", "accountid" -> "123456789012";
      case "tagging" -> "probe=probe";
      case "versionid" -> "null";
      case "accesskeyid" -> accessKey;
      default -> name.endsWith("Arn") ? "arn:aws:iam::123456789012:user/probe" : "probe";
    };
  }
}

package dev.bulwark.server;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Inputs with something in every member, as far as the names tell what. */
final class ProbeInputs {
  private static final int DEEPEST = 6;

  private final Map<String, String> names;

  private ProbeInputs(Map<String, String> names) {
    this.names = names;
  }

  /**
   * An input.
   *
   * @param names of things that are there, by the members that name them, in lower case; empty for
   *     members that are to be left out
   */
  static Structure of(Shape shape, Map<String, String> names) {
    return new ProbeInputs(names).structure(shape, 0);
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
      case STRUCTURE ->
          "".equals(names.get(member.name().toLowerCase(Locale.ROOT)))
              ? null
              : structure(shape, depth + 1);
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
      case BLOB -> member.streaming() ? Body.empty() : bytes(member.name());
      case DOCUMENT, EVENT_STREAM -> null;
    };
  }

  private byte[] bytes(String name) {
    var known = names.get(name.toLowerCase(Locale.ROOT));
    return known == null ? new byte[] {1} : Base64.getDecoder().decode(known);
  }

  private @Nullable String text(String name, Shape shape) {
    var known = names.get(name.toLowerCase(Locale.ROOT));
    if (known != null) {
      return known.isEmpty() ? null : known;
    }
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
      default -> name.endsWith("Arn") ? arn(name) : "probe";
    };
  }

  private static String arn(String name) {
    return "arn:aws:iam::123456789012:" + (name.endsWith("RoleArn") ? "role" : "user") + "/probe";
  }
}

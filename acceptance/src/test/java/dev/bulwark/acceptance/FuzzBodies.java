package dev.bulwark.acceptance;

import dev.bulwark.acceptance.FuzzValues.Fields;
import dev.bulwark.acceptance.FuzzValues.Nothing;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in the documents of each protocol; it goes by the values, not by the shapes, so
 * that wrong ones stay wrong.
 */
final class FuzzBodies {
  private FuzzBodies() {}

  static byte[] json(Fields fields) {
    var out = new StringBuilder();
    json(fields, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void json(Object value, StringBuilder out) {
    switch (value) {
      case Fields(var members, var extra) -> {
        out.append('{');
        members.forEach(
            (member, item) -> {
              if (member.location() == Location.BODY) {
                jsonEntry(member.wireName(), item, out);
              }
            });
        extra.forEach((name, item) -> jsonEntry(name, item, out));
        end(out, '}');
      }
      case Map<?, ?> map -> {
        out.append('{');
        map.forEach((key, item) -> jsonEntry((String) key, item, out));
        end(out, '}');
      }
      case List<?> list -> {
        out.append('[');
        list.forEach(
            item -> {
              json(item, out);
              out.append(',');
            });
        end(out, ']');
      }
      case Nothing nothing -> out.append("null");
      case String text -> jsonText(text, out);
      case Instant time -> out.append(time.getEpochSecond());
      case byte[] bytes -> jsonText(Base64.getEncoder().encodeToString(bytes), out);
      default -> out.append(value);
    }
  }

  private static void jsonEntry(String name, Object value, StringBuilder out) {
    jsonText(name, out);
    out.append(':');
    json(value, out);
    out.append(',');
  }

  private static void end(StringBuilder out, char mark) {
    if (out.charAt(out.length() - 1) == ',') {
      out.setLength(out.length() - 1);
    }
    out.append(mark);
  }

  private static void jsonText(String text, StringBuilder out) {
    out.append('"');
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  static byte[] cbor(Fields fields) {
    var out = new ByteArrayOutputStream();
    cbor(fields, out);
    return out.toByteArray();
  }

  private static void cbor(Object value, ByteArrayOutputStream out) {
    switch (value) {
      case Fields(var members, var extra) -> {
        out.write(0xbf);
        members.forEach(
            (member, item) -> {
              cbor(member.wireName(), out);
              cbor(item, out);
            });
        extra.forEach(
            (name, item) -> {
              cbor(name, out);
              cbor(item, out);
            });
        out.write(0xff);
      }
      case Map<?, ?> map -> {
        cborHead(5, map.size(), out);
        map.forEach(
            (key, item) -> {
              cbor(key, out);
              cbor(item, out);
            });
      }
      case List<?> list -> {
        cborHead(4, list.size(), out);
        list.forEach(item -> cbor(item, out));
      }
      case Nothing nothing -> out.write(0xf6);
      case String text -> {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        cborHead(3, bytes.length, out);
        out.writeBytes(bytes);
      }
      case byte[] bytes -> {
        cborHead(2, bytes.length, out);
        out.writeBytes(bytes);
      }
      case Boolean flag -> out.write(flag ? 0xf5 : 0xf4);
      case Instant time -> {
        out.write(0xc1);
        cbor((double) time.getEpochSecond(), out);
      }
      case Double number -> {
        out.write(0xfb);
        out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
      }
      case BigInteger number -> {
        out.write(0xc2);
        cbor(number.toByteArray(), out);
      }
      case BigDecimal number -> cbor(number.toString(), out);
      case Number number -> {
        var n = number.longValue();
        cborHead(n < 0 ? 1 : 0, n < 0 ? -1 - n : n, out);
      }
      default -> throw new IllegalArgumentException(value.toString());
    }
  }

  private static void cborHead(int type, long length, ByteArrayOutputStream out) {
    if (length < 24) {
      out.write(type << 5 | (int) length);
    } else {
      out.write(type << 5 | 27);
      out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    }
  }

  /** An XML document of the members that go into the body, or of the one that is the payload. */
  static byte[] xml(Operation<?, ?> operation, Fields fields) {
    var payload = operation.input().payload();
    var out = new StringBuilder();
    if (payload != null && fields.members().get(payload) != null) {
      xml(payload.wireName(), payload, fields.members().get(payload), out);
    } else {
      var root = operation.inputElement() == null ? "Request" : operation.inputElement();
      xml(root, null, fields, out);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void xml(String name, @Nullable Member member, Object value, StringBuilder out) {
    if (value instanceof List<?> list && member != null && member.flattened()) {
      list.forEach(item -> xml(name, null, item, out));
      return;
    }
    out.append('<').append(name).append('>');
    switch (value) {
      case Fields(var members, var extra) -> {
        members.forEach(
            (each, item) -> {
              if (each.location() == Location.BODY) {
                xml(each.wireName(), each, item, out);
              }
            });
        extra.forEach((each, item) -> xml(each, null, item, out));
      }
      case Map<?, ?> map ->
          map.forEach(
              (key, item) -> {
                out.append("<entry>");
                xml("key", null, key, out);
                xml("value", null, item, out);
                out.append("</entry>");
              });
      case List<?> list -> {
        var element = element(member);
        list.forEach(item -> xml(element, null, item, out));
      }
      default ->
          out.append(
              text(value).replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;"));
    }
    out.append("</").append(name).append('>');
  }

  private static String element(@Nullable Member member) {
    if (member == null || member.target().members().size() != 1) {
      return "member";
    }
    var name = member.target().element().locationName();
    return name == null ? "member" : name;
  }

  /** Adds the members to a form of the query or EC2 protocol. */
  static void form(
      Object value, String name, @Nullable Member member, boolean ec2, StringBuilder out) {
    var prefix = name.isEmpty() ? "" : name + ".";
    switch (value) {
      case Fields(var members, var extra) -> {
        members.forEach(
            (each, item) ->
                form(item, prefix + (ec2 ? each.ec2Name() : each.queryWireName()), each, ec2, out));
        extra.forEach((each, item) -> form(item, prefix + each, null, ec2, out));
      }
      case Map<?, ?> map -> {
        var i = 1;
        for (var entry : map.entrySet()) {
          var base = prefix + "entry." + i++;
          form(entry.getKey(), base + ".key", null, ec2, out);
          form(entry.getValue(), base + ".value", null, ec2, out);
        }
      }
      case List<?> list -> {
        var flat = ec2 || (member != null && member.flattened());
        var i = 1;
        for (var item : list) {
          form(item, prefix + (flat ? "" : element(member) + ".") + i++, null, ec2, out);
        }
      }
      default ->
          out.append(out.isEmpty() ? "" : "&")
              .append(escape(name))
              .append('=')
              .append(escape(text(value)));
    }
  }

  static String text(Object value) {
    return switch (value) {
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case Nothing nothing -> "";
      default -> value.toString();
    };
  }

  static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }
}

package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.StructureBuilder;
import dev.bulwark.schema.TimestampFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of a structure that travel in path, query, headers and status of the REST protocols.
 */
final class Bindings {
  private static final Map<Shape, Bindings> CACHE = new ConcurrentHashMap<>();

  private final Shape shape;
  private final List<Member> labels = new ArrayList<>();
  private final List<Member> queries = new ArrayList<>();
  private final Map<String, Member> headers = new LinkedHashMap<>();
  private final List<Member> prefixes = new ArrayList<>();
  private final boolean hasBody;

  private Bindings(Shape shape) {
    this.shape = shape;
    var body = false;
    for (var member : shape.members()) {
      switch (member.location()) {
        case URI -> labels.add(member);
        case QUERY -> queries.add(member);
        case HEADER -> headers.put(member.wireName().toLowerCase(Locale.ROOT), member);
        case HEADERS -> prefixes.add(member);
        case STATUS -> {}
        case BODY -> body = true;
      }
    }
    this.hasBody = body;
  }

  static Bindings of(Shape shape) {
    var bindings = CACHE.get(shape);
    return bindings != null ? bindings : CACHE.computeIfAbsent(shape, Bindings::new);
  }

  /** Whether any member travels in the body. */
  boolean hasBody() {
    return hasBody;
  }

  /** Reads all members that are not in the body. */
  void read(HttpRequest request, Route route, Protocol protocol, StructureBuilder<?> builder) {
    for (var i = 0; i < labels.size(); i++) {
      var member = labels.get(i);
      var text = route.labels().get(member.wireName());
      if (text != null) {
        builder.member(
            member.index(), scalar(member, text, TimestampFormat.ISO8601, protocol, route));
      }
    }
    if (!queries.isEmpty() && !request.rawQuery().isEmpty()) {
      readQuery(Parameters.ofQuery(request), route, protocol, builder);
    }
    if (!headers.isEmpty() || !prefixes.isEmpty()) {
      readHeaders(request, route, protocol, builder);
    }
  }

  private void readQuery(
      Parameters parameters, Route route, Protocol protocol, StructureBuilder<?> builder) {
    for (var i = 0; i < queries.size(); i++) {
      var member = queries.get(i);
      switch (member.target().type()) {
        case LIST -> {
          var values = new ArrayList<Object>();
          for (var parameter : parameters.all()) {
            if (parameter.name().equals(member.wireName())) {
              var element = member.target().element();
              values.add(
                  scalar(element, parameter.value(), TimestampFormat.ISO8601, protocol, route));
            }
          }
          if (!values.isEmpty()) {
            builder.member(member.index(), values);
          }
        }
        case MAP -> builder.member(member.index(), unbound(parameters, member));
        default -> {
          var text = parameters.first(member.wireName());
          if (text != null) {
            builder.member(
                member.index(), scalar(member, text, TimestampFormat.ISO8601, protocol, route));
          }
        }
      }
    }
  }

  /** A map takes all parameters that no other member has. */
  private Map<String, Object> unbound(Parameters parameters, Member map) {
    var values = new LinkedHashMap<String, Object>();
    for (var parameter : parameters.all()) {
      if (queries.stream().anyMatch(member -> member.wireName().equals(parameter.name()))) {
        continue;
      }
      if (map.target().value().target().type() == ShapeType.LIST) {
        @SuppressWarnings("unchecked")
        var list =
            (List<String>) values.computeIfAbsent(parameter.name(), n -> new ArrayList<String>());
        list.add(parameter.value());
      } else {
        values.putIfAbsent(parameter.name(), parameter.value());
      }
    }
    return values;
  }

  private void readHeaders(
      HttpRequest request, Route route, Protocol protocol, StructureBuilder<?> builder) {
    var s3 = WireErrors.isS3(route.service());
    for (var field : request.headers().fields().entrySet()) {
      var member = headers.get(field.getKey());
      if (member != null) {
        builder.member(member.index(), header(member, field.getValue(), protocol, route));
      }
    }
    for (var member : prefixes) {
      var prefix = member.wireName().toLowerCase(Locale.ROOT);
      Map<String, String> map = null;
      for (var field : request.headers().fields().entrySet()) {
        if (field.getKey().startsWith(prefix)) {
          map = map == null ? new LinkedHashMap<>() : map;
          var value = String.join(",", field.getValue());
          map.put(
              field.getKey().substring(prefix.length()), s3 ? EncodedWords.decode(value) : value);
        }
      }
      if (map != null) {
        builder.member(member.index(), map);
      }
    }
  }

  private Object header(Member member, List<String> values, Protocol protocol, Route route) {
    if (member.target().type() != ShapeType.LIST) {
      if (member.jsonValue()) {
        return decodeBase64(member, values.getFirst(), protocol, route);
      }
      return scalar(member, values.getFirst().strip(), TimestampFormat.RFC822, protocol, route);
    }
    var element = member.target().element();
    var list = new ArrayList<Object>();
    var commasInDates =
        element.target().type() == ShapeType.TIMESTAMP
            && Timestamps.format(element, TimestampFormat.RFC822) == TimestampFormat.RFC822;
    for (var value : values) {
      for (var item : HeaderLists.split(value, commasInDates)) {
        list.add(scalar(element, item, TimestampFormat.RFC822, protocol, route));
      }
    }
    return list;
  }

  private static Object decodeBase64(Member member, String value, Protocol protocol, Route route) {
    try {
      return new String(Base64.getDecoder().decode(value.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw WireErrors.badParameter(protocol, route.service(), member, value);
    }
  }

  private static Object scalar(
      Member member, String text, TimestampFormat timestamps, Protocol protocol, Route route) {
    var value = Scalars.parse(member, text, timestamps);
    if (value == null) {
      throw WireErrors.badParameter(protocol, route.service(), member, text);
    }
    return value;
  }

  /** Writes an output's headers. */
  void writeHeaders(Structure output, HttpHeaders into, boolean s3) {
    headers.forEach(
        (name, member) -> {
          var value = output.member(member.index());
          if (value != null) {
            into.set(name, headerValue(member, value));
          }
        });
    for (var member : prefixes) {
      if (output.member(member.index()) instanceof Map<?, ?> map) {
        map.forEach(
            (name, value) ->
                into.set(
                    member.wireName() + name,
                    s3
                        ? EncodedWords.encode(String.valueOf(value))
                        : plain(String.valueOf(value))));
      }
    }
  }

  /** Writes one member as a header. */
  static void writeHeader(Member member, Object value, HttpHeaders into) {
    into.set(member.wireName(), headerValue(member, value));
  }

  private static String headerValue(Member member, Object value) {
    String text;
    if (value instanceof List<?> list) {
      var element = member.target().element();
      text =
          HeaderLists.join(list.stream().map(item -> headerText(element, item)).toList(), element);
    } else {
      text = headerText(member, value);
    }
    return plain(text);
  }

  private static String headerText(Member member, Object value) {
    if (member.jsonValue()) {
      return Base64.getEncoder().encodeToString(Wire.utf8(value.toString()));
    }
    return Scalars.text(member, value, TimestampFormat.RFC822, false);
  }

  /** No value may end its header. */
  private static String plain(String value) {
    for (var i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ') {
        return value.replaceAll("[\\x00-\\x1f]", " ");
      }
    }
    return value;
  }

  /** The status that a member gives, or else the operation's. */
  int status(Structure output, int otherwise) {
    for (var member : shape.members()) {
      if (member.location() == Location.STATUS
          && output.member(member.index()) instanceof Integer status) {
        return status;
      }
    }
    return otherwise;
  }

  /** Writes those details of an error that its shape sends as headers. */
  static void writeErrorHeaders(ApiException error, HttpHeaders into) {
    if (error.shape() == null) {
      return;
    }
    error
        .details()
        .forEach(
            (name, value) -> {
              var member = error.shape().memberNamed(name);
              if (member != null && member.location() == Location.HEADER) {
                writeHeader(member, value, into);
              }
            });
  }

  /** The payload of a blob or string as a body, or null where the payload is a document. */
  static @Nullable Body rawPayload(Member payload, @Nullable Object value) {
    return switch (value) {
      case Body body -> body;
      case byte[] bytes -> Body.of(bytes);
      case String text when payload.target().type() == ShapeType.STRING -> Body.of(Wire.utf8(text));
      case null -> Body.empty();
      default -> null;
    };
  }
}

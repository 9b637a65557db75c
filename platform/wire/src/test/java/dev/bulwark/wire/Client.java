package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A client's half of the protocols, as small as the tests need it: it writes requests. */
final class Client {
  private Client() {}

  static HttpRequest request(Operation<?, ?> operation, Protocol protocol, Structure input) {
    var info = operation.service().info();
    var headers = new HttpHeaders().set("host", "localhost:4566");
    headers.set(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/"
            + info.signingName()
            + "/aws4_request, SignedHeaders=host, Signature=00");
    return switch (protocol) {
      case AWS_JSON_1_0, AWS_JSON_1_1 -> {
        headers.set("x-amz-target", info.targetPrefix() + "." + operation.name());
        headers.set(
            "content-type",
            protocol == Protocol.AWS_JSON_1_0
                ? "application/x-amz-json-1.0"
                : "application/x-amz-json-1.1");
        yield post("/", headers, TokenWriter.structure(input, false));
      }
      case RPC_V2_CBOR -> {
        headers.set("smithy-protocol", "rpc-v2-cbor").set("content-type", "application/cbor");
        yield post(
            "/service/" + info.targetPrefix() + "/operation/" + operation.name(),
            headers,
            TokenWriter.structure(input, true));
      }
      case QUERY, EC2_QUERY -> {
        headers.set("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        var form =
            new StringBuilder("Action=" + operation.name() + "&Version=" + info.apiVersion());
        form(input, "", form, protocol == Protocol.EC2_QUERY);
        yield post("/", headers, form.toString().getBytes(StandardCharsets.UTF_8));
      }
      case REST_JSON, REST_XML -> rest(operation, protocol, input, headers);
    };
  }

  private static HttpRequest post(String path, HttpHeaders headers, byte[] body) {
    return new HttpRequest("POST", path, "", headers, Body.of(body), "127.0.0.1", false);
  }

  private static HttpRequest rest(
      Operation<?, ?> operation, Protocol protocol, Structure input, HttpHeaders headers) {
    var uri = operation.http().uri();
    var mark = uri.indexOf('?');
    var path = mark < 0 ? uri : uri.substring(0, mark);
    var query = new StringBuilder(mark < 0 ? "" : uri.substring(mark + 1));
    var hasBody = false;
    for (var member : input.shape().members()) {
      var value = input.member(member.index());
      hasBody |= member.location() == Location.BODY;
      if (value == null) {
        continue;
      }
      switch (member.location()) {
        case URI -> {
          var text = text(member, value, TimestampFormat.ISO8601);
          path = path.replace("{" + member.wireName() + "}", Percent.encode(text, ""));
          path = path.replace("{" + member.wireName() + "+}", Percent.encode(text, "/"));
        }
        case QUERY -> query(member, value, query);
        case HEADER -> Bindings.writeHeader(member, value, headers);
        case HEADERS ->
            ((Map<?, ?>) value).forEach((k, v) -> headers.set(member.wireName() + k, (String) v));
        default -> {}
      }
    }
    var body = hasBody ? restBody(operation, protocol, input) : Body.empty();
    return new HttpRequest(
        operation.http().method(), path, query.toString(), headers, body, "127.0.0.1", false);
  }

  private static void query(Member member, Object value, StringBuilder query) {
    if (value instanceof List<?> list) {
      list.forEach(
          item ->
              add(
                  query,
                  member.wireName(),
                  text(member.target().element(), item, TimestampFormat.ISO8601)));
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, item) -> {
            if (item instanceof List<?> list) {
              list.forEach(each -> add(query, (String) key, (String) each));
            } else {
              add(query, (String) key, (String) item);
            }
          });
    } else {
      add(query, member.wireName(), text(member, value, TimestampFormat.ISO8601));
    }
  }

  private static Body restBody(Operation<?, ?> operation, Protocol protocol, Structure input) {
    var payload = input.shape().payload();
    var info = operation.service().info();
    if (payload != null) {
      var value = input.member(payload.index());
      var raw = Bindings.rawPayload(payload, value);
      if (raw != null) {
        return raw;
      }
      if (protocol == Protocol.REST_JSON) {
        return Body.of(TokenWriter.payload(payload, value));
      }
      var xml = new XmlWriter(true).root(payload.wireName(), info.xmlNamespace());
      xml.members((Structure) value);
      return Body.of(xml.close(payload.wireName()).bytes());
    }
    if (protocol == Protocol.REST_JSON) {
      return Body.of(TokenWriter.structure(input, false));
    }
    var root = operation.inputElement() == null ? "Request" : operation.inputElement();
    var xml = new XmlWriter(true).root(root, info.xmlNamespace());
    xml.members(input);
    return Body.of(xml.close(root).bytes());
  }

  private static void form(Structure structure, String prefix, StringBuilder form, boolean ec2) {
    for (var member : structure.shape().members()) {
      var value = structure.member(member.index());
      if (value != null) {
        var name = ec2 ? member.ec2Name() : member.queryWireName();
        formValue(member, value, prefix + name, prefix, form, ec2);
      }
    }
  }

  private static void formValue(
      Member member, Object value, String name, String prefix, StringBuilder form, boolean ec2) {
    Shape shape = member.target();
    switch (shape.type()) {
      case STRUCTURE -> form((Structure) value, name + ".", form, ec2);
      case LIST -> {
        var base =
            ec2
                ? name
                : member.flattened()
                    ? prefix + XmlNames.flattened(member, true)
                    : name + "." + XmlNames.element(shape);
        var i = 1;
        for (var item : (List<?>) value) {
          var itemName = base + "." + i++;
          formValue(shape.element(), item, itemName, itemName + ".", form, ec2);
        }
      }
      case MAP -> {
        var base = member.flattened() ? name : name + ".entry";
        var i = 1;
        for (var entry : ((Map<?, ?>) value).entrySet()) {
          var entryName = base + "." + i++ + ".";
          add(form, entryName + XmlNames.key(shape, !ec2), (String) entry.getKey());
          var valueName = entryName + XmlNames.value(shape, !ec2);
          formValue(shape.value(), entry.getValue(), valueName, valueName + ".", form, ec2);
        }
      }
      default -> add(form, name, text(member, value, TimestampFormat.ISO8601));
    }
  }

  private static void add(StringBuilder form, String name, String value) {
    form.append(form.isEmpty() ? "" : "&")
        .append(Percent.encode(name, ""))
        .append('=')
        .append(Percent.encode(value, ""));
  }

  private static String text(Member member, Object value, TimestampFormat format) {
    return Scalars.text(member, value, format, true);
  }
}

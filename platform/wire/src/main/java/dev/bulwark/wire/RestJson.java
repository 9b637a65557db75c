package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import java.nio.charset.StandardCharsets;

/**
 * restJson1: HTTP bindings, and a JSON document for what they do not take.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html">Smithy's
 *     description</a>
 */
final class RestJson implements WireProtocol {
  private static final String CONTENT_TYPE = "application/json";

  @Override
  public Structure decode(Operation<?, ?> operation, HttpRequest request, Route route) {
    var input = operation.input();
    var builder = input.newBuilder();
    var bindings = Bindings.of(input);
    bindings.read(request, route, Protocol.REST_JSON, builder);
    var payload = input.payload();
    if (payload != null && payload.streaming()) {
      builder.member(payload.index(), request.body());
      return builder.build();
    }
    if (payload == null && !bindings.hasBody()) {
      return builder.build();
    }
    var bytes = Wire.body(request, Protocol.REST_JSON, route.service());
    try {
      if (payload == null) {
        TokenReader.fill(bytes, input, builder, false);
      } else if (bytes.length == 0) {
        return builder.build();
      } else if (payload.target().type() == ShapeType.BLOB) {
        builder.member(payload.index(), bytes);
      } else if (payload.target().type() == ShapeType.STRING) {
        builder.member(payload.index(), new String(bytes, StandardCharsets.UTF_8));
      } else if (payload.target().type() == ShapeType.STRUCTURE) {
        builder.member(payload.index(), TokenReader.structure(bytes, payload.target(), false));
      } else {
        builder.member(payload.index(), TokenReader.value(bytes, payload));
      }
    } catch (DecodeException e) {
      throw WireErrors.malformed(Protocol.REST_JSON, route.service(), e.getMessage());
    }
    return builder.build();
  }

  @Override
  public HttpResponse encode(Operation<?, ?> operation, Structure output, String requestId) {
    var shape = operation.output();
    var bindings = Bindings.of(shape);
    var headers = new HttpHeaders().set("x-amzn-requestid", requestId);
    bindings.writeHeaders(output, headers, false);
    var status = bindings.status(output, operation.http().status());
    var payload = shape.payload();
    if (payload != null) {
      var value = output.member(payload.index());
      var raw = Bindings.rawPayload(payload, value);
      if (raw != null) {
        return new HttpResponse(status, headers, raw);
      }
      return Wire.response(status, headers, CONTENT_TYPE, TokenWriter.payload(payload, value));
    }
    if (!bindings.hasBody()) {
      return new HttpResponse(status, headers, Body.empty());
    }
    return Wire.response(status, headers, CONTENT_TYPE, TokenWriter.structure(output, false));
  }

  @Override
  public HttpResponse encodeError(ApiException error, Route route, String requestId) {
    var headers =
        new HttpHeaders().set("x-amzn-requestid", requestId).set("x-amzn-errortype", error.type());
    Bindings.writeErrorHeaders(error, headers);
    JsonErrors.queryError(error, route, headers);
    var body = Wire.isHead(route) ? new byte[0] : JsonErrors.body(error, false);
    return Wire.response(error.httpStatus(), headers, CONTENT_TYPE, body);
  }
}

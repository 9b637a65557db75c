package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;

/**
 * awsJson1_0, awsJson1_1: everything is in one JSON document.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html">Smithy's
 *     description</a>
 */
final class AwsJson implements WireProtocol {
  private final Protocol protocol;
  private final String contentType;

  AwsJson(Protocol protocol, String contentType) {
    this.protocol = protocol;
    this.contentType = contentType;
  }

  @Override
  public Structure decode(Operation<?, ?> operation, HttpRequest request, Route route) {
    var bytes = Wire.body(request, protocol, route.service());
    try {
      return TokenReader.structure(bytes, operation.input(), false);
    } catch (DecodeException e) {
      throw WireErrors.malformed(protocol, route.service(), e.getMessage());
    }
  }

  @Override
  public HttpResponse encode(Operation<?, ?> operation, Structure output, String requestId) {
    var headers = new HttpHeaders().set("x-amzn-requestid", requestId);
    headers.set("content-type", contentType);
    var body = output instanceof Unit ? Body.empty() : TokenWriter.body(output);
    return Wire.response(operation.http().status(), headers, contentType, body);
  }

  @Override
  public HttpResponse encodeError(ApiException error, Route route, String requestId) {
    var headers = new HttpHeaders().set("x-amzn-requestid", requestId);
    JsonErrors.queryError(error, route, headers);
    return Wire.response(error.httpStatus(), headers, contentType, JsonErrors.body(error, false));
  }
}

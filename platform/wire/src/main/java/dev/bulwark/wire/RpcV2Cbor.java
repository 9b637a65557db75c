package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;

/**
 * smithy-rpc-v2-cbor: everything is in one CBOR map.
 *
 * @see <a href="https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html">Smithy's
 *     description</a>
 */
final class RpcV2Cbor implements WireProtocol {
  static final String NAME = "rpc-v2-cbor";

  private static final String CONTENT_TYPE = "application/cbor";
  private static final byte[] NOTHING = {};

  @Override
  public Structure decode(Operation<?, ?> operation, HttpRequest request, Route route) {
    var bytes = Wire.body(request, Protocol.RPC_V2_CBOR, route.service());
    try {
      return TokenReader.structure(bytes, operation.input(), true);
    } catch (DecodeException e) {
      throw WireErrors.malformed(Protocol.RPC_V2_CBOR, route.service(), e.getMessage());
    }
  }

  @Override
  public HttpResponse encode(Operation<?, ?> operation, Structure output, String requestId) {
    var body = output instanceof Unit ? NOTHING : TokenWriter.structure(output, true);
    return Wire.response(200, headers(requestId), CONTENT_TYPE, body);
  }

  @Override
  public HttpResponse encodeError(ApiException error, Route route, String requestId) {
    var headers = headers(requestId);
    JsonErrors.queryError(error, route, headers);
    return Wire.response(error.httpStatus(), headers, CONTENT_TYPE, JsonErrors.body(error, true));
  }

  private static HttpHeaders headers(String requestId) {
    return new HttpHeaders().set("smithy-protocol", NAME).set("x-amzn-requestid", requestId);
  }
}

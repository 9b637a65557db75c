package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * restXml: HTTP bindings, and an XML document for what they do not take; with S3's own headers and
 * errors.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html">Smithy's
 *     description</a>
 */
final class RestXml implements WireProtocol {
  @Override
  public Structure decode(Operation<?, ?> operation, HttpRequest request, Route route) {
    var input = operation.input();
    var builder = input.newBuilder();
    var bindings = Bindings.of(input);
    bindings.read(request, route, Protocol.REST_XML, builder);
    var payload = input.payload();
    if (payload != null && payload.streaming()) {
      builder.member(payload.index(), request.body());
      return builder.build();
    }
    if (payload == null && !bindings.hasBody()) {
      return builder.build();
    }
    var bytes = Wire.body(request, Protocol.REST_XML, route.service());
    if (bytes.length == 0) {
      return builder.build();
    }
    try {
      if (payload == null) {
        XmlReader.fill(bytes, input, builder, null);
      } else if (payload.target().type() == ShapeType.BLOB) {
        builder.member(payload.index(), bytes);
      } else if (payload.target().type() == ShapeType.STRING) {
        builder.member(payload.index(), new String(bytes, StandardCharsets.UTF_8));
      } else {
        var root = WireErrors.isS3(route.service()) ? payload.wireName() : null;
        builder.member(payload.index(), XmlReader.structure(bytes, payload.target(), root));
      }
    } catch (DecodeException e) {
      throw WireErrors.malformed(Protocol.REST_XML, route.service(), e.getMessage());
    }
    return builder.build();
  }

  @Override
  public HttpResponse encode(Operation<?, ?> operation, Structure output, String requestId) {
    var shape = operation.output();
    var info = operation.service().info();
    var s3 = WireErrors.isS3(info);
    var headers = headers(s3, requestId);
    var bindings = Bindings.of(shape);
    bindings.writeHeaders(output, headers, s3);
    var status = bindings.status(output, operation.http().status());
    var payload = shape.payload();
    if (payload != null) {
      var value = output.member(payload.index());
      var raw = Bindings.rawPayload(payload, value);
      if (raw != null) {
        return new HttpResponse(status, headers, raw);
      }
      var xml = new XmlWriter(s3).raw(XmlWriter.DECLARATION);
      xml.root(payload.wireName(), namespace(payload, info.xmlNamespace()));
      if (value instanceof Structure structure) {
        xml.members(structure);
      }
      return response(status, headers, s3, xml.close(payload.wireName()));
    }
    if (!bindings.hasBody()) {
      return new HttpResponse(status, headers, Body.empty());
    }
    var root = shape.locationName() == null ? shape.name() : shape.locationName();
    var xml = new XmlWriter(s3).raw(XmlWriter.DECLARATION).root(root, info.xmlNamespace());
    var self = rootValue(operation, root);
    if (self == null) {
      xml.members(output);
    } else if (output.member(self.index()) instanceof Object value) {
      xml.text(Scalars.text(self, value, TimestampFormat.ISO8601, s3));
    }
    return response(status, headers, s3, xml.close(root));
  }

  /**
   * The one member that is the root element itself, as in the answer of GetBucketLocation; or null.
   */
  private static @Nullable Member rootValue(Operation<?, ?> operation, String root) {
    var member = operation.output().memberOnWire(root);
    if (member == null
        || member.location() != Location.BODY
        || operation.output().members().size() != 1) {
      return null;
    }
    return switch (member.target().type()) {
      case STRUCTURE, LIST, MAP -> null;
      default -> member;
    };
  }

  private static @Nullable String namespace(Member payload, @Nullable String otherwise) {
    var own =
        payload.xmlNamespace() != null ? payload.xmlNamespace() : payload.target().xmlNamespace();
    return own != null && own.prefix().isEmpty() ? own.uri() : otherwise;
  }

  private static HttpResponse response(int status, HttpHeaders headers, boolean s3, XmlWriter xml) {
    return Wire.response(status, headers, s3 ? "application/xml" : "text/xml", xml.bytes());
  }

  private static HttpHeaders headers(boolean s3, String requestId) {
    var headers = new HttpHeaders();
    if (s3) {
      headers.set("x-amz-request-id", requestId);
      headers.set("x-amz-id-2", hostId(requestId));
      return headers.set("server", "AmazonS3");
    }
    return headers.set("x-amzn-requestid", requestId);
  }

  /** S3's second, longer id of a request. */
  private static String hostId(String requestId) {
    return Base64.getEncoder().encodeToString(Wire.utf8("bulwark/" + requestId));
  }

  @Override
  public HttpResponse encodeError(ApiException error, Route route, String requestId) {
    var s3 = WireErrors.isS3(route.service());
    var headers = headers(s3, requestId);
    Bindings.writeErrorHeaders(error, headers);
    byte[] body = {};
    if (!Wire.isHead(route) && error.httpStatus() != 304) {
      body =
          s3 ? s3Error(error, route, requestId) : XmlErrors.errorResponse(error, route, requestId);
    }
    return Wire.response(error.httpStatus(), headers, s3 ? "application/xml" : "text/xml", body);
  }

  private static byte[] s3Error(ApiException error, Route route, String requestId) {
    var xml = new XmlWriter(true).raw(XmlWriter.DECLARATION).open("Error");
    XmlErrors.codeAndMessage(error, xml);
    if (error.details().isEmpty()) {
      xml.element("Resource", resource(route));
    }
    XmlErrors.details(error, xml);
    return xml.element("RequestId", requestId)
        .element("HostId", hostId(requestId))
        .close("Error")
        .bytes();
  }

  private static String resource(Route route) {
    var path = route.request().rawPath();
    var decoded = Percent.decode(path, 0, path.length(), false);
    // XML cannot say control characters, which keys may have: then the path stays encoded.
    return decoded == null || decoded.chars().anyMatch(c -> c < ' ') ? path : decoded;
  }
}

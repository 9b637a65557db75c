package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import java.nio.charset.StandardCharsets;

/**
 * awsQuery and ec2Query: parameters in a form or in the query string, answered in XML.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">Smithy's description
 *     of awsQuery</a>
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html">Smithy's
 *     description of ec2Query</a>
 */
final class Query implements WireProtocol {
  private static final String QUEUE_URL = "QueueUrl";

  private final Protocol protocol;
  private final boolean ec2;
  private final String contentType;

  Query(Protocol protocol) {
    this.protocol = protocol;
    this.ec2 = protocol == Protocol.EC2_QUERY;
    this.contentType = ec2 ? "text/xml;charset=UTF-8" : "text/xml";
  }

  @Override
  public Structure decode(Operation<?, ?> operation, HttpRequest request, Route route) {
    var tree = ParameterTree.empty();
    try {
      put(Parameters.ofQuery(request), tree);
      if (isForm(request)) {
        var body = Wire.body(request, protocol, route.service());
        put(Parameters.parse(new String(body, StandardCharsets.UTF_8), true), tree);
      }
      putQueue(request, operation, tree);
      return new QueryReader(ec2).structure(tree, operation.input());
    } catch (DecodeException e) {
      throw WireErrors.malformed(protocol, route.service(), e.getMessage());
    }
  }

  /** Old clients of SQS post to the queue's URL, and name the queue nowhere else. */
  private static void putQueue(HttpRequest request, Operation<?, ?> operation, ParameterTree tree)
      throws DecodeException {
    if (operation.service().info().id().equals("sqs")
        && request.rawPath().length() > 1
        && operation.input().memberNamed(QUEUE_URL) != null) {
      tree.put(QUEUE_URL, request.rawPath());
    }
  }

  /** Whether the body is a form: by its content type, or since it has none. */
  static boolean isForm(HttpRequest request) {
    if (!request.method().equals("POST")) {
      return false;
    }
    var type = request.headers().first("content-type");
    return type == null || type.regionMatches(true, 0, "application/x-www-form-urlencoded", 0, 33);
  }

  private static void put(Parameters parameters, ParameterTree tree) throws DecodeException {
    if (parameters.malformed()) {
      throw WireErrors.malformedQueryString();
    }
    var all = parameters.all();
    for (var i = 0; i < all.size(); i++) {
      var parameter = all.get(i);
      if (!parameter.name().equals("Action") && !parameter.name().equals("Version")) {
        tree.put(parameter.name(), parameter.value());
      }
    }
  }

  @Override
  public HttpResponse encode(Operation<?, ?> operation, Structure output, String requestId) {
    var headers = new HttpHeaders().set("x-amzn-requestid", requestId);
    var xml = ec2 ? new XmlWriter(true) : XmlWriter.ofQuery();
    var namespace = operation.service().info().xmlNamespace();
    var root = operation.name() + "Response";
    if (ec2) {
      xml.raw(XmlWriter.DECLARATION)
          .root(root, namespace == null || namespace.endsWith("/") ? namespace : namespace + "/")
          .element("requestId", requestId);
      if (output instanceof Unit) {
        xml.element("return", "true");
      } else {
        xml.members(output);
      }
    } else {
      xml.root(root, namespace);
      if (!(output instanceof Unit)) {
        var wrapper =
            operation.resultWrapper() == null
                ? operation.name() + "Result"
                : operation.resultWrapper();
        xml.open(wrapper).members(output);
        xml.close(wrapper);
      }
      xml.open("ResponseMetadata").element("RequestId", requestId).close("ResponseMetadata");
    }
    return Wire.response(200, headers, contentType, xml.close(root).bytes());
  }

  @Override
  public HttpResponse encodeError(ApiException error, Route route, String requestId) {
    var headers = new HttpHeaders().set("x-amzn-requestid", requestId);
    var body = ec2 ? ec2Error(error, requestId) : XmlErrors.errorResponse(error, route, requestId);
    return Wire.response(
        error.httpStatus(), headers, contentType, Wire.isHead(route) ? new byte[0] : body);
  }

  private static byte[] ec2Error(ApiException error, String requestId) {
    var xml = new XmlWriter(true).raw(XmlWriter.DECLARATION).raw("<Response><Errors><Error>");
    XmlErrors.codeAndMessage(error, xml);
    XmlErrors.details(error, xml);
    return xml.raw("</Error></Errors>").element("RequestID", requestId).close("Response").bytes();
  }
}

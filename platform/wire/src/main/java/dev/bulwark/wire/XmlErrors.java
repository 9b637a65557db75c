package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Location;

/** Errors as XML. */
final class XmlErrors {
  /** The namespace of errors that come from no service. */
  private static final String FRONT_DOOR = "http://webservices.amazon.com/AWSFault/2005-15-09";

  private XmlErrors() {}

  /** The form of the query protocol, and of the REST services but S3. */
  static byte[] errorResponse(ApiException error, Route route, String requestId) {
    var xml =
        new XmlWriter(false)
            .root(
                "ErrorResponse",
                route.operation() == null ? FRONT_DOOR : route.service().xmlNamespace())
            .open("Error")
            .element("Type", Wire.faultName(error));
    codeAndMessage(error, xml);
    details(error, xml);
    return xml.close("Error").element("RequestId", requestId).close("ErrorResponse").bytes();
  }

  static void codeAndMessage(ApiException error, XmlWriter xml) {
    xml.element("Code", error.code());
    var message = error.getMessage();
    if (message != null) {
      xml.element("Message", message);
    }
  }

  /** The members beside the message that are no headers. */
  static void details(ApiException error, XmlWriter xml) {
    error
        .details()
        .forEach(
            (name, value) -> {
              var member = error.shape() == null ? null : error.shape().memberNamed(name);
              if (member == null) {
                xml.element(name, String.valueOf(value));
              } else if (member.location() == Location.BODY) {
                xml.member(member, value);
              }
            });
  }
}

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
      xml.element("Message", printable(message));
    }
  }

  /**
   * Messages cite what was sent. What XML cannot say of it is replaced, so that the error can be
   * read.
   */
  private static String printable(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        var shown = new StringBuilder(text);
        for (var j = i; j < shown.length(); j++) {
          if (isControl(shown.charAt(j))) {
            shown.setCharAt(j, '\ufffd');
          }
        }
        return shown.toString();
      }
    }
    return text;
  }

  private static boolean isControl(char c) {
    return c < ' ' && c != '\t' && c != '\n' && c != '\r';
  }

  /** The members beside the message that are no headers. */
  static void details(ApiException error, XmlWriter xml) {
    error
        .details()
        .forEach(
            (name, value) -> {
              var member = error.shape() == null ? null : error.shape().memberNamed(name);
              if (member == null) {
                xml.element(name, printable(String.valueOf(value)));
              } else if (member.location() == Location.BODY) {
                xml.member(member, value);
              }
            });
  }
}

package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Location;

/**
 * Errors as JSON or CBOR: the type, the message under the name that the error's shape gives it, and
 * further members.
 */
final class JsonErrors {
  private JsonErrors() {}

  static byte[] body(ApiException error, boolean cbor) {
    return TokenWriter.object(
        cbor,
        writer -> {
          writer.text("__type", error.type());
          var message = error.getMessage();
          if (message != null && !message.isEmpty()) {
            writer.text(messageName(error), message);
          }
          error
              .details()
              .forEach(
                  (name, value) -> {
                    var member = error.shape() == null ? null : error.shape().memberNamed(name);
                    if (member == null) {
                      writer.untyped(name, value);
                    } else if (member.location() == Location.BODY) {
                      writer.member(member, value);
                    }
                  });
        });
  }

  private static String messageName(ApiException error) {
    if (error.shape() != null) {
      for (var member : error.shape().members()) {
        if (member.name().equalsIgnoreCase("message")) {
          return member.wireName();
        }
      }
    }
    return "message";
  }

  /** For clients that know the codes of the query protocol, which the service spoke before. */
  static void queryError(ApiException error, Route route, HttpHeaders headers) {
    if (route.service().queryCompatible()) {
      headers.set("x-amzn-query-error", error.code() + ";" + Wire.faultName(error));
    }
  }
}

package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import org.jspecify.annotations.Nullable;

/** What each protocol and service says to requests that cannot be read. */
final class WireErrors {
  private static final String S3 = "s3";

  private WireErrors() {}

  static boolean isS3(ServiceInfo service) {
    return service.id().equals(S3);
  }

  /** A document that is not well-formed or does not fit its shape. */
  static ApiException malformed(Protocol protocol, ServiceInfo service, @Nullable String message) {
    return switch (protocol) {
      case AWS_JSON_1_0, AWS_JSON_1_1, REST_JSON, RPC_V2_CBOR ->
          new ApiException("SerializationException", 400, inWordsOf(service, message));
      case REST_XML ->
          isS3(service)
              ? new ApiException(
                  "MalformedXML",
                  400,
                  "The XML you provided was not well-formed or did not validate against our published schema")
              : new ApiException(
                  "MalformedInput", 400, message == null ? "Could not parse XML" : message);
      case QUERY, EC2_QUERY ->
          new ApiException(
              "MalformedInput", 400, message == null ? "Could not parse the request" : message);
    };
  }

  /** A form or query string with broken escapes. */
  static ApiException malformedQueryString() {
    return new ApiException(
        "MalformedQueryString", 400, "The query string contains a syntax error.");
  }

  /** A path label, a header or a query parameter of a wrong type. */
  static ApiException badParameter(
      Protocol protocol, ServiceInfo service, Member member, String value) {
    var name = member.wireName();
    if (isS3(service) && name.equals("x-amz-mp-object-size")) {
      return new ApiException(
          "InvalidRequest", 400, "Value for " + name + " header is invalid: '" + value + "'");
    }
    if (protocol == Protocol.REST_XML) {
      var message =
          switch (member.target().type()) {
            case INTEGER, LONG -> "Provided " + name + " not an integer or within integer range";
            case BOOLEAN -> "Provided " + name + " is not a boolean";
            case TIMESTAMP ->
                name.equals("x-amz-object-lock-retain-until-date")
                    ? "The retain until date must be provided in ISO 8601 format"
                    : "Bad date for " + name + ": " + value;
            default -> "Invalid argument: " + name;
          };
      return isS3(service)
          ? new ApiException("InvalidArgument", 400, message)
              .with("ArgumentName", name)
              .with("ArgumentValue", value)
          : new ApiException("InvalidArgument", 400, message);
    }
    if (protocol == Protocol.EC2_QUERY) {
      return new ApiException(
          "InvalidParameterValue",
          400,
          "Value (" + value + ") for parameter " + name + " is invalid.");
    }
    return malformed(protocol, service, notConverted("STRING_VALUE", typeName(member)));
  }

  /** What a value of a wrong type is told, with AWS's articles. */
  static String notConverted(String token, String type) {
    var article = type.equals("Integer") || type.equals("Boolean") ? "an " : "a ";
    return token + " can not be converted to " + article + type;
  }

  /** DynamoDB words it in another way than all others. */
  private static String inWordsOf(ServiceInfo service, @Nullable String message) {
    if (message == null) {
      return "";
    }
    return service.id().equals("dynamodb")
        ? message.replaceFirst(" can not be converted to an? ", " cannot be converted to ")
        : message;
  }

  static String typeName(Member member) {
    return switch (member.target().type()) {
      case BOOLEAN -> "Boolean";
      case INTEGER -> "Integer";
      case LONG -> "Long";
      case FLOAT -> "Float";
      case DOUBLE -> "Double";
      case TIMESTAMP -> "Timestamp";
      case BLOB -> "Blob";
      default -> "String";
    };
  }

  /** A body that could not be read. */
  static ApiException unreadable(Bodies.Failure failure, Protocol protocol, ServiceInfo service) {
    var s3 = isS3(service);
    return switch (failure) {
      case TOO_LARGE ->
          s3
              ? new ApiException("MaxMessageLengthExceeded", 400, "Your request was too big.")
              : new ApiException(
                  isXml(protocol) ? "RequestEntityTooLarge" : "RequestEntityTooLargeException",
                  413,
                  "Request size exceeded " + Bodies.MAX_BYTES + " bytes");
      case INCOMPLETE ->
          s3
              ? new ApiException(
                  "IncompleteBody",
                  400,
                  "You did not provide the number of bytes specified by the Content-Length HTTP header")
              : malformed(protocol, service, "The request body ended unexpectedly");
      case BAD_ENCODING ->
          malformed(protocol, service, "The request body does not match its Content-Encoding");
      case NO_ROOM ->
          s3
              ? new ApiException("SlowDown", 503, "Please reduce your request rate.")
              : Bodies.noRoom();
    };
  }

  private static boolean isXml(Protocol protocol) {
    return protocol == Protocol.QUERY
        || protocol == Protocol.EC2_QUERY
        || protocol == Protocol.REST_XML;
  }
}

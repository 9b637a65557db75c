package dev.bulwark.acceptance;

import dev.bulwark.acceptance.RawConnection.Answer;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * An error as the clients' parsers read it: the code and the message, in the form of the protocol
 * that the Content-Type tells.
 *
 * @param code without a namespace
 */
record ErrorBody(String code, String message) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final CBORFactory CBOR = new CBORFactory();

  /**
   * Reads an answer.
   *
   * @throws AssertionError where it is not well-formed, or no error of AWS's
   */
  static ErrorBody of(Answer answer) {
    var type = answer.header("content-type").split(";")[0].strip();
    try {
      return switch (type) {
        case "application/xml", "text/xml" -> xml(answer.body());
        case "application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1" ->
            tokens(JSON, answer);
        case "application/cbor" -> tokens(CBOR, answer);
        default -> throw new AssertionError("an error of type '" + type + "': " + answer.text());
      };
    } catch (IOException | SAXException | ParserConfigurationException | JacksonException e) {
      throw new AssertionError("an error that is not well-formed: " + answer.text(), e);
    }
  }

  private static ErrorBody xml(byte[] body)
      throws ParserConfigurationException, IOException, SAXException {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    var builder = factory.newDocumentBuilder();
    builder.setErrorHandler(null);
    // S3 writes control characters of keys by references that XML 1.0 does not have.
    var text = new String(body, StandardCharsets.UTF_8).replaceAll("&#x([0-8bcef]|1.);", "?");
    var document = builder.parse(new InputSource(new StringReader(text)));
    return new ErrorBody(text(document, "Code"), text(document, "Message"));
  }

  private static String text(Document document, String element) {
    var found = document.getElementsByTagName(element);
    if (found.getLength() == 0) {
      if (element.equals("Message")) {
        return "";
      }
      throw new AssertionError("an error without " + element);
    }
    return found.item(0).getTextContent();
  }

  private static ErrorBody tokens(TokenStreamFactory factory, Answer answer) {
    var members = new HashMap<String, String>();
    try (var parser = factory.createParser(ObjectReadContext.empty(), answer.body())) {
      read(parser, members);
    }
    var code = members.getOrDefault("__type", answer.header("x-amzn-errortype").split(":")[0]);
    if (code.isEmpty()) {
      throw new AssertionError("an error without a type: " + answer.text());
    }
    return new ErrorBody(
        code.substring(code.indexOf('#') + 1),
        members.getOrDefault("message", members.getOrDefault("Message", "")));
  }

  private static void read(JsonParser parser, Map<String, String> members) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new AssertionError("an error that is no object");
    }
    var depth = new ArrayList<JsonToken>();
    for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token.isStructStart()) {
        depth.add(token);
      } else if (token.isStructEnd() && !depth.isEmpty()) {
        depth.removeLast();
      } else if (depth.isEmpty() && token == JsonToken.VALUE_STRING) {
        members.put(parser.currentName(), parser.getString());
      }
    }
  }
}

package dev.bulwark.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON that comes from outside, bounded in depth; numbers keep their digits. */
public final class Json {
  private static final int DEPTH = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxStringLength(2 << 20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /** A document; empty where the text is none. */
  public static Optional<JsonNode> parse(String text) {
    try {
      var node = MAPPER.readTree(text);
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /**
   * What is wrong with a text that is no document, in the words of AWS's parser, but for the place.
   */
  public static String complaint(String text) {
    try {
      var unused = MAPPER.readTree(text);
      return "No content to map due to end-of-input";
    } catch (JacksonException e) {
      return e.getOriginalMessage().replace("start property name", "start field name");
    }
  }

  /** A document that is an object; empty where it is not. */
  public static Optional<JsonNode> parseObject(String text) {
    return parse(text).filter(JsonNode::isObject);
  }

  /** A new object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A document as text. */
  public static String text(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /** A text as JSON, with its quotation marks. */
  public static String text(String value) {
    return MAPPER.writeValueAsString(value);
  }

  /** An integer, which old clients send as text; empty where the node is none. */
  public static OptionalInt integer(JsonNode node) {
    if (node.isInt()) {
      return OptionalInt.of(node.intValue());
    }
    if (node.isString() && node.stringValue().matches("\\d{1,9}")) {
      return OptionalInt.of(Integer.parseInt(node.stringValue()));
    }
    return OptionalInt.empty();
  }

  /** The strings of an array; none where the node is none. */
  public static List<String> strings(JsonNode node) {
    var strings = new ArrayList<String>();
    for (var item : node) {
      if (item.isString()) {
        strings.add(item.stringValue());
      }
    }
    return List.copyOf(strings);
  }
}

package dev.bulwark.messaging.sns;

import dev.bulwark.api.sns.MessageAttributeValue;
import dev.bulwark.messaging.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What may be published. */
final class PublicationChecks {
  static final int MOST_BYTES = 256 * 1024;

  private static final int LONGEST_SUBJECT = 100;
  private static final Set<String> TYPES = Set.of("String", "String.Array", "Number", "Binary");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,128}(\\.\\d{0,38})?|\\.\\d{1,38})([eE][+-]?\\d{1,9})?");
  private static final int SMALLEST_POWER = -128;
  private static final int LARGEST_POWER = 126;
  private static final int LONGEST_NAME = 256;
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_.-]");
  private static final Pattern FIFO_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private PublicationChecks() {}

  /** How many bytes count against the limit. */
  static int size(String message, @Nullable Map<String, MessageAttributeValue> attributes) {
    int size = bytes(message);
    if (attributes != null) {
      for (var attribute : attributes.entrySet()) {
        var value = attribute.getValue();
        size += bytes(attribute.getKey()) + bytes(value.dataType());
        size += value.stringValue() == null ? 0 : bytes(value.stringValue());
        size += value.binaryValue() == null ? 0 : value.binaryValue().length;
      }
    }
    return size;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static void text(String message) {
    if (message.isEmpty()) {
      throw SnsErrors.invalid("Empty message");
    }
  }

  static void message(String message, Map<String, MessageAttributeValue> attributes) {
    text(message);
    if (size(message, attributes) > MOST_BYTES) {
      throw SnsErrors.invalid("Message too long");
    }
    attributes.forEach(PublicationChecks::attribute);
  }

  private static void attribute(String name, MessageAttributeValue value) {
    name(name);
    var type = value.dataType();
    if (!TYPES.contains(type) && !type.matches("(String|Number|Binary)\\.[^.].{0,200}")) {
      throw SnsErrors.attributeValue(
          "The message attribute '"
              + name
              + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
    }
    var text = value.stringValue();
    boolean binary = type.startsWith("Binary");
    if (binary ? text != null : value.binaryValue() != null) {
      throw SnsErrors.attributeValue(
          "The message attribute '"
              + name
              + "' with type '"
              + type
              + "' must use field '"
              + (binary ? "Binary" : "String")
              + "'.");
    }
    boolean empty =
        binary
            ? value.binaryValue() == null || value.binaryValue().length == 0
            : text == null || text.isEmpty();
    if (empty) {
      throw SnsErrors.attributeValue(
          "The message attribute '"
              + name
              + "' must contain non-empty message attribute value for message attribute type '"
              + type
              + "'.");
    }
    if (text != null && type.startsWith("Number")) {
      number(name, text);
    }
    if (text != null
        && type.equals("String.Array")
        && Json.parse(text).filter(JsonNode::isArray).isEmpty()) {
      throw SnsErrors.attributeValue(
          "The message attribute '" + name + "' is no array of strings in JSON.");
    }
  }

  private static void number(String name, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw SnsErrors.attributeValue(
          "Could not cast message attribute '" + name + "' value to number.");
    }
    var number = new BigDecimal(text);
    long power = (long) number.precision() - number.scale() - 1;
    if (number.signum() != 0 && (power < SMALLEST_POWER || power > LARGEST_POWER)) {
      throw SnsErrors.attributeValue(
          "Message attribute '%s' number value [%s] scale must be 10^-128 and 10^126."
              .formatted(name, text));
    }
  }

  private static void name(String name) {
    if (name.length() > LONGEST_NAME) {
      throw SnsErrors.attributeValue(
          "Length of message attribute name must be less than 256 bytes.");
    }
    if (name.startsWith(".")) {
      throw SnsErrors.attributeValue(
          "Invalid message attribute name starting with character '.' was found.");
    }
    if (name.endsWith(".")) {
      throw SnsErrors.attributeValue(
          "Invalid message attribute name ending with character '.' was found.");
    }
    if (name.contains("..")) {
      throw SnsErrors.attributeValue(
          "Message attribute name can not have successive '.' character.");
    }
    var wrong = NOT_IN_NAMES.matcher(name);
    if (wrong.find()) {
      throw SnsErrors.attributeValue(
          "Invalid non-alphanumeric character '#x%X' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots."
              .formatted(name.codePointAt(wrong.start())));
    }
    if (name.isEmpty()) {
      throw SnsErrors.attributeValue("Message attribute name can not be empty.");
    }
  }

  static void subject(@Nullable String subject) {
    if (subject != null
        && (subject.isEmpty()
            || subject.length() > LONGEST_SUBJECT
            || subject.chars().anyMatch(Character::isISOControl))) {
      throw SnsErrors.invalid("Subject");
    }
  }

  /** What each protocol is told; empty where all are told the same. */
  static Map<String, String> texts(String message, @Nullable String structure) {
    if (structure == null) {
      return Map.of();
    }
    if (!structure.equals("json")) {
      throw SnsErrors.invalid("Message Structure - Invalid message structure parameter");
    }
    var json =
        Json.parseObject(message)
            .orElseThrow(
                () -> SnsErrors.invalid("Message Structure - JSON message body failed to parse"));
    var texts = new LinkedHashMap<String, String>();
    for (var property : json.properties()) {
      if (property.getValue().isString()) {
        texts.put(property.getKey(), property.getValue().stringValue());
      }
    }
    if (!texts.containsKey("default")) {
      throw SnsErrors.invalid("Message Structure - No default entry in JSON message body");
    }
    return texts;
  }

  static void fifoId(String id, String parameter) {
    if (!FIFO_ID.matcher(id).matches()) {
      throw SnsErrors.invalid(parameter);
    }
  }
}

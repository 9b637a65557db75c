package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.MessageAttributeValue;
import dev.bulwark.api.sqs.MessageSystemAttributeValue;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be sent. */
final class MessageChecks {
  private static final int MOST_ATTRIBUTES = 10;
  private static final Pattern ATTRIBUTE_NAME =
      Pattern.compile("(?!\\.)(?!.*\\.\\.)[\\p{L}\\p{N}_.-]{1,256}(?<!\\.)");
  private static final Pattern TYPE = Pattern.compile("(String|Number|Binary)(\\..*)?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,128}(\\.\\d{0,38})?|\\.\\d{1,38})([eE][+-]?\\d{1,3})?");
  private static final Pattern FIFO_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private MessageChecks() {}

  static void body(@Nullable String body) {
    if (body == null || body.isEmpty()) {
      throw SqsErrors.missing("MessageBody");
    }
    for (int i = 0; i < body.length(); i++) {
      if (!isAllowed(body.charAt(i))) {
        throw SqsErrors.invalidContents();
      }
    }
  }

  /** Halves of pairs are allowed here: text that comes over the wire has both. */
  private static boolean isAllowed(char c) {
    return c >= ' ' ? c < '\ufffe' : c == '\t' || c == '\n' || c == '\r';
  }

  static void attributes(Map<String, MessageAttributeValue> attributes) {
    if (attributes.size() > MOST_ATTRIBUTES) {
      throw SqsErrors.tooManyAttributes(attributes.size());
    }
    attributes.forEach(MessageChecks::attribute);
  }

  private static void attribute(String name, MessageAttributeValue value) {
    var lower = name.toLowerCase(Locale.ROOT);
    if (!ATTRIBUTE_NAME.matcher(name).matches()
        || lower.startsWith("aws.")
        || lower.startsWith("amazon.")) {
      throw SqsErrors.attributeName(name);
    }
    var type = TYPE.matcher(value.dataType());
    if (!type.matches() || value.dataType().length() > 256) {
      throw SqsErrors.attributeType(name);
    }
    var text = value.stringValue();
    var bytes = value.binaryValue();
    if (type.group(1).equals("Binary")) {
      if (bytes == null || bytes.length == 0 || text != null) {
        throw SqsErrors.emptyAttribute(name, "Binary");
      }
      return;
    }
    if (text == null || text.isEmpty() || bytes != null) {
      throw SqsErrors.emptyAttribute(name, type.group(1));
    }
    if (type.group(1).equals("Number") && !NUMBER.matcher(text).matches()) {
      throw SqsErrors.noNumber(name);
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isAllowed(text.charAt(i))) {
        throw SqsErrors.invalidContents();
      }
    }
  }

  /** The trace header among system attributes; null where there is none. */
  static @Nullable String traceHeader(
      @Nullable Map<String, MessageSystemAttributeValue> attributes) {
    if (attributes == null || attributes.isEmpty()) {
      return null;
    }
    var name = attributes.keySet().iterator().next();
    var header = attributes.get("AWSTraceHeader");
    if (attributes.size() > 1 || header == null || !header.dataType().equals("String")) {
      throw SqsErrors.systemAttribute(name);
    }
    if (header.stringValue() == null || header.stringValue().isEmpty()) {
      throw SqsErrors.emptyAttribute("AWSTraceHeader", "String");
    }
    return header.stringValue();
  }

  static void fifoId(String id, String parameter) {
    if (!FIFO_ID.matcher(id).matches()) {
      throw SqsErrors.invalid(
          id,
          parameter,
          parameter
              + " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    }
  }

  static void range(@Nullable Integer value, String parameter, int most, String reason) {
    if (value != null && (value < 0 || value > most)) {
      throw SqsErrors.invalid(value, parameter, reason);
    }
  }
}

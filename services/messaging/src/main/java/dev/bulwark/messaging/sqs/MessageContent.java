package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.MessageAttributeValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a message holds, and the digests by which clients check it.
 *
 * @param attributes in the order of their names
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation">MD5
 *     of attributes</a>
 */
public record MessageContent(
    String body, Map<String, MessageAttributeValue> attributes, @Nullable String traceHeader) {

  private static final byte FORMAT = 1;
  private static final byte TEXT = 1;
  private static final byte BINARY = 2;
  private static final String TRACE_HEADER = "AWSTraceHeader";

  public MessageContent {
    attributes = new TreeMap<>(attributes);
  }

  /** How many bytes count against the limit. */
  int size() {
    int size = utf8(body).length;
    for (var attribute : attributes.entrySet()) {
      var value = attribute.getValue();
      size += utf8(attribute.getKey()).length + utf8(value.dataType()).length + value(value).length;
    }
    return size;
  }

  String md5OfBody() {
    return hex(md5().digest(utf8(body)));
  }

  /** Null where there are no attributes. */
  @Nullable String md5OfAttributes() {
    return attributes.isEmpty() ? null : md5Of(attributes);
  }

  /** Null where there is no trace header. */
  @Nullable String md5OfSystemAttributes() {
    return traceHeader == null
        ? null
        : md5Of(
            Map.of(
                TRACE_HEADER,
                MessageAttributeValue.builder()
                    .dataType("String")
                    .stringValue(traceHeader)
                    .build()));
  }

  static String md5Of(Map<String, MessageAttributeValue> attributes) {
    var digest = md5();
    new TreeMap<>(attributes)
        .forEach(
            (name, value) -> {
              put(digest, utf8(name));
              put(digest, utf8(value.dataType()));
              digest.update(value.binaryValue() == null ? TEXT : BINARY);
              put(digest, value(value));
            });
    return hex(digest.digest());
  }

  private static void put(MessageDigest digest, byte[] bytes) {
    digest.update(
        new byte[] {
          (byte) (bytes.length >>> 24),
          (byte) (bytes.length >>> 16),
          (byte) (bytes.length >>> 8),
          (byte) bytes.length
        });
    digest.update(bytes);
  }

  private static byte[] value(MessageAttributeValue value) {
    var binary = value.binaryValue();
    var text = value.stringValue();
    return binary != null ? binary : text != null ? utf8(text) : new byte[0];
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no MD5", e);
    }
  }

  byte[] encode() {
    var bytes = new ByteArrayOutputStream(body.length() + 64);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      raw(out, utf8(body));
      out.writeBoolean(traceHeader != null);
      if (traceHeader != null) {
        raw(out, utf8(traceHeader));
      }
      out.writeInt(attributes.size());
      for (var attribute : attributes.entrySet()) {
        raw(out, utf8(attribute.getKey()));
        raw(out, utf8(attribute.getValue().dataType()));
        out.writeBoolean(attribute.getValue().binaryValue() != null);
        raw(out, value(attribute.getValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static MessageContent decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        throw new IllegalStateException("contents of another format");
      }
      var body = text(in);
      var traceHeader = in.readBoolean() ? text(in) : null;
      var attributes = new TreeMap<String, MessageAttributeValue>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        var name = text(in);
        var value = MessageAttributeValue.builder().dataType(text(in));
        boolean binary = in.readBoolean();
        var content = in.readNBytes(in.readInt());
        attributes.put(
            name,
            binary
                ? value.binaryValue(content).build()
                : value.stringValue(new String(content, StandardCharsets.UTF_8)).build());
      }
      return new MessageContent(body, attributes, traceHeader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void raw(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}

package dev.bulwark.cloudhsm.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request or an answer: what it is, and its fields. On the wire: the length of what follows (4
 * bytes, the first one the most significant, as in all numbers here), the code (1), how many fields
 * there are (1), and for each field its length (4) and its bytes. The fields fill the message.
 *
 * @param code of an {@link Operation} in requests, of a {@link Status} in answers
 */
public record Message(int code, List<byte[]> fields) {
  /** The name of the protocol in TLS (RFC 7301). */
  public static final String ALPN = "bulwark-hsm/1";

  /** How long a message can be, without its length. */
  public static final int MAX_BYTES = 128 * 1024;

  /** How many fields it can have. */
  public static final int MAX_FIELDS = 255;

  private static final int HEAD = 2;

  public Message {
    fields = List.copyOf(fields);
  }

  /** A message with fields of {@code byte[]}, {@code String}, {@code Integer} or enums' names. */
  public static Message of(int code, Object... fields) {
    return new Message(code, Arrays.stream(fields).map(Message::encode).toList());
  }

  private static byte[] encode(Object field) {
    return switch (field) {
      case byte[] bytes -> bytes;
      case Integer number -> ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
      case Enum<?> constant -> constant.name().getBytes(StandardCharsets.UTF_8);
      default -> field.toString().getBytes(StandardCharsets.UTF_8);
    };
  }

  /** A field as text. */
  public String text(int index) {
    return new String(fields.get(index), StandardCharsets.UTF_8);
  }

  /**
   * A field as a number.
   *
   * @throws IllegalArgumentException where it does not have 4 bytes
   */
  public int number(int index) {
    var field = fields.get(index);
    if (field.length != Integer.BYTES) {
      throw new IllegalArgumentException("a number has 4 bytes");
    }
    return ByteBuffer.wrap(field).getInt();
  }

  /** Writes it whole, in one piece. */
  public void write(OutputStream out) throws IOException {
    int length = HEAD;
    for (var field : fields) {
      length = Math.addExact(length, Integer.BYTES + field.length);
    }
    if (length > MAX_BYTES || fields.size() > MAX_FIELDS) {
      throw new ProtocolException("the message is too long");
    }
    var whole = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
    whole.put((byte) code).put((byte) fields.size());
    for (var field : fields) {
      whole.putInt(field.length).put(field);
    }
    out.write(whole.array());
    out.flush();
    Arrays.fill(whole.array(), (byte) 0);
  }

  /**
   * Reads one.
   *
   * @throws EOFException where the other side has closed the connection
   * @throws ProtocolException where it is no message
   */
  public static Message read(InputStream in) throws IOException {
    int length = ByteBuffer.wrap(exactly(in, Integer.BYTES)).getInt();
    if (length < HEAD || length > MAX_BYTES) {
      throw new ProtocolException("a message has from 2 to " + MAX_BYTES + " bytes");
    }
    var bytes = exactly(in, length);
    try {
      return parse(ByteBuffer.wrap(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    var bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the connection was closed");
    }
    return bytes;
  }

  private static Message parse(ByteBuffer bytes) throws ProtocolException {
    int code = bytes.get() & 0xff;
    int count = bytes.get() & 0xff;
    var fields = new ArrayList<byte[]>(count);
    for (int i = 0; i < count; i++) {
      if (bytes.remaining() < Integer.BYTES) {
        throw new ProtocolException("a field is missing");
      }
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new ProtocolException("a field is longer than its message");
      }
      var field = new byte[length];
      bytes.get(field);
      fields.add(field);
    }
    if (bytes.hasRemaining()) {
      throw new ProtocolException("the message is longer than its fields");
    }
    return new Message(code, fields);
  }
}

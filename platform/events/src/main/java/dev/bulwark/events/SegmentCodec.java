package dev.bulwark.events;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Segments in a compact form: of each call its place in the stream, the fields for selection, then
 * its decisions and the record. Written for every request, so it is made by hand. The first two
 * formats had texts in Java's modified UTF-8, and the first had no decisions.
 */
final class SegmentCodec {
  private static final int WITHOUT_DECISIONS = 1;
  private static final int MODIFIED_UTF_8 = 2;
  private static final int FORMAT = 3;
  private static final int MAX_TEXT = 0xffff;

  private SegmentCodec() {}

  // Writing.

  /** A call, with eight bytes in front for its place in the stream. */
  static byte[] encode(ApiCall call) {
    var texts = new ArrayList<byte[]>(16);
    int size = 8 + 8 + 1 + 1 + 3 + 2 + 4 + call.decisions().length + 4 + call.record().length;
    size += add(texts, call.eventId());
    size += add(texts, call.accountId());
    size += add(texts, call.region());
    size += add(texts, call.eventSource());
    size += add(texts, call.eventName());
    size += addOptional(texts, call.userName());
    size += addOptional(texts, call.accessKeyId());
    size += addOptional(texts, call.errorCode());
    for (var resource : call.resources()) {
      size += add(texts, resource.type());
      size += add(texts, resource.name());
    }
    var out = ByteBuffer.allocate(size);
    var next = texts.iterator();
    out.putLong(0);
    put(out, next.next());
    out.putLong(call.time().toEpochMilli());
    for (int i = 0; i < 4; i++) {
      put(out, next.next());
    }
    out.put(flag(call.readOnly())).put(flag(call.management()));
    putOptional(out, call.userName() == null ? null : next.next());
    putOptional(out, call.accessKeyId() == null ? null : next.next());
    putOptional(out, call.errorCode() == null ? null : next.next());
    out.putShort((short) call.resources().size());
    while (next.hasNext()) {
      put(out, next.next());
    }
    out.putInt(call.decisions().length).put(call.decisions());
    return out.putInt(call.record().length).put(call.record()).array();
  }

  private static int add(List<byte[]> texts, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_TEXT) {
      throw new IllegalArgumentException("a text of an event is too long");
    }
    texts.add(bytes);
    return 2 + bytes.length;
  }

  private static int addOptional(List<byte[]> texts, @Nullable String text) {
    return text == null ? 0 : add(texts, text);
  }

  private static void put(ByteBuffer out, byte[] text) {
    out.putShort((short) text.length).put(text);
  }

  private static void putOptional(ByteBuffer out, byte @Nullable [] text) {
    out.put(flag(text != null));
    if (text != null) {
      put(out, text);
    }
  }

  private static byte flag(boolean value) {
    return (byte) (value ? 1 : 0);
  }

  /** A segment of calls, each at the next place. */
  static byte[] encode(List<PreparedCall> calls, LongSupplier places) {
    int size = 1 + 4;
    for (var call : calls) {
      size += call.bytes().length;
    }
    var out = ByteBuffer.allocate(size).put((byte) FORMAT).putInt(calls.size());
    for (var call : calls) {
      int start = out.position();
      out.put(call.bytes()).putLong(start, places.getAsLong());
    }
    return out.array();
  }

  // Reading.

  static List<ApiCall> decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      if (format < WITHOUT_DECISIONS || format > FORMAT) {
        throw new IOException("API calls in the unknown format " + format);
      }
      var size = in.readInt();
      var calls = new ArrayList<ApiCall>(size);
      for (var i = 0; i < size; i++) {
        calls.add(read(in, format));
      }
      return calls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ApiCall read(DataInputStream in, int format) throws IOException {
    return new ApiCall(
        in.readLong(),
        text(in, format),
        Instant.ofEpochMilli(in.readLong()),
        text(in, format),
        text(in, format),
        text(in, format),
        text(in, format),
        in.readBoolean(),
        in.readBoolean(),
        optional(in, format),
        optional(in, format),
        optional(in, format),
        resources(in, format),
        format == WITHOUT_DECISIONS ? new byte[0] : in.readNBytes(in.readInt()),
        in.readNBytes(in.readInt()));
  }

  private static List<ResourceName> resources(DataInputStream in, int format) throws IOException {
    var size = in.readUnsignedShort();
    var resources = new ArrayList<ResourceName>(size);
    for (var i = 0; i < size; i++) {
      resources.add(new ResourceName(text(in, format), text(in, format)));
    }
    return resources;
  }

  private static @Nullable String optional(DataInputStream in, int format) throws IOException {
    return in.readBoolean() ? text(in, format) : null;
  }

  private static String text(DataInputStream in, int format) throws IOException {
    return format <= MODIFIED_UTF_8
        ? in.readUTF()
        : new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.UTF_8);
  }
}

package dev.bulwark.events;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Segments in a compact form: of each call its place in the stream, the fields for selection, then
 * its decisions and the record. Written for every request, so it is made by hand. Calls that come
 * together have most of their text in common, so LZ4 leaves about a tenth of them. The first three
 * formats were not compressed, the first two had texts in Java's modified UTF-8, and the first had
 * no decisions.
 */
final class SegmentCodec {
  private static final int WITHOUT_DECISIONS = 1;
  private static final int MODIFIED_UTF_8 = 2;
  private static final int UNCOMPRESSED = 3;
  private static final int FORMAT = 4;
  private static final int MAX_TEXT = 0xffff;
  private static final int MAX_SEGMENT = 256 << 20;

  /** What stands before the calls of a segment: how many they are. */
  static final int HEADER = Integer.BYTES;

  private SegmentCodec() {}

  // Writing.

  /** A call, with eight bytes in front for its place in the stream. */
  static byte[] encode(ApiCall call) {
    var eventId = utf8(call.eventId());
    var accountId = utf8(call.accountId());
    var region = utf8(call.region());
    var eventSource = utf8(call.eventSource());
    var eventName = utf8(call.eventName());
    var userName = optional(call.userName());
    var accessKeyId = optional(call.accessKeyId());
    var errorCode = optional(call.errorCode());
    var resources = new byte[2 * call.resources().size()][];
    var size = 8 + 8 + 2 + 2 + 4 + call.decisions().length + 4 + call.record().length;
    size += size(eventId) + size(accountId) + size(region) + size(eventSource) + size(eventName);
    size += 3 + size(userName) + size(accessKeyId) + size(errorCode);
    for (var i = 0; i < call.resources().size(); i++) {
      var resource = call.resources().get(i);
      resources[2 * i] = utf8(resource.type());
      resources[2 * i + 1] = utf8(resource.name());
      size += size(resources[2 * i]) + size(resources[2 * i + 1]);
    }
    var out = ByteBuffer.allocate(size);
    out.putLong(0);
    put(out, eventId);
    out.putLong(call.time().toEpochMilli());
    put(out, accountId);
    put(out, region);
    put(out, eventSource);
    put(out, eventName);
    out.put(flag(call.readOnly())).put(flag(call.management()));
    putOptional(out, userName);
    putOptional(out, accessKeyId);
    putOptional(out, errorCode);
    out.putShort((short) call.resources().size());
    for (var text : resources) {
      put(out, text);
    }
    out.putInt(call.decisions().length).put(call.decisions());
    return out.putInt(call.record().length).put(call.record()).array();
  }

  private static byte @Nullable [] optional(@Nullable String text) {
    return text == null ? null : utf8(text);
  }

  private static byte[] utf8(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_TEXT) {
      throw new IllegalArgumentException("a text of an event is too long");
    }
    return bytes;
  }

  private static int size(byte @Nullable [] text) {
    return text == null ? 0 : 2 + text.length;
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

  /**
   * A segment of calls, each at the next place.
   *
   * @param plain the calls, encoded one behind the other after {@link #HEADER} bytes
   * @param starts where each begins
   */
  static byte[] encode(byte[] plain, int length, int[] starts, int count, LongSupplier places) {
    var out = ByteBuffer.wrap(plain).putInt(0, count);
    for (var i = 0; i < count; i++) {
      out.putLong(starts[i], places.getAsLong());
    }
    return compress(plain, length);
  }

  private static byte[] compress(byte[] plain, int length) {
    var compressor = new Lz4JavaCompressor();
    var header = 1 + 4;
    var out = ByteBuffer.allocate(header + compressor.maxCompressedLength(length));
    out.put((byte) FORMAT).putInt(length);
    int compressed =
        compressor.compress(plain, 0, length, out.array(), header, out.capacity() - header);
    return Arrays.copyOf(out.array(), header + compressed);
  }

  // Reading.

  static List<ApiCall> decode(byte[] bytes) {
    try {
      int format = bytes[0];
      if (format < WITHOUT_DECISIONS || format > FORMAT) {
        throw new IOException("API calls in the unknown format " + format);
      }
      return format <= UNCOMPRESSED
          ? decode(bytes, 1, format)
          : decode(decompress(bytes), 0, format);
    } catch (IOException | MalformedInputException e) {
      throw new IllegalStateException("a segment of API calls cannot be read", e);
    }
  }

  private static List<ApiCall> decode(byte[] bytes, int from, int format) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from))) {
      var size = in.readInt();
      var calls = new ArrayList<ApiCall>(size);
      for (var i = 0; i < size; i++) {
        calls.add(read(in, format));
      }
      return calls;
    }
  }

  private static byte[] decompress(byte[] bytes) throws IOException {
    var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    var length = in.getInt();
    if (length < 0 || length > MAX_SEGMENT) {
      throw new IOException("a segment of API calls claims " + length + " bytes");
    }
    var plain = new byte[length];
    new Lz4JavaDecompressor()
        .decompress(bytes, in.position(), in.remaining(), plain, 0, plain.length);
    return plain;
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

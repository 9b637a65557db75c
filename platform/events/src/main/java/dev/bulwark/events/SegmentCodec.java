package dev.bulwark.events;

import dev.bulwark.state.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Segments in a compact form: of each call the fields for selection, then the record. Written for
 * every request, so it is made by hand.
 */
final class SegmentCodec implements Codec<Segment> {
  private static final int FORMAT = 2;

  /** Its calls have no decisions. */
  private static final int OLDEST_FORMAT = 1;

  @Override
  public byte[] encode(Segment segment) {
    var bytes = new ByteArrayOutputStream(1536 * segment.calls().size());
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeInt(segment.calls().size());
      for (var call : segment.calls()) {
        write(out, call);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Segment decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var format = in.readByte();
      if (format < OLDEST_FORMAT || format > FORMAT) {
        throw new IOException("API calls in the unknown format " + format);
      }
      var size = in.readInt();
      var calls = new ArrayList<ApiCall>(size);
      for (var i = 0; i < size; i++) {
        calls.add(read(in, format));
      }
      return new Segment(calls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(DataOutputStream out, ApiCall call) throws IOException {
    out.writeLong(call.sequence());
    out.writeUTF(call.eventId());
    out.writeLong(call.time().toEpochMilli());
    out.writeUTF(call.accountId());
    out.writeUTF(call.region());
    out.writeUTF(call.eventSource());
    out.writeUTF(call.eventName());
    out.writeBoolean(call.readOnly());
    out.writeBoolean(call.management());
    writeText(out, call.userName());
    writeText(out, call.accessKeyId());
    writeText(out, call.errorCode());
    out.writeShort(call.resources().size());
    for (var resource : call.resources()) {
      out.writeUTF(resource.type());
      out.writeUTF(resource.name());
    }
    writeBytes(out, call.decisions());
    writeBytes(out, call.record());
  }

  private static ApiCall read(DataInputStream in, int format) throws IOException {
    return new ApiCall(
        in.readLong(),
        in.readUTF(),
        Instant.ofEpochMilli(in.readLong()),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readBoolean(),
        in.readBoolean(),
        readText(in),
        readText(in),
        readText(in),
        readResources(in),
        format == OLDEST_FORMAT ? new byte[0] : in.readNBytes(in.readInt()),
        in.readNBytes(in.readInt()));
  }

  private static List<ResourceName> readResources(DataInputStream in) throws IOException {
    var size = in.readUnsignedShort();
    var resources = new ArrayList<ResourceName>(size);
    for (var i = 0; i < size; i++) {
      resources.add(new ResourceName(in.readUTF(), in.readUTF()));
    }
    return resources;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}

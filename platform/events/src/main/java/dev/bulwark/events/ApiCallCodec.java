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
 * API calls in a compact form: the fields for selection, then the record. Written for every
 * request, so it is made by hand.
 */
final class ApiCallCodec implements Codec<ApiCall> {
  private static final int FORMAT = 1;

  @Override
  public byte[] encode(ApiCall call) {
    var bytes = new ByteArrayOutputStream(call.record().length + 256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
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
      out.writeInt(call.record().length);
      out.write(call.record());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public ApiCall decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var format = in.readByte();
      if (format != FORMAT) {
        throw new IOException("an API call in the unknown format " + format);
      }
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
          in.readNBytes(in.readInt()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ResourceName> readResources(DataInputStream in) throws IOException {
    var size = in.readUnsignedShort();
    var resources = new ArrayList<ResourceName>(size);
    for (var i = 0; i < size; i++) {
      resources.add(new ResourceName(in.readUTF(), in.readUTF()));
    }
    return resources;
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

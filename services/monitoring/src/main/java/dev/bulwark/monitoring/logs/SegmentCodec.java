package dev.bulwark.monitoring.logs;

import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Events of a segment as bytes: compressed, then sealed, since logs hold what nobody thought of as
 * secret.
 */
final class SegmentCodec {
  private static final String PURPOSE = "logs/segment";

  /** An event on its way. */
  record Entry(long timestamp, String message) {}

  private final Sealer sealer;

  SegmentCodec(Sealer sealer) {
    this.sealer = sealer;
  }

  /**
   * @param key of the segment, to which its bytes are bound
   */
  byte[] encode(String key, List<Entry> events) {
    var deflater = new Deflater(Deflater.BEST_SPEED);
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater))) {
      out.writeInt(events.size());
      for (var event : events) {
        var message = event.message().getBytes(StandardCharsets.UTF_8);
        out.writeLong(event.timestamp());
        out.writeInt(message.length);
        out.write(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return sealer.seal(PURPOSE, bytes.toByteArray(), key.getBytes(StandardCharsets.UTF_8));
  }

  List<Entry> decode(String key, byte[] sealed) {
    var bytes = sealer.open(PURPOSE, sealed, key.getBytes(StandardCharsets.UTF_8));
    try (var in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      int count = in.readInt();
      var events = new ArrayList<Entry>(count);
      for (int i = 0; i < count; i++) {
        long timestamp = in.readLong();
        events.add(
            new Entry(timestamp, new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8)));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

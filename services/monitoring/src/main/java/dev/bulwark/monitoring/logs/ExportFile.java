package dev.bulwark.monitoring.logs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.zip.GZIPOutputStream;

/** Events as lines, each with its time before it, on their way into compressed files. */
final class ExportFile {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z' ").withZone(ZoneOffset.UTC);

  /** Of text; how large AWS's files become is not documented. */
  private static final int FULL = 16 << 20;

  private ByteArrayOutputStream text = new ByteArrayOutputStream();
  private int number;

  void add(StoredEvent event) {
    var line =
        TIME.format(Instant.ofEpochMilli(event.timestamp()))
            + event.message().stripTrailing()
            + "\n";
    text.writeBytes(line.getBytes(StandardCharsets.UTF_8));
  }

  boolean isEmpty() {
    return text.size() == 0;
  }

  boolean isFull() {
    return text.size() >= FULL;
  }

  /** The name of the file that {@link #take} gives next. */
  String name() {
    return "%06d.gz".formatted(number);
  }

  /** The lines until now, compressed; what is added then goes into the next file. */
  byte[] take() {
    var compressed = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(compressed)) {
      text.writeTo(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    text = new ByteArrayOutputStream();
    number++;
    return compressed.toByteArray();
  }
}

package dev.bulwark.audit.cloudtrail;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads log files that CloudTrail, or somebody in its format, has written. */
final class ImportedFile {
  /** Of a file that is unpacked; CloudTrail's are far smaller. */
  private static final long LARGEST = 64L << 20;

  /** An event is followed by others. */
  private static final ObjectReader EVENTS =
      JsonMapper.shared().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ImportedFile() {}

  /**
   * The events of a file, as JSON.
   *
   * @param wanted tells by an event's time
   * @throws IOException where it is no log file, or cannot be read
   */
  static List<byte[]> read(InputStream in, Predicate<Instant> wanted) throws IOException {
    var mapper = JsonMapper.shared();
    var records = new ArrayList<byte[]>();
    try (var json = mapper.createParser(new Bounded(new GZIPInputStream(in)))) {
      if (json.nextToken() != JsonToken.START_OBJECT
          || !"Records".equals(json.nextName())
          || json.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("The file is not a CloudTrail log file.");
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        JsonNode event = EVENTS.readTree(json);
        if (wanted.test(time(event))) {
          records.add(mapper.writeValueAsBytes(event));
        }
      }
      if (json.currentToken() != JsonToken.END_ARRAY) {
        throw new IOException("The file holds a record that is not an event.");
      }
    } catch (JacksonException e) {
      throw new IOException("The file cannot be read as JSON.", e);
    }
    return records;
  }

  private static Instant time(JsonNode event) throws IOException {
    if (!event.path("eventID").isString()) {
      throw new IOException("The file holds an event without an event ID.");
    }
    try {
      return Instant.parse(event.path("eventTime").asString(""));
    } catch (DateTimeException e) {
      throw new IOException("The file holds an event without a valid event time.", e);
    }
  }

  /** Ends where there is more than may be. */
  private static final class Bounded extends FilterInputStream {
    private long left = LARGEST;

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      count(read);
      return read;
    }

    private void count(int read) throws IOException {
      left -= Math.max(0, read);
      if (left < 0) {
        throw new IOException("The file is larger than " + LARGEST + " bytes.");
      }
    }
  }
}

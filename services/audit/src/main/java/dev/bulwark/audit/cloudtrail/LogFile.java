package dev.bulwark.audit.cloudtrail;

import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A log file on its way: records in one JSON document, compressed as they come.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html">CloudTrail
 *     log files</a>
 */
final class LogFile {
  /** Where a file is full, in bytes before compression. */
  static final int FULL = 8 << 20;

  static final String EVENTS = "CloudTrail";
  static final String INSIGHTS = "CloudTrail-Insight";

  private static final byte[] BEGIN = "{\"Records\":[".getBytes(StandardCharsets.UTF_8);
  private static final byte[] COMMA = {','};
  private static final byte[] END = "]}".getBytes(StandardCharsets.UTF_8);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm'Z'").withZone(ZoneOffset.UTC);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final MessageDigest digest;
  private @Nullable GZIPOutputStream out;
  private int size;
  private int records;
  private long first;
  private long last;
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  LogFile() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Records of one caller are much alike, so the fastest level makes them small enough. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out, 8192);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  void add(ApiCall call) {
    add(call.record(), call.time());
    if (records == 1) {
      first = call.sequence();
    }
    last = call.sequence();
  }

  /** A record that has no place in the stream. */
  void add(byte[] record, Instant time) {
    write(records == 0 ? BEGIN : COMMA);
    write(record);
    records++;
    if (oldest == null || time.isBefore(oldest)) {
      oldest = time;
    }
    if (newest == null || time.isAfter(newest)) {
      newest = time;
    }
  }

  private void write(byte[] part) {
    try {
      // A compressor takes memory, so it is there only while there is something to compress.
      out = out == null ? new FastGzip(bytes) : out;
      out.write(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    digest.update(part);
    size += part.length;
  }

  boolean isFull() {
    return size >= FULL;
  }

  boolean isEmpty() {
    return records == 0;
  }

  /** The place in the stream of its first event. */
  long first() {
    return first;
  }

  /** The place in the stream of its last event. */
  long last() {
    return last;
  }

  /** The time of its oldest event. */
  Instant oldest() {
    return oldest == null ? Instant.EPOCH : oldest;
  }

  /** The time of its newest event. */
  Instant newest() {
    return newest == null ? Instant.EPOCH : newest;
  }

  /**
   * A file that takes no more.
   *
   * @param hash the SHA-256 of what it holds before compression, in hexadecimal
   */
  record Finished(byte[] content, String hash) {}

  Finished finish() {
    write(END);
    try (var finished = out) {
      out = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Finished(bytes.toByteArray(), HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * A key for a file that is delivered at that time.
   *
   * @param kind of file: {@link #EVENTS} or {@link #INSIGHTS}
   */
  static String key(TrailRecord trail, String kind, String accountId, String region, Instant time) {
    return trail.settings().folder(accountId)
        + kind
        + "/"
        + region
        + "/"
        + DAY.format(time)
        + "/"
        + accountId
        + "_"
        + kind
        + "_"
        + region
        + "_"
        + MINUTE.format(time)
        + "_"
        + Ids.alphanumeric(16)
        + ".json.gz";
  }
}

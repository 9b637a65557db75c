package dev.bulwark.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a form of the type multipart/form-data (RFC 7578), part by part, in constant memory.
 *
 * <p>Of a part's headers only its name, file name and type are of interest.
 */
final class FormReader {
  private static final int BUFFER = 64 * 1024;
  private static final int MOST_HEADER_BYTES = 8 * 1024;
  private static final int LONGEST_BOUNDARY = 256;
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i)multipart/form-data\\s*;.*?boundary=(?:\"([^\"]+)\"|([^;\\s]+)).*");
  private static final Pattern NAME = Pattern.compile("(?i)[;\\s]name=(?:\"([^\"]*)\"|([^;\\s]+))");
  private static final Pattern FILE_NAME =
      Pattern.compile("(?i)[;\\s]filename=(?:\"([^\"]*)\"|([^;\\s]+))");

  /**
   * A part.
   *
   * @param content to be read before the next part is asked for
   */
  record Part(
      String name, @Nullable String fileName, @Nullable String contentType, InputStream content) {}

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private boolean atEnd;

  private FormReader(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    // The first boundary stands at the very beginning.
    buffer[0] = '\r';
    buffer[1] = '\n';
    end = 2;
  }

  /**
   * A reader.
   *
   * @param contentType of the request
   */
  static FormReader of(InputStream in, @Nullable String contentType) throws IOException {
    var matcher = BOUNDARY.matcher(contentType == null ? "" : contentType);
    if (!matcher.matches()) {
      throw S3Errors.notAForm();
    }
    var boundary = group(matcher.group(1), matcher.group(2));
    if (boundary.length() > LONGEST_BOUNDARY) {
      throw S3Errors.malformedPost();
    }
    var reader = new FormReader(in, boundary);
    // What stands before the first boundary means nothing.
    reader.skip();
    return reader;
  }

  private static String group(@Nullable String quoted, @Nullable String plain) {
    return quoted != null ? quoted : plain == null ? "" : plain;
  }

  /** The next part; null where there is none any more. */
  @Nullable Part next() throws IOException {
    skip();
    start += delimiter.length;
    need(2);
    if (buffer[start] == '-' && buffer[start + 1] == '-') {
      return null;
    }
    String disposition = null;
    String type = null;
    int headerBytes = 0;
    line();
    while (true) {
      var line = line();
      if (line.isEmpty()) {
        break;
      }
      headerBytes += line.length();
      if (headerBytes > MOST_HEADER_BYTES) {
        throw S3Errors.malformedPost();
      }
      int colon = line.indexOf(':');
      var name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (name.equalsIgnoreCase("content-disposition")) {
        disposition = line.substring(colon + 1);
      } else if (name.equalsIgnoreCase("content-type")) {
        type = line.substring(colon + 1).strip();
      }
    }
    var name = NAME.matcher(disposition == null ? "" : disposition);
    if (!name.find()) {
      throw S3Errors.malformedPost();
    }
    var file = FILE_NAME.matcher(disposition == null ? "" : disposition);
    return new Part(
        group(name.group(1), name.group(2)),
        file.find() ? group(file.group(1), file.group(2)) : null,
        type,
        new Content());
  }

  /** Passes what is left of a part. */
  private void skip() throws IOException {
    while (true) {
      int ready = ready();
      if (ready == 0) {
        return;
      }
      start += ready;
    }
  }

  private String line() throws IOException {
    for (int i = 0; ; i++) {
      if (i >= MOST_HEADER_BYTES) {
        throw S3Errors.malformedPost();
      }
      need(i + 2);
      if (buffer[start + i] == '\r' && buffer[start + i + 1] == '\n') {
        var line = new String(buffer, start, i, StandardCharsets.UTF_8);
        start += i + 2;
        return line;
      }
    }
  }

  private void need(int count) throws IOException {
    while (end - start < count) {
      if (atEnd) {
        throw S3Errors.malformedPost();
      }
      fill();
    }
  }

  private void fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      atEnd = true;
    } else {
      end += count;
    }
  }

  /** How many bytes at hand belong to the part; none where it ends here. */
  private int ready() throws IOException {
    while (true) {
      int at = find();
      if (at >= 0) {
        return at;
      }
      int safe = end - start - (delimiter.length - 1);
      if (safe > 0) {
        return safe;
      }
      if (atEnd) {
        throw S3Errors.malformedPost();
      }
      fill();
    }
  }

  /** Where the delimiter stands, from the start; -1 where it does not, as far as can be seen. */
  private int find() {
    int last = end - delimiter.length;
    for (int i = start; i <= last; i++) {
      if (buffer[i] == '\r' && isDelimiter(i)) {
        return i - start;
      }
    }
    return -1;
  }

  private boolean isDelimiter(int from) {
    for (int i = 1; i < delimiter.length; i++) {
      if (buffer[from + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count = Math.min(length, ready());
      if (count == 0) {
        return -1;
      }
      System.arraycopy(buffer, start, target, from, count);
      start += count;
      return count;
    }
  }
}

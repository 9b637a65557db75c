package dev.bulwark.identity.federation;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One GET on one connection (RFC 9112), with a short answer or none. The JDK's clients look names
 * up by themselves, so that what was checked before would not be what they connect to.
 */
final class HttpGet {
  private static final int LONGEST_HEAD = 16 * 1024;
  private static final int LONGEST_BODY = 256 * 1024;

  /** An answer came, but none that can be used. */
  static final class UnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  private final InputStream in;
  private int head;

  private HttpGet(InputStream in) {
    this.in = in;
  }

  /** The body of the answer. */
  static byte[] run(URI uri, Socket socket) throws IOException {
    var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nAccept-Encoding: identity\r\nUser-Agent: Bulwark\r\nConnection: close\r\n\r\n"
            .formatted(
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery(),
                uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
    var out = socket.getOutputStream();
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return new HttpGet(new BufferedInputStream(socket.getInputStream())).answer();
  }

  private byte[] answer() throws IOException {
    var status = line().split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
      throw new UnusableException("no answer of HTTP");
    }
    if (!status[1].equals("200")) {
      throw new UnusableException("status " + status[1]);
    }
    var headers = headers();
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunks();
    }
    var length = headers.get("content-length");
    return length == null ? rest() : exactly(number(length, 10));
  }

  private Map<String, String> headers() throws IOException {
    var headers = new HashMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the answer breaks off");
      }
      if (++head > LONGEST_HEAD) {
        throw new UnusableException("a head of more than " + LONGEST_HEAD + " bytes");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = line();
      int extension = size.indexOf(';');
      int length = number(extension < 0 ? size : size.substring(0, extension).strip(), 16);
      if (length == 0) {
        return body.toByteArray();
      }
      requireShort(body.size() + (long) length);
      body.write(exactly(length));
      line();
    }
  }

  private byte[] exactly(int length) throws IOException {
    requireShort(length);
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer breaks off");
    }
    return bytes;
  }

  private byte[] rest() throws IOException {
    var bytes = in.readNBytes(LONGEST_BODY + 1);
    requireShort(bytes.length);
    return bytes;
  }

  private static void requireShort(long length) throws IOException {
    if (length > LONGEST_BODY) {
      throw new UnusableException("a body of more than " + LONGEST_BODY + " bytes");
    }
  }

  private static int number(String text, int radix) throws IOException {
    try {
      int number = Integer.parseInt(text, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a negative one.
    }
    throw new UnusableException("a length of " + text);
  }
}

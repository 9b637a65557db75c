package dev.bulwark.outgoing;

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
 * One request on one connection (RFC 9112), with a short answer or none. The JDK's clients look
 * names up by themselves, so that what was checked before would not be what they connect to.
 */
public final class HttpExchange {
  private static final int LONGEST_HEAD = 16 * 1024;
  private static final int LONGEST_BODY = 256 * 1024;

  /** An answer came, but none that can be used. */
  public static final class UnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  /** What a server answered. */
  public record Answer(int status, byte[] body) {}

  private final InputStream in;
  private int head;

  private HttpExchange(InputStream in) {
    this.in = in;
  }

  /** Gets a document; other answers than the document are unusable. */
  public static byte[] get(URI uri, Socket socket) throws IOException {
    var answer = run("GET", uri, Map.of("Accept", "application/json"), new byte[0], socket);
    if (answer.status() != 200) {
      throw new UnusableException("status " + answer.status());
    }
    return answer.body();
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param headers beside Host and those of the connection; without line breaks
   */
  public static Answer run(
      String method, URI uri, Map<String, String> headers, byte[] body, Socket socket)
      throws IOException {
    var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var request = new StringBuilder();
    request
        .append(method)
        .append(' ')
        .append(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
        .append(" HTTP/1.1\r\nHost: ")
        .append(uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort())
        .append("\r\nAccept-Encoding: identity\r\nConnection: close\r\n");
    if (!headers.containsKey("User-Agent")) {
      request.append("User-Agent: Bulwark\r\n");
    }
    if (body.length > 0 || method.equals("POST")) {
      request.append("Content-Length: ").append(body.length).append("\r\n");
    }
    headers.forEach(
        (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    var out = socket.getOutputStream();
    out.write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    out.write(body);
    out.flush();
    return new HttpExchange(new BufferedInputStream(socket.getInputStream())).answer();
  }

  private Answer answer() throws IOException {
    int status;
    Map<String, String> headers;
    do {
      // Answers before the answer, as 103 Early Hints, count towards the length of the head.
      status = status();
      headers = headers();
    } while (status < 200);
    if (status == 204 || status == 304) {
      return new Answer(status, new byte[0]);
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new Answer(status, chunks());
    }
    var length = headers.get("content-length");
    return new Answer(status, length == null ? rest() : exactly(number(length, 10)));
  }

  private int status() throws IOException {
    var line = line().split(" ", 3);
    if (line.length < 2 || !line[0].startsWith("HTTP/1.")) {
      throw new UnusableException("no answer of HTTP");
    }
    return number(line[1], 10);
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

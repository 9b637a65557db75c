package dev.bulwark.acceptance;

import dev.bulwark.wire.HttpRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A keep-alive connection that sends what it is given, right or wrong, byte for byte: what no
 * client library would send. Opens itself again when the server has closed it. Not thread-safe.
 */
final class RawConnection implements AutoCloseable {
  private final URI endpoint;
  private final int timeoutMillis;
  private @Nullable Socket socket;
  private @Nullable InputStream in;

  RawConnection(URI endpoint, int timeoutMillis) {
    this.endpoint = endpoint;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * An answer.
   *
   * @param headers by names in lower case; of several values the last
   */
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Sends a whole request: its body has to be in memory and not read yet. */
  Answer send(HttpRequest request) throws IOException {
    var answer = send(bytes(request), request.method().equals("HEAD"), false);
    if (answer == null) {
      throw new IOException("the server closed the connection without an answer");
    }
    return answer;
  }

  /**
   * Sends bytes, and reads the answer.
   *
   * @param last no more bytes will come: for requests that are shorter than they say
   * @return null where the server closed the connection without an answer
   * @throws SocketTimeoutException where it neither answers nor closes in time
   */
  @Nullable Answer send(byte[] bytes, boolean head, boolean last) throws IOException {
    for (var attempt = 0; ; attempt++) {
      var reused = socket != null;
      var answer = exchange(bytes, head, last);
      // The server may close an idle connection at any time, which is no answer to this request.
      if (answer != null || !reused || attempt > 0) {
        return answer;
      }
    }
  }

  private @Nullable Answer exchange(byte[] bytes, boolean head, boolean last) throws IOException {
    var open = socket == null ? open() : socket;
    try {
      open.getOutputStream().write(bytes);
      open.getOutputStream().flush();
      if (last) {
        open.shutdownOutput();
      }
    } catch (IOException e) {
      // It may have answered before it had read all; that answer counts.
    }
    try {
      var answer = read(in, head);
      if (answer == null || last || answer.header("connection").equalsIgnoreCase("close")) {
        close();
      }
      return answer;
    } catch (SocketTimeoutException e) {
      close();
      throw e;
    } catch (IOException e) {
      close();
      return null;
    }
  }

  private Socket open() throws IOException {
    var opened = new Socket(endpoint.getHost(), endpoint.getPort());
    opened.setTcpNoDelay(true);
    opened.setSoTimeout(timeoutMillis);
    socket = opened;
    in = new BufferedInputStream(opened.getInputStream(), 1 << 14);
    return opened;
  }

  private static @Nullable Answer read(InputStream in, boolean head) throws IOException {
    while (true) {
      var line = line(in);
      if (line == null) {
        return null;
      }
      var parts = line.split(" ", 3);
      if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
        throw new IOException("this is no answer: " + line);
      }
      var status = Integer.parseInt(parts[1]);
      var headers = new HashMap<String, String>();
      while ((line = line(in)) != null && !line.isEmpty()) {
        var colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (status == 100) {
        continue;
      }
      var bodiless = head || status == 204 || status == 304;
      return new Answer(status, headers, bodiless ? new byte[0] : body(in, headers));
    }
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      var out = new ByteArrayOutputStream();
      while (true) {
        var size = Integer.parseInt(String.valueOf(line(in)).split(";")[0].strip(), 16);
        out.writeBytes(in.readNBytes(size));
        line(in);
        if (size == 0) {
          return out.toByteArray();
        }
      }
    }
    var length = headers.get("content-length");
    return length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    int next;
    while ((next = in.read()) >= 0) {
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return null;
  }

  /**
   * A request as it goes over the wire, with the length of its body unless it has a length or is
   * chunked.
   */
  static byte[] bytes(HttpRequest request) throws IOException {
    var body = request.body().stream().readAllBytes();
    var head =
        new StringBuilder(512).append(request.method()).append(' ').append(request.rawPath());
    if (!request.rawQuery().isEmpty()) {
      head.append('?').append(request.rawQuery());
    }
    head.append(" HTTP/1.1\r\n");
    request
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!request.headers().contains("content-length")
        && !request.headers().contains("transfer-encoding")
        && (body.length > 0 || !request.method().equals("GET"))) {
      head.append("content-length: ").append(body.length).append("\r\n");
    }
    var out = new ByteArrayOutputStream(head.length() + body.length + 2);
    out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Override
  public void close() {
    var open = socket;
    socket = null;
    in = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // It is closed anyway.
      }
    }
  }
}

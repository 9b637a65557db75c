package dev.bulwark.messaging.sns;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A web server that is told what is published. */
final class WebSubscriber implements AutoCloseable {
  /** What came. */
  record Posted(String type, String body, String raw) {}

  private final HttpServer server;
  private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
  volatile int status = 200;

  WebSubscriber() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var headers = exchange.getRequestHeaders();
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
          posted.add(
              new Posted(
                  headers.getFirst("x-amz-sns-message-type"),
                  body,
                  String.valueOf(headers.getFirst("x-amz-sns-rawdelivery"))));
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  Posted next() throws InterruptedException {
    var next = posted.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was posted");
    }
    return next;
  }

  /** Whether something comes within that time. */
  boolean comes(Duration wait) throws InterruptedException {
    return posted.poll(wait.toMillis(), TimeUnit.MILLISECONDS) != null;
  }

  boolean isQuiet() {
    return posted.isEmpty();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

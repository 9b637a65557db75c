package dev.bulwark.benchmarks.api;

import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;

/**
 * The HTTP server that Bulwark uses, with a handler that reads the body and answers with bytes: the
 * measure of all else.
 */
public final class EmptyServer {
  private EmptyServer() {}

  /**
   * Arguments: the port (0 for a free one, printed when ready). The path {@code /N} gives a body of
   * N bytes.
   */
  public static void main(String[] args) {
    var server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(Integer.parseInt(args[0]))
            .contentEncoding(
                ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
            .routing(
                HttpRouting.builder()
                    .any(
                        (request, response) -> {
                          if (request.content().hasEntity()) {
                            request
                                .content()
                                .inputStream()
                                .transferTo(java.io.OutputStream.nullOutputStream());
                          }
                          response.send(
                              new byte[Integer.parseInt(request.path().rawPath().substring(1))]);
                        }))
            .build()
            .start();
    System.out.println(server.port());
  }
}

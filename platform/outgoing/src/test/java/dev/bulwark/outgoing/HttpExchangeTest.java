package dev.bulwark.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpExchangeTest {
  private static final URI ADDRESS = URI.create("http://example.com/path?q=1");

  private record Exchanged(String request, HttpExchange.Answer answer) {}

  /** What a server that answers so was asked, and what was made of its answer. */
  private static Exchanged exchange(String answer) throws IOException {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Socket(listening.getInetAddress(), listening.getLocalPort());
        var server = listening.accept()) {
      server.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      server.shutdownOutput();
      var answered = HttpExchange.run("GET", ADDRESS, Map.of(), new byte[0], client);
      client.shutdownOutput();
      return new Exchanged(
          new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8), answered);
    }
  }

  @Test
  void answersBeforeTheAnswerArePassedOver() throws IOException {
    var exchanged =
        exchange(
            """
            HTTP/1.1 103 Early Hints\r
            Link: </style.css>\r
            \r
            HTTP/1.1 200 OK\r
            Content-Length: 2\r
            \r
            ok""");
    assertThat(exchanged.request()).startsWith("GET /path?q=1 HTTP/1.1\r\nHost: example.com\r\n");
    assertThat(exchanged.answer().status()).isEqualTo(200);
    assertThat(exchanged.answer().body()).asString().isEqualTo("ok");
  }

  @Test
  void endlessAnswersBeforeTheAnswerAreNotWaitedFor() {
    assertThatThrownBy(() -> exchange("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000)))
        .isInstanceOf(HttpExchange.UnusableException.class);
  }
}

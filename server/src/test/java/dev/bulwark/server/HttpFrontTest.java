package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP server makes of clients that mean no good. */
@Timeout(60)
class HttpFrontTest {
  private final AtomicLong nanos = new AtomicLong();
  private final SlowHeads slowHeads = new SlowHeads(nanos::get);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final HttpFront front = new HttpFront("127.0.0.1", 0, null, this::answer, slowHeads);

  @AfterEach
  void close() {
    front.close();
  }

  private HttpResponse answer(HttpRequest request) {
    if (request.rawPath().equals("/long")) {
      begun.countDown();
      try {
        interrupted.set(never.await(2, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        interrupted.set(true);
      }
    }
    return HttpResponse.of(200, "text/plain", "served".getBytes(StandardCharsets.UTF_8));
  }

  /** All that comes until the server closes. */
  private String send(String text) throws IOException {
    try (var socket = new Socket("127.0.0.1", front.port())) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n"
      })
  void whatCanBeReadInTwoWaysIsRefused(String request) throws Exception {
    assertThat(send(request))
        .startsWith("HTTP/1.1 400 ")
        .contains("<Code>BadRequest</Code>")
        .doesNotContain("served");
  }

  @Test
  void headersThatTakeTooLongEndTheirConnection() throws Exception {
    try (var socket = new Socket("127.0.0.1", front.port())) {
      var out = socket.getOutputStream();
      out.write("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ".getBytes(StandardCharsets.ISO_8859_1));
      while (slowHeads.waiting() < 1) {
        Thread.onSpinWait();
      }

      nanos.addAndGet(10_000_000_000L);
      slowHeads.endLate();
      assertThat(slowHeads.waiting()).isEqualTo(1);

      nanos.addAndGet(30_000_000_000L);
      slowHeads.endLate();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(slowHeads.waiting()).isZero();
    }
  }

  @Test
  void clientsThatLeaveInTheirHeadersAreForgotten() throws Exception {
    try (var socket = new Socket("127.0.0.1", front.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.ISO_8859_1));
      while (slowHeads.waiting() < 1) {
        Thread.onSpinWait();
      }
    }
    // Whether the server has noticed by now, or not.
    nanos.addAndGet(40_000_000_000L);
    slowHeads.endLate();
    assertThat(slowHeads.waiting()).isZero();
  }

  @Test
  void whatRunsIsAnsweredBeforeTheEnd() throws Exception {
    try (var socket = new Socket("127.0.0.1", front.port())) {
      socket
          .getOutputStream()
          .write("GET /long HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      begun.await();
      front.close();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("served");
    }
    assertThat(interrupted).isFalse();
  }

  @Test
  void headersThatComeInTimeAreForgotten() throws Exception {
    assertThat(send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).endsWith("served");
    assertThat(slowHeads.waiting()).isZero();
  }

  /** Else it would be no address to conditions on aws:SourceIp. */
  @Test
  void anAddressOfTheLinkIsToldWithoutItsZone() {
    assertThat(HttpFront.withoutZone("fe80:0:0:0:1:2:3:4%eth0")).isEqualTo("fe80:0:0:0:1:2:3:4");
    assertThat(HttpFront.withoutZone("192.0.2.1")).isEqualTo("192.0.2.1");
  }
}

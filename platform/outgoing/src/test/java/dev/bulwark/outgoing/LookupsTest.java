package dev.bulwark.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Names whose servers are silent. */
final class LookupsTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final CountDownLatch silence = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final Lookups lookups = new Lookups(this::addresses);

  private InetAddress[] addresses(String host) throws UnknownHostException {
    if (host.equals("nowhere.example")) {
      throw new UnknownHostException(host);
    }
    if (host.equals("silent.example")) {
      asked.incrementAndGet();
      try {
        silence.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
  }

  @Test
  void aSilentNameHoldsUpNoOtherAndTakesOneThread() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> lookups.of("silent.example", SHORT))
          .isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(asked).hasValue(1);
    assertThat(lookups.of("other.example", LONG)).hasSize(1);
    silence.countDown();
    assertThat(lookups.of("silent.example", LONG)).hasSize(1);
  }

  @Test
  void aNameThatIsNotThereHasNoAddress() {
    assertThatThrownBy(() -> lookups.of("nowhere.example", LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("no address of nowhere.example");
  }

  @Test
  void aConnectionsDeadlineHoldsForTheName() {
    var connections = new Connections(OutgoingSettings.of("TEST", Map.of()), SHORT, 1, lookups);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  connections.connect(
                      URI.create("https://silent.example/"), null, socket -> "never"))
          .isInstanceOf(SocketTimeoutException.class);
    }
    silence.countDown();
  }
}

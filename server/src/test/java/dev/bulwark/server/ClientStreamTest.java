package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of slow clients, and of many. */
@Timeout(60)
class ClientStreamTest {
  private final AtomicLong nanos = new AtomicLong();
  private final BodyRoom room = new BodyRoom(64 << 10, Duration.ZERO);

  /** A client without end that takes so long over each byte. */
  private ClientStream slow(Duration each) {
    return new ClientStream(
        () ->
            new InputStream() {
              @Override
              public int read() {
                nanos.addAndGet(each.toNanos());
                return 'x';
              }

              @Override
              public int read(byte[] bytes, int offset, int length) {
                if (length > 0) {
                  bytes[offset] = (byte) read();
                }
                return Math.min(1, length);
              }
            },
        -1,
        room,
        nanos::get);
  }

  @Test
  void aByteNowAndThenIsNoBody() throws Exception {
    var body = slow(Duration.ofSeconds(50));
    assertThat(body.read()).isEqualTo('x');
    assertThatThrownBy(body::readAllBytes)
        .isInstanceOf(EOFException.class)
        .hasRootCauseMessage("the client sends too slowly");
    assertThat(nanos.get()).isLessThan(Duration.ofMinutes(3).toNanos());
  }

  @Test
  void slowLinesAreWaitedFor() throws Exception {
    var body = slow(Duration.ofMillis(1));
    assertThat(body.readNBytes(200_000)).hasSize(200_000);
  }

  @Test
  void whatTheReaderTakesItsTimeForIsNotTheClients() throws Exception {
    var body = slow(Duration.ZERO);
    body.read();
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(body.read()).isEqualTo('x');
  }

  @Test
  void whatNobodyWantsIsNotWaitedForLong() {
    assertThat(slow(Duration.ofSeconds(1)).discardRest(1 << 20)).isFalse();
    assertThat(nanos.get()).isLessThan(Duration.ofSeconds(10).toNanos());
  }

  @Test
  void roomIsGivenBack() {
    var one = slow(Duration.ZERO);
    var other = slow(Duration.ZERO);
    assertThat(one.reserve(48 << 10)).isTrue();
    assertThat(other.reserve(48 << 10)).isFalse();
    one.release();
    assertThat(other.reserve(48 << 10)).isTrue();
  }
}

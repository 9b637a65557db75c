package dev.bulwark.encryption.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** One proxy's turns are no other's. */
final class XksTurnsTest {
  private final XksTurns turns = new XksTurns(2, Duration.ofMillis(1));

  @Test
  void aSlowProxyKeepsNoOtherWaiting() throws IOException {
    var answer =
        turns.take(
            "slow",
            () ->
                turns.take(
                    "slow",
                    () -> {
                      assertThatThrownBy(() -> turns.take("slow", () -> "never"))
                          .isInstanceOf(IOException.class);
                      return turns.take("other", () -> "answer");
                    }));
    assertThat(answer).isEqualTo("answer");
  }

  @Test
  void aTurnComesBackHoweverItEnds() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  turns.take(
                      "one",
                      () -> {
                        throw new IOException("refused");
                      }))
          .hasMessage("refused");
    }
    assertThat(turns.take("one", () -> "answer")).isEqualTo("answer");
  }

  @Test
  void whoFindsAllTurnsTakenWaitsForOne() throws Exception {
    var patient = new XksTurns(1, Duration.ofMinutes(1));
    var inside = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    var first =
        new FutureTask<>(
            () ->
                patient.take(
                    "one",
                    () -> {
                      inside.countDown();
                      awaitQuietly(over);
                      return "first";
                    }));
    var second = new FutureTask<>(() -> patient.take("one", () -> "second"));
    Thread.startVirtualThread(first);
    inside.await();
    Thread.startVirtualThread(second);
    over.countDown();
    assertThat(first.get()).isEqualTo("first");
    assertThat(second.get()).isEqualTo("second");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

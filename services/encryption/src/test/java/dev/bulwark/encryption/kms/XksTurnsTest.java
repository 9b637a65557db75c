package dev.bulwark.encryption.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** One proxy's turns are no other's. */
final class XksTurnsTest {
  private final XksTurns turns = new XksTurns(2);

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
}

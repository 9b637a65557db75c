package dev.bulwark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever callers have written into an event, it is kept, and holds up no others. */
final class OddEventsTest {
  @TempDir Path folder;

  @Test
  void whatIsNoJsonHoldsUpNoOther() throws LakeException {
    var files = new EventFiles(folder, false);
    var file =
        files.write(
            EventShape.API_CALL,
            Stream.of("{\"eventID\":\"\\ud800\"}", "{\"eventID\":\"e-2\"}", "no")
                .map(record -> record.getBytes(StandardCharsets.UTF_8))
                .toList(),
            new byte[32],
            EventFiles.Known.NONE);
    assertThat(file).isNotNull();
    assertThat(file.events()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"requestParameters\":{\"a\":\"1\",\"a\":\"2\"}",
        "\"requestParameters\":{\"a\":\"\\u0000\"}",
        "\"requestParameters\":{\"\\u0000\":\"a\"}",
        "\"requestParameters\":{\"\":\"a\"}",
        "\"requestParameters\":[1]",
        "\"requestParameters\":{\"a\":1e999}",
        "\"requestParameters\":{\"a\":123456789012345678901234567890}",
        "\"userAgent\":\"\\u0000\"",
        "\"userAgent\":5",
        "\"readOnly\":\"maybe\"",
        "\"resources\":{}",
        "\"userIdentity\":{\"sessionContext\":{\"attributes\":{\"creationDate\":\"soon\"}}}",
        "\"userIdentity\":[]"
      })
  void areKept(String member) throws LakeException {
    var files = new EventFiles(folder, false);
    var event =
        """
        {"eventID":"e-1","eventTime":"2026-11-26T03:40:38Z",%s}"""
            .formatted(member);
    var file =
        files.write(
            EventShape.API_CALL,
            List.of(event.getBytes(StandardCharsets.UTF_8)),
            new byte[32],
            EventFiles.Known.NONE);
    assertThat(file).isNotNull();
    assertThat(file.events()).isEqualTo(1);
    var merged =
        files.merge(List.of(new EventFile.Open(file, new byte[32])), new byte[32], Instant.EPOCH);
    assertThat(merged).isNotNull();
    assertThat(merged.events()).isEqualTo(1);
  }
}

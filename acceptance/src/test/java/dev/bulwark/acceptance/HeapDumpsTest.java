package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys are in the heap, so the heap stays in memory. */
class HeapDumpsTest {
  @Test
  void noneIsWrittenWhateverTheEnvironmentAsksFor() throws Exception {
    try (var server =
        RunningServer.start(
            Map.of("JDK_JAVA_OPTIONS", "-XX:+HeapDumpOnOutOfMemoryError"), "--ephemeral")) {
      var jinfo = Path.of(System.getProperty("java.home"), "bin", "jinfo");
      var process =
          new ProcessBuilder(
                  jinfo.toString(),
                  "-flag",
                  "HeapDumpOnOutOfMemoryError",
                  Long.toString(server.pid()))
              .redirectErrorStream(true)
              .start();
      assertThat(
              new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
          .isEqualTo("-XX:-HeapDumpOnOutOfMemoryError");
    }
  }

  @Test
  void theLauncherKeepsOthersOut() throws Exception {
    assertThat(Files.readString(Path.of(System.getProperty("bulwark.home"), "bulwark")))
        .contains("-XX:+DisableAttachMechanism", "-XX:-CreateCoredumpOnCrash");
  }
}

package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page that tells what is built tells the truth. */
class CoverageTest {
  @Test
  void thePageIsWhatTheProgramPrints() throws Exception {
    var page = Path.of(System.getProperty("bulwark.home"), "docs", "coverage.md");
    var printed = RunningServer.output("coverage");
    assertThat(Files.exists(page) ? Files.readString(page, StandardCharsets.UTF_8) : "")
        .as("%s is not what is built; run: ./bulwark coverage > docs/coverage.md", page)
        .isEqualTo(printed);
  }
}

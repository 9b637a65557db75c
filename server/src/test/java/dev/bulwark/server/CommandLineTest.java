package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir private Path dir;

  private static Settings settings(Path dir, boolean lab) {
    return new Settings(0, dir, "123456789012", "eu-west-1", "127.0.0.1", false, lab);
  }

  private record Outcome(int status, String out, String err) {}

  private static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var status =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Outcome(status, out.toString(), err.toString());
  }

  private static HttpResponse<String> send(
      Installation installation, String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + installation.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    for (var i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.such.host.invalid", "192.0.2.1", "[", ""})
  void addressesOfOtherMachinesAreToldFromTakenPorts(String listen) {
    var settings = new Settings(0, dir, "123456789012", "eu-west-1", listen, false, false);
    assertThatThrownBy(() -> Installation.start(settings, Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessage("--listen takes an address of this machine, not " + listen);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void envPrintsWhatAShellNeedsAndTheKeyStays() throws IOException {
    try (var installation = Installation.start(settings(dir, false), Map.of())) {
      assertThat(installation.readyLine()).contains("http://127.0.0.1:" + installation.port());
    }
    var first = run("env", "--data", dir.toString());
    assertThat(first.status()).isZero();
    assertThat(first.out())
        .contains("export AWS_ENDPOINT_URL='http://127.0.0.1:")
        .contains("export AWS_REGION='eu-west-1'")
        .containsPattern("export AWS_ACCESS_KEY_ID='AKIA[A-Z2-7]{16}'")
        .containsPattern("export AWS_SECRET_ACCESS_KEY='[^']{40}'");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dir.resolve("root-access-key"))))
        .isEqualTo("rw-------");
    var key = RootAccessKey.read(dir);
    Installation.start(settings(dir, false), Map.of()).close();
    assertThat(RootAccessKey.read(dir)).isEqualTo(key);
  }

  @Test
  void envOfAFolderThatNeverRanSaysWhatToDo() {
    var outcome = run("env", "--data", dir.resolve("none").toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("run ./bulwark up first");
  }

  @Test
  void aRootKeyThatOthersMayReadIsRefused() throws IOException {
    Installation.start(settings(dir, false), Map.of()).close();
    Files.setPosixFilePermissions(
        dir.resolve("root-access-key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> RootAccessKey.read(dir))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void aSecondProcessOnTheSameFolderIsRefused() {
    try (var installation = Installation.start(settings(dir, false), Map.of())) {
      assertThat(installation.port()).isPositive();
      assertThatThrownBy(() -> Installation.start(settings(dir, false), Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void aTakenPortIsNamed() {
    try (var installation = Installation.start(settings(dir.resolve("one"), false), Map.of())) {
      var same =
          new Settings(
              installation.port(),
              dir.resolve("two"),
              "123456789012",
              "us-east-1",
              "127.0.0.1",
              false,
              false);
      assertThatThrownBy(() -> Installation.start(same, Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("--port");
    }
  }

  @Test
  void wrongOptionsAreExplained() {
    var wrong = new Settings(0, dir, "12", "us-east-1", "127.0.0.1", false, false);
    assertThatThrownBy(() -> Installation.start(wrong, Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("12 digits");
    assertThat(run("up", "--port", "many").err()).contains("--port");
  }

  @Test
  void theLabMovesTheClockAndForgets() throws Exception {
    try (var installation = Installation.start(settings(dir, true), Map.of())) {
      assertThat(
              send(installation, "POST", "/_bulwark/clock", "{\"advance\":\"P7D\"}").statusCode())
          .isEqualTo(200);
      assertThat(
              send(installation, "POST", "/_bulwark/clock", "{\"advance\":\"soon\"}").statusCode())
          .isEqualTo(400);
      assertThat(send(installation, "POST", "/_bulwark/reset", "").statusCode()).isEqualTo(200);
      assertThat(
              send(installation, "POST", "/_bulwark/reset", "", "Origin", "http://evil.example")
                  .statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void withoutLabItsRoutesDoNotExist() throws Exception {
    try (var installation = Installation.start(settings(dir, false), Map.of())) {
      assertThat(send(installation, "POST", "/_bulwark/reset", "").statusCode()).isEqualTo(404);
      assertThat(
              send(installation, "POST", "/_bulwark/clock", "{\"advance\":\"P7D\"}").statusCode())
          .isEqualTo(404);
      var health = send(installation, "GET", "/_bulwark/health", "");
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).contains("\"status\":\"ok\"").contains("\"store\":\"sqlite\"");
    }
  }

  @Test
  void resetForgetsAllButTheRootKey() {
    Installation.start(settings(dir, false), Map.of()).close();
    var key = RootAccessKey.read(dir);
    assertThat(run("reset", "--data", dir.toString(), "--yes").status()).isZero();
    assertThat(dir.resolve("bulwark.db")).doesNotExist();
    assertThat(RootAccessKey.read(dir)).isEqualTo(key);
    Installation.start(settings(dir, false), Map.of()).close();
  }

  @Test
  void doctorFindsAHealthyFolderHealthy() {
    Installation.start(settings(dir, false), Map.of()).close();
    var outcome = run("doctor", "--data", dir.toString());
    assertThat(outcome.out()).contains("store").contains("sound").doesNotContain("BAD");
    assertThat(outcome.status()).isZero();
  }
}

package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher builds one at a time, in a tree without sources, whose Maven and Java only tell. */
class LauncherTest {
  private static final String WAITING = "another ./bulwark is building; waiting ...";

  @TempDir Path folder;

  @BeforeEach
  void prepare() throws Exception {
    for (var module :
        List.of(
            "schema codegen api engines clients platform services server jdk/bin bin".split(" "))) {
      Files.createDirectories(folder.resolve(module));
    }
    Files.copy(
        Path.of(System.getProperty("bulwark.home"), "bulwark"),
        folder.resolve("bulwark"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createFile(folder.resolve("pom.xml"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    program("jdk/bin/javac", "");
    // Builds until it may end.
    program(
        "bin/mvn",
        """
        echo built >>"$folder/log"
        echo '[INFO] Building bulwark-server 1 [1/1]'
        while [ -d "$folder" ] && [ ! -e "$folder/gate" ]; do sleep 0.1; done
        mkdir -p "$folder/server/target/app"
        touch "$folder/server/target/app/bulwark-server.jar"
        """);
    program(
        "jdk/bin/java",
        """
        for option; do
          case $option in
            -XX:AOTCacheOutput=*) echo trained >>"$folder/log"; touch "${option#*=}" ;;
            env) echo ran >>"$folder/log" ;;
          esac
        done
        """);
  }

  private void program(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(file, "#!/usr/bin/env bash\nfolder=" + folder + "\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Process env() throws IOException {
    var launcher = new ProcessBuilder(folder.resolve("bulwark").toString(), "env");
    launcher.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    launcher
        .environment()
        .compute("PATH", (name, path) -> folder.resolve("bin") + (path == null ? "" : ":" + path));
    return launcher.start();
  }

  private static void awaitBuild(BufferedReader lines) throws IOException {
    assertThat(lines.readLine()).startsWith("Building Bulwark");
    assertThat(lines.readLine()).isEqualTo("  [1/1] bulwark-server");
  }

  private List<String> log() throws IOException {
    return Files.readAllLines(folder.resolve("log"));
  }

  @Test
  void theSecondWaitsAndFindsTheBuildDone() throws Exception {
    var first = env();
    awaitBuild(first.errorReader());
    var second = env();
    var said = second.errorReader();
    assertThat(said.readLine()).isEqualTo(WAITING);
    Files.createFile(folder.resolve("gate"));
    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(said.readLine()).isNull();
    assertThat(log()).containsExactly("built", "trained", "ran", "ran");
  }

  @Test
  void itTakesOverFromOneThatWasKilled() throws Exception {
    var first = env();
    awaitBuild(first.errorReader());
    first.descendants().forEach(ProcessHandle::destroyForcibly);
    first.destroyForcibly().waitFor();
    var second = env();
    awaitBuild(second.errorReader());
    Files.createFile(folder.resolve("gate"));
    assertThat(second.waitFor()).isZero();
    assertThat(log()).containsExactly("built", "built", "trained", "ran");
  }

  @Test
  void aBuildThatOutlivesItsLauncherIsWaitedFor() throws Exception {
    var first = env();
    awaitBuild(first.errorReader());
    first.destroyForcibly().waitFor();
    var second = env();
    var said = second.errorReader();
    assertThat(said.readLine()).isEqualTo(WAITING);
    Files.createFile(folder.resolve("gate"));
    awaitBuild(said);
    assertThat(second.waitFor()).isZero();
    assertThat(log()).containsExactly("built", "built", "trained", "ran");
  }
}

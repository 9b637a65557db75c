package dev.bulwark.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after the process died, and was given to the disk before. */
final class TokenCrashTest {
  private static final int ENOUGH = 15;
  private static final Pattern CALL = Pattern.compile("(?:\\d+ +)?(\\w+)\\((\\d+)<([^>]*)>(.*)");

  @TempDir Path folder;

  @BeforeEach
  void requireSoftHsm() {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
  }

  private Process start(String count, String... before) throws IOException {
    var command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KeyWriter.class.getName(),
            folder.resolve("hsm").toString(),
            count));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void keysThatWereAcknowledgedOutliveAKill() throws Exception {
    var process = start("100000");
    var made = new ArrayList<String>();
    try (var lines = process.inputReader()) {
      while (made.size() < ENOUGH) {
        var line = lines.readLine();
        assertThat(line).as("the process ended early").isNotNull();
        if (line.startsWith("made ")) {
          made.add(line.substring(5));
        }
      }
      process.destroyForcibly();
    }
    process.waitFor();
    try (var hsm =
        SoftHsm.open(SoftHsm.findLibrary(System.getenv()).orElseThrow(), folder.resolve("hsm"))) {
      var token = hsm.token(KeyWriter.LABEL, KeyWriter.PIN);
      var names = token.names();
      assertThat(names).containsAll(made);
      for (var name : made) {
        if (Integer.parseInt(name.substring(1)) % 2 == 0) {
          var nonce = new byte[Token.NONCE];
          assertThat(token.encrypt(name, nonce, nonce, nonce)).isNotEmpty();
        } else {
          assertThat(token.sign(name, Scheme.ECDSA, Hash.SHA_256, new byte[32])).hasSize(64);
        }
      }
      token.generate("after", KeySpec.AES_256);
    }
  }

  /** By the calls that the process makes of the operating system, in their order. */
  @Test
  void theDiskKeepsFilesAndThenTheirFolderBeforeAKeyIsAcknowledged() throws Exception {
    assumeTrue(
        Stream.of("/usr/bin/strace", "/bin/strace").map(Path::of).anyMatch(Files::exists),
        "strace is not installed: apt install strace");
    var trace = folder.resolve("trace");
    var process =
        start(
            "3",
            "strace",
            "-f",
            "-y",
            "-qq",
            "-e",
            "trace=write,pwrite64,fsync,fdatasync",
            "-o",
            trace.toString());
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(process.waitFor() == 0, "strace may not trace on this machine");
    assertThat(said).contains("ready", "made k2");

    var tokens = folder.resolve("hsm").resolve("tokens") + "/";
    var dirtyFiles = new HashSet<String>();
    var dirtyFolders = new HashSet<String>();
    int acknowledged = 0;
    for (var line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
      var call = CALL.matcher(line);
      if (!call.find()) {
        continue;
      }
      var path = call.group(3);
      boolean writes = call.group(1).contains("write");
      if (writes && path.startsWith(tokens) && !path.endsWith(".lock")) {
        dirtyFiles.add(path);
        dirtyFolders.add(Path.of(path).getParent().toString());
      } else if (!writes && dirtyFolders.contains(path)) {
        assertThat(dirtyFiles).as("files that are not kept when their folder is").isEmpty();
        dirtyFolders.remove(path);
      } else if (!writes) {
        dirtyFiles.remove(path);
      } else if (call.group(2).equals("1") && call.group(4).contains("made ")) {
        assertThat(dirtyFiles).as("at " + line).isEmpty();
        assertThat(dirtyFolders).as("at " + line).isEmpty();
        acknowledged++;
      }
    }
    assertThat(acknowledged).isEqualTo(3);
  }
}

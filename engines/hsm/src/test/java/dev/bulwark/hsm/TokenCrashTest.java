package dev.bulwark.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    return start(folder.resolve("hsm"), count, before);
  }

  private static Process start(Path folder, String count, String... before) throws IOException {
    var command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KeyWriter.class.getName(),
            folder.toString(),
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

  /** As a kill leaves it in the midst of a login, or the disk after a loss of power. */
  @ParameterizedTest
  @ValueSource(strings = {"empty", "half", "zeros"})
  void aTornHeadIsRestored(String torn) throws Exception {
    var library = SoftHsm.findLibrary(System.getenv()).orElseThrow();
    var place = folder.resolve("hsm");
    var nonce = new byte[Token.NONCE];
    byte[] sealed;
    try (var hsm = SoftHsm.open(library, place)) {
      var token = hsm.create(KeyWriter.LABEL, KeyWriter.PIN, KeyWriter.PIN);
      token.generate("key", KeySpec.AES_256);
      sealed = token.encrypt("key", nonce, nonce, nonce);
    }
    try (var files = Files.walk(place.resolve("tokens"))) {
      for (var head : files.filter(file -> file.endsWith("token.object")).toList()) {
        var content = Files.readAllBytes(head);
        Files.write(
            head,
            switch (torn) {
              case "empty" -> new byte[0];
              case "half" -> Arrays.copyOf(content, content.length / 2);
              default -> new byte[content.length];
            });
      }
    }
    try (var hsm = SoftHsm.open(library, place)) {
      var token = hsm.token(KeyWriter.LABEL, KeyWriter.PIN);
      assertThat(token.encrypt("key", nonce, nonce, nonce)).isEqualTo(sealed);
    }
  }

  private static void requireStrace() {
    assumeTrue(
        Stream.of("/usr/bin/strace", "/bin/strace").map(Path::of).anyMatch(Files::exists),
        "strace is not installed: apt install strace");
  }

  /** Kills the process where it writes each of the three objects, halfway and before its values. */
  @Test
  void whatAKillLeavesOfAKeyIsNone() throws Exception {
    requireStrace();
    var trace = folder.resolve("trace");
    var process =
        start("2", "strace", "-f", "-y", "-qq", "-e", "trace=ftruncate", "-o", trace.toString());
    process.getInputStream().readAllBytes();
    assumeTrue(process.waitFor() == 0, "strace may not trace on this machine");
    var writes = new LinkedHashMap<String, List<Integer>>();
    var threads = new HashMap<String, Integer>();
    for (var line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
      var call = CALL.matcher(line);
      if (call.find()) {
        int count = threads.merge(line.substring(0, line.indexOf(' ')), 1, Integer::sum);
        if (call.group(3).matches(".*/tokens/[^/]+/[^/]+-[^/]+[.]object")) {
          writes.computeIfAbsent(call.group(3), any -> new ArrayList<>()).add(count);
        }
      }
    }
    assertThat(writes).hasSize(3);
    for (var one : writes.values()) {
      for (int at : List.of(one.get(one.size() / 2), one.getLast())) {
        var place = folder.resolve("killed-" + at);
        var inject = "inject=ftruncate:signal=KILL:when=" + at;
        var killed =
            start(
                place,
                "2",
                "strace",
                "-f",
                "-qq",
                "-e",
                "trace=ftruncate",
                "-e",
                inject,
                "-o",
                "/dev/null");
        var said = new String(killed.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        killed.waitFor();
        assertOnlyWholeKeys(place, said);
      }
    }
  }

  private static void assertOnlyWholeKeys(Path place, String said) {
    assertThat(said).contains("ready").doesNotContain("made k1");
    boolean first = said.contains("made k0");
    try (var hsm = SoftHsm.open(SoftHsm.findLibrary(System.getenv()).orElseThrow(), place)) {
      var token = hsm.token(KeyWriter.LABEL, KeyWriter.PIN);
      assertThat(token.names()).isEqualTo(first ? List.of("k0") : List.of());
      if (!first) {
        token.generate("k0", KeySpec.AES_256);
      }
      token.generate("k1", KeySpec.EC_P256);
      var nonce = new byte[Token.NONCE];
      assertThat(token.encrypt("k0", nonce, nonce, nonce)).isNotEmpty();
      var digest = new byte[32];
      var signature = token.sign("k1", Scheme.ECDSA, Hash.SHA_256, digest);
      assertThat(token.verify("k1", Scheme.ECDSA, Hash.SHA_256, digest, signature)).isTrue();
      assertThat(token.names()).containsExactlyInAnyOrder("k0", "k1");
    }
  }

  /** By the calls that the process makes of the operating system, in their order. */
  @Test
  void theDiskKeepsFilesAndThenTheirFolderBeforeAKeyIsAcknowledged() throws Exception {
    requireStrace();
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
    var keys = new ArrayList<String>();
    int acknowledged = 0;
    for (var line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
      var call = CALL.matcher(line);
      if (!call.find()) {
        continue;
      }
      var path = call.group(3);
      boolean writes = call.group(1).contains("write");
      if (!writes && path.endsWith(".object") && !path.endsWith("token.object")) {
        keys.add(path);
      }
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
    assertThat(keys).as("files of keys, each of them kept once").hasSize(4).doesNotHaveDuplicates();
  }
}

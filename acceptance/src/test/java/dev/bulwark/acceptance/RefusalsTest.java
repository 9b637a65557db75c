package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told when the program cannot start: one line that says what to do. */
class RefusalsTest {
  @TempDir Path folder;

  private static void assertRefused(RunningServer.Ended ended, String... words) {
    assertThat(ended.status()).as(ended.printed()).isEqualTo(1);
    assertThat(ended.printed()).contains("bulwark: ").contains(words).doesNotContain("\tat ");
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  @Test
  void aFolderThatAnotherProcessUses() {
    try (var server = RunningServer.start("--data", data())) {
      assertRefused(
          RunningServer.refused(Map.of(), "--data", data()),
          "The data folder " + data() + " is in use by process " + server.pid(),
          "--data");
      assertThat(server.s3(RunningServer.ROOT).listBuckets().owner()).isNotNull();
    }
  }

  @Test
  void aPortThatAnotherProcessUses() {
    try (var server = RunningServer.start("--data", data())) {
      assertRefused(
          RunningServer.refused(
              Map.of(), "--ephemeral", "--port", Integer.toString(server.endpoint().getPort())),
          "port " + server.endpoint().getPort(),
          "--port");
    }
  }

  @Test
  void aFolderWithAnotherRootKey() {
    RunningServer.start("--data", data()).close();
    var other = Base64.getEncoder().encodeToString(new byte[32]);
    assertRefused(
        RunningServer.refused(Map.of("BULWARK_ROOT_KEY", other), "--data", data()), "root key");
    RunningServer.start("--data", data()).close();
  }

  @Test
  void aFolderOfANewerProgram() throws Exception {
    RunningServer.start("--data", data()).close();
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + data() + "/bulwark.db");
        var statement = database.createStatement()) {
      statement.executeUpdate(
          "UPDATE bulwark_meta SET value = '999' WHERE name = 'schema_version'");
    }
    assertRefused(
        RunningServer.refused(Map.of(), "--data", data()),
        "was written by a newer Bulwark (format 999");
  }

  @Test
  void aFolderThatThisUserMayNotUse() throws IOException {
    var path = Files.createDirectories(folder.resolve("data"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-x------"));
    try {
      assumeThat(Files.isWritable(path)).as("this user may do anything (root)").isFalse();
      assertRefused(RunningServer.refused(Map.of(), "--data", data()), data(), "permissions");
    } finally {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aFileInPlaceOfTheFolder() throws IOException {
    Files.createFile(folder.resolve("data"));
    assertRefused(RunningServer.refused(Map.of(), "--data", data()), data());
  }

  @Test
  void anOptionThatMakesNoSense() {
    assertRefused(
        RunningServer.refused(Map.of(), "--ephemeral", "--account", "12"), "--account", "12");
    assertRefused(
        RunningServer.refused(Map.of(), "--ephemeral", "--region", "moon-1"), "--region", "moon-1");
  }
}

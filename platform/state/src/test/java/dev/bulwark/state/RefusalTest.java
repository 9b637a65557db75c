package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told when a data folder cannot be used. */
class RefusalTest {

  @TempDir Path folder;

  private void refuses(StoreException.Kind kind, String... words) {
    assertThatThrownBy(() -> Store.open(folder))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(words);
  }

  @Test
  void aFolderInUseByThisProcess() {
    try (var store = Store.open(folder)) {
      assertThat(store.directory()).isEqualTo(folder);
      refuses(
          StoreException.Kind.IN_USE,
          "in use by process " + ProcessHandle.current().pid(),
          "--data");
    }
    Store.open(folder).close();
  }

  @Test
  void aFolderOfANewerProgram() {
    Store.open(folder).close();
    try (var connection = SqlConnection.open(folder.resolve("bulwark.db"), true)) {
      connection.update(Sql.PUT_META, "schema_version", "999");
    }
    refuses(StoreException.Kind.NEWER, folder.toString(), "newer Bulwark", "format 999");
    // And it is let go of.
    try (var connection = SqlConnection.open(folder.resolve("bulwark.db"), true)) {
      connection.update(Sql.PUT_META, "schema_version", "1");
    }
    Store.open(folder).close();
  }

  @Test
  void aFileInPlaceOfTheFolder() throws Exception {
    folder = Files.createFile(folder.resolve("file"));
    refuses(StoreException.Kind.IO, folder.toString());
  }

  @Test
  void aFolderThatThisUserMayNotUse() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
    try {
      Assumptions.assumeFalse(Files.isWritable(folder), "this user may do anything (root)");
      refuses(StoreException.Kind.PERMISSION, folder.toString(), "permissions");
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aFileThatIsNoDatabase() throws Exception {
    var bytes = new byte[10_000];
    new Random(1).nextBytes(bytes);
    Files.write(folder.resolve("bulwark.db"), bytes);
    refuses(StoreException.Kind.CORRUPT, "damaged");
  }

  @Test
  void damageIsFoundByTheCheck() throws Exception {
    var spec = TableSpec.of("damaged", Codec.string());
    try (var store = Store.open(folder)) {
      var table = store.table(spec);
      store.run(
          tx -> {
            for (int i = 0; i < 5000; i++) {
              table.put(tx, "key " + i, "value ".repeat(20));
            }
          });
      assertThat(store.check()).isEmpty();
    }
    var file = folder.resolve("bulwark.db");
    var bytes = Files.readAllBytes(file);
    for (int i = 0; i < 200; i++) {
      bytes[bytes.length / 2 + i] ^= 0x55;
    }
    Files.write(file, bytes);
    try (var store = Store.open(folder)) {
      store.table(spec);
      assertThat(store.check()).isNotEmpty();
    }
  }
}

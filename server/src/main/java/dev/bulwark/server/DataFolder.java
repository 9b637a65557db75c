package dev.bulwark.server;

import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;

/** What the command line does to a data folder while Bulwark is stopped. */
final class DataFolder {
  /**
   * What a reset leaves: the root access key, the root of the seals, where the installation
   * answers, and what its clients trust.
   */
  private static final Set<String> KEPT =
      Set.of(RootAccessKey.FILE, Endpoint.FILE, "root.key", LocalAuthority.FOLDER);

  static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private DataFolder() {}

  /**
   * Deletes all but what a reset leaves.
   *
   * @throws StartException where another process uses the folder
   */
  static void forget(Path folder) {
    try {
      Store.open(folder).close();
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.IN_USE) {
        throw new StartException(e.getMessage());
      }
    }
    try (var entries = Files.list(folder)) {
      for (var entry : entries.filter(e -> !KEPT.contains(e.getFileName().toString())).toList()) {
        delete(entry);
      }
    } catch (IOException e) {
      throw new StartException("cannot empty " + folder + ": " + e.getMessage());
    }
  }

  /** Writes a file for its owner alone, in place of the one that may be there. */
  static void replace(Path file, String content) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(next, content, StandardOpenOption.SYNC, StandardOpenOption.WRITE);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes a file or a folder with all in it. */
  static void delete(Path path) throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}

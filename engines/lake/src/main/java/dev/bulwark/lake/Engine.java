package dev.bulwark.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB, loaded when it is first needed: until then it costs neither memory nor time. Every task
 * has a database of its own, in memory, with limits of its own, which is gone with it.
 */
final class Engine {
  /** Memory of one database, beside the heap. */
  static final int MEMORY_MIB = 512;

  private static final String LIBRARY = "libduckdb_java";
  private static boolean loaded;

  private Engine() {}

  /**
   * An empty database.
   *
   * @param threads that work in it
   * @throws LakeException UNAVAILABLE
   */
  static DuckDBConnection open(int threads) throws LakeException {
    load();
    try {
      var connection = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
      try (var statement = connection.createStatement()) {
        statement.execute("SET memory_limit = '" + MEMORY_MIB + "MiB'");
        statement.execute("SET threads = " + threads);
        statement.execute("SET TimeZone = 'UTC'");
        statement.execute("SET temp_directory = ''");
        statement.execute("SET autoinstall_known_extensions = false");
        statement.execute("SET autoload_known_extensions = false");
        statement.execute("SET enable_progress_bar = false");
        // DuckDB asks for this where it takes nonces from a generator that is not made for secrets.
        // GCM wants nonces that do not come twice under a key; each file has a key of its own.
        statement.execute("SET force_mbedtls_unsafe = true");
      }
      return connection;
    } catch (SQLException e) {
      throw new LakeException(LakeException.Kind.FAILED, "The query engine does not start", e);
    }
  }

  private static synchronized void load() throws LakeException {
    if (loaded) {
      return;
    }
    var before = unpacked();
    try {
      DriverManager.getConnection("jdbc:duckdb:").close();
      loaded = true;
    } catch (SQLException | LinkageError | IllegalStateException e) {
      throw new LakeException(
          LakeException.Kind.UNAVAILABLE,
          "Event data stores cannot be queried on this platform: DuckDB has no library for it",
          e);
    } finally {
      // The driver's copy of the library stays behind where the process is killed; what is loaded
      // needs no name.
      for (var file : unpacked()) {
        if (!before.contains(file)) {
          file.toFile().delete();
        }
      }
    }
  }

  private static Set<Path> unpacked() {
    var found = new HashSet<Path>();
    try (var files =
        Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), LIBRARY + "*")) {
      files.forEach(found::add);
    } catch (IOException e) {
      // Then nothing is tidied up.
    }
    return found;
  }
}

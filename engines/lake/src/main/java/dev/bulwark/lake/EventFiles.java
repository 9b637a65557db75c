package dev.bulwark.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The folder of files of events. A file is complete and durable before anybody is told of it; what
 * a crash leaves without an owner is swept. Files that a query reads are deleted when it has ended.
 */
public final class EventFiles {
  private static final String SUFFIX = ".parquet";
  private static final int ROW_GROUP = 60_000;
  private static final int THREADS = 1;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Less work than at the default level, and events become no larger. */
  private static final int COMPRESSION = 1;

  private final Path folder;
  private final boolean durable;
  private final Map<String, Integer> inUse = new HashMap<>();
  private final Set<String> doomed = new HashSet<>();

  /** Finds files in which events of a time may be already. */
  @FunctionalInterface
  public interface Known {
    /** No event comes again. */
    Known NONE = (oldest, newest) -> List.of();

    /** Files with events of a time, which includes its borders. */
    List<EventFile.Open> between(Instant oldest, Instant newest);
  }

  /** The files of a folder, which is made where there is none. */
  public EventFiles(Path folder, boolean durable) {
    this.folder = folder;
    this.durable = durable;
  }

  Path path(EventFile file) {
    return folder.resolve(file.name());
  }

  /**
   * Writes events into a new file. Of events with one id and time, and of those that are in known
   * files, one is kept.
   *
   * @param records events as JSON
   * @param key that the file will open with
   * @param known finds files in which some of the events may be already
   * @return null where no event was new
   */
  public @Nullable EventFile write(EventShape shape, List<byte[]> records, byte[] key, Known known)
      throws LakeException {
    try (var database = Engine.open(THREADS)) {
      execute(database, "CREATE TABLE raw(record VARCHAR)");
      try (var appender = database.createAppender("raw")) {
        for (var record : records) {
          appender.beginRow();
          appender.append(new String(record, StandardCharsets.UTF_8));
          appender.endRow();
        }
      }
      // What is no JSON would keep all others from being written.
      execute(
          database,
          "CREATE TABLE fresh AS SELECT " + shape.columns() + " FROM raw WHERE json_valid(record)");
      execute(database, "DROP TABLE raw");
      // A window over all columns would cost as much as all else together.
      var select =
          "SELECT * FROM fresh WHERE rowid IN"
              + " (SELECT min(rowid) FROM fresh GROUP BY eventID, eventTime)"
              + unknown(database, known);
      return copy(database, select, key);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** What leaves out fresh events that are in known files. */
  private String unknown(DuckDBConnection database, Known known) throws SQLException {
    try (var statement = database.createStatement();
        var rows = statement.executeQuery("SELECT min(eventTime), max(eventTime) FROM fresh")) {
      rows.next();
      var oldest = time(rows.getTimestamp(1));
      var newest = time(rows.getTimestamp(2));
      var near = known.between(oldest, newest);
      if (near.isEmpty()) {
        return "";
      }
      return " AND (eventID, eventTime) NOT IN (SELECT (eventID, eventTime) FROM ("
          + union(database, near, "eventID, eventTime")
          + ") WHERE eventID IS NOT NULL AND eventTime BETWEEN "
          + literal(oldest)
          + " AND "
          + literal(newest)
          + ")";
    }
  }

  /**
   * Writes the events of files into a new one, in the order of the files.
   *
   * @param notBefore older events are left out
   * @return null where no event is left
   */
  public @Nullable EventFile merge(List<EventFile.Open> files, byte[] key, Instant notBefore)
      throws LakeException {
    try (var database = Engine.open(THREADS)) {
      var all = union(database, files, "*");
      return copy(
          database, "SELECT * FROM (" + all + ") WHERE eventTime >= " + literal(notBefore), key);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private @Nullable EventFile copy(DuckDBConnection database, String select, byte[] key)
      throws SQLException {
    var name = random(16) + SUFFIX;
    var path = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      execute(
          database,
          "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL %d, ROW_GROUP_SIZE %d, ENCRYPTION_CONFIG {footer_key: '%s'})"
              .formatted(select, quoted(path), COMPRESSION, ROW_GROUP, addKey(database, key)));
      var file = describe(database, path, key);
      if (file == null) {
        Files.delete(path);
      } else if (durable) {
        sync(path);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + path + " cannot be kept", e);
    } catch (SQLException e) {
      path.toFile().delete();
      throw e;
    }
  }

  private @Nullable EventFile describe(DuckDBConnection database, Path path, byte[] key)
      throws SQLException, IOException {
    var name = String.valueOf(path.getFileName());
    var opened = new EventFile.Open(new EventFile(name, 0, 0, Instant.EPOCH, Instant.EPOCH), key);
    try (var statement = database.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*), min(eventTime), max(eventTime) FROM ("
                    + union(database, List.of(opened), "eventTime")
                    + ")")) {
      rows.next();
      long events = rows.getLong(1);
      return events == 0
          ? null
          : new EventFile(
              name,
              Files.size(path),
              events,
              time(rows.getTimestamp(2)),
              time(rows.getTimestamp(3)));
    }
  }

  /** The driver gives times without a zone, which are UTC, in that of the machine. */
  private static Instant time(@Nullable Timestamp time) {
    return time == null ? Instant.EPOCH : time.toLocalDateTime().toInstant(ZoneOffset.UTC);
  }

  private static void sync(Path path) throws IOException {
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      file.force(true);
    }
    try (var names = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** A query over files, which gives each its key. */
  String union(DuckDBConnection database, List<EventFile.Open> files, String columns)
      throws SQLException {
    var sql = new StringBuilder();
    for (var file : files) {
      sql.append(sql.isEmpty() ? "" : " UNION ALL BY NAME ")
          .append(
              "SELECT %s FROM read_parquet('%s', hive_partitioning = false, encryption_config = {footer_key: '%s'})"
                  .formatted(columns, quoted(path(file.file())), addKey(database, file.key())));
    }
    return sql.toString();
  }

  private static String addKey(DuckDBConnection database, byte[] key) throws SQLException {
    var name = "k" + random(8);
    execute(
        database,
        "PRAGMA add_parquet_key('"
            + name
            + "', '"
            + Base64.getEncoder().encodeToString(key)
            + "')");
    return name;
  }

  private static String random(int bytes) {
    var name = new byte[bytes];
    RANDOM.nextBytes(name);
    return HexFormat.of().formatHex(name);
  }

  static String literal(Instant time) {
    return "TIMESTAMP '" + LocalDateTime.ofInstant(time, ZoneOffset.UTC) + "'";
  }

  static String quoted(Path path) {
    return path.toString().replace("'", "''");
  }

  static void execute(DuckDBConnection database, String sql) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private static LakeException failed(SQLException e) {
    return new LakeException(LakeException.Kind.FAILED, String.valueOf(e.getMessage()), e);
  }

  /** Keeps files for a while, whoever deletes them. */
  synchronized void hold(List<EventFile> files) {
    files.forEach(file -> inUse.merge(file.name(), 1, Integer::sum));
  }

  /** The end of {@link #hold}. */
  synchronized void release(List<EventFile> files) {
    for (var file : files) {
      inUse.computeIfPresent(file.name(), (name, uses) -> uses > 1 ? uses - 1 : null);
      if (!inUse.containsKey(file.name()) && doomed.remove(file.name())) {
        folder.resolve(file.name()).toFile().delete();
      }
    }
  }

  /** Deletes a file, as soon as no query reads it. */
  public synchronized void delete(String name) {
    if (inUse.containsKey(name)) {
      doomed.add(name);
    } else {
      folder.resolve(name).toFile().delete();
    }
  }

  /** Deletes files that nobody owns; to be run before files are written. */
  public void sweep(Predicate<String> owned) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (var file : files) {
        if (!owned.test(String.valueOf(file.getFileName()))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + folder + " cannot be swept", e);
    }
  }
}

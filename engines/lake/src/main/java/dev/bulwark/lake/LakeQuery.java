package dev.bulwark.lake;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.duckdb.ProfilerPrintFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A query that has been checked: one SELECT over event data stores. It runs in a database of its
 * own that can read the files of these stores and nothing else: external access is off, settings
 * are locked, memory and threads are limited, and nothing is spilled.
 */
public final class LakeQuery {
  private static final int THREADS = 2;

  private final String sql;
  private final Set<String> stores;
  private volatile boolean cancelled;
  private java.sql.@Nullable Statement running;

  private LakeQuery(String sql, Set<String> stores) {
    this.sql = sql;
    this.stores = Set.copyOf(stores);
  }

  /**
   * The events of a store that a query sees.
   *
   * @param notBefore older ones are kept no longer
   */
  public record Events(EventShape shape, List<EventFile.Open> files, Instant notBefore) {}

  /** Takes in a result, row by row. */
  public interface Sink {
    /** The names of its columns; before all rows. */
    void columns(List<String> names) throws IOException, LakeException;

    /** A row's values. */
    void row(List<String> values) throws IOException, LakeException;
  }

  /**
   * What a query has read.
   *
   * @param bytesScanned of files, compressed as they are
   */
  public record Scanned(long events, long bytesScanned) {}

  /**
   * Checks and translates a statement.
   *
   * @param shapes of the event data stores that it may name, by id
   * @param now what it takes for the present
   * @throws LakeException STATEMENT, UNAVAILABLE
   */
  public static LakeQuery of(QueryText text, Map<String, EventShape> shapes, Instant now)
      throws LakeException {
    try (var database = Engine.open(1)) {
      var translator = new Translator(now);
      var parsed =
          JsonMapper.shared().readTree(ask(database, "SELECT json_serialize_sql(?)", text.sql()));
      translator.translate(parsed);
      var sql = ask(database, "SELECT json_deserialize_sql(?)", parsed.toString());
      bind(database, sql, translator.stores(), shapes);
      return new LakeQuery(sql, translator.stores());
    } catch (SQLException e) {
      throw new LakeException(LakeException.Kind.STATEMENT, firstLine(e), e);
    }
  }

  private static String ask(DuckDBConnection database, String question, String parameter)
      throws SQLException {
    try (var statement = database.prepareStatement(question.replace("?", "?::VARCHAR"))) {
      statement.setString(1, parameter);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  /** Columns and types are checked over empty tables. */
  private static void bind(
      DuckDBConnection database, String sql, Set<String> stores, Map<String, EventShape> shapes)
      throws SQLException, LakeException {
    for (var store : stores) {
      var shape = shapes.get(store);
      if (shape == null) {
        throw new LakeException(
            LakeException.Kind.STATEMENT, "Event data store " + store + " does not exist.");
      }
      EventFiles.execute(database, "CREATE VIEW \"" + store + "\" AS " + empty(shape));
    }
    EventFiles.execute(database, "SET enable_external_access = false");
    database.prepareStatement(sql).close();
  }

  private static String empty(EventShape shape) {
    return "SELECT " + shape.columns() + " FROM (SELECT '{}'::VARCHAR AS record) WHERE false";
  }

  /** The ids of the event data stores that it reads. */
  public Set<String> stores() {
    return stores;
  }

  /**
   * Runs it to its end.
   *
   * @param events of the stores that it reads, by id
   * @throws LakeException CANCELLED, TIMED_OUT, FAILED
   */
  public Scanned run(EventFiles files, Map<String, Events> events, Sink sink, Duration longest)
      throws LakeException, IOException {
    var held = new ArrayList<EventFile>();
    events.values().forEach(of -> of.files().forEach(open -> held.add(open.file())));
    files.hold(held);
    try (var database = Engine.open(THREADS);
        var statement = database.createStatement()) {
      prepare(database, files, events, held);
      statement.setQueryTimeout((int) longest.toSeconds());
      begin(statement);
      try (var rows = statement.executeQuery(sql)) {
        send(rows, sink);
      } finally {
        begin(null);
      }
      return scanned(database);
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      files.release(held);
    }
  }

  private void prepare(
      DuckDBConnection database, EventFiles files, Map<String, Events> events, List<EventFile> held)
      throws SQLException {
    var paths = new HashSet<String>();
    for (var file : held) {
      paths.add("'" + EventFiles.quoted(files.path(file)) + "'");
    }
    for (var entry : new HashMap<>(events).entrySet()) {
      var of = entry.getValue();
      var select =
          of.files().isEmpty()
              ? empty(of.shape())
              : "SELECT * FROM ("
                  + files.union(database, of.files(), "*")
                  + ") WHERE eventTime >= "
                  + EventFiles.literal(of.notBefore());
      EventFiles.execute(database, "CREATE VIEW \"" + entry.getKey() + "\" AS " + select);
    }
    EventFiles.execute(database, "SET enable_profiling = 'no_output'");
    EventFiles.execute(database, "SET allowed_paths = [" + String.join(", ", paths) + "]");
    EventFiles.execute(database, "SET enable_external_access = false");
    EventFiles.execute(database, "SET lock_configuration = true");
  }

  private void send(ResultSet rows, Sink sink) throws SQLException, IOException, LakeException {
    var columns = rows.getMetaData();
    var names = new String[columns.getColumnCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnLabel(i + 1);
    }
    sink.columns(List.of(names));
    while (rows.next()) {
      if (cancelled) {
        throw cancelled();
      }
      var values = new String[names.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = ResultText.of(rows.getObject(i + 1));
      }
      sink.row(Arrays.asList(values));
    }
  }

  private static Scanned scanned(DuckDBConnection database) throws SQLException {
    var profile =
        JsonMapper.shared().readTree(database.getProfilingInformation(ProfilerPrintFormat.JSON));
    return new Scanned(
        profile.path("query").path("total_rows_scanned").asLong(0),
        profile.path("io").path("total_bytes_read").asLong(0));
  }

  private synchronized void begin(java.sql.@Nullable Statement statement) throws LakeException {
    running = statement;
    if (cancelled && statement != null) {
      throw cancelled();
    }
  }

  /** Ends it, if it runs, or as soon as it does. */
  public synchronized void cancel() {
    cancelled = true;
    var statement = running;
    if (statement != null) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        // It has come to its end by itself.
      }
    }
  }

  private LakeException failed(SQLException e) {
    if (cancelled) {
      return cancelled();
    }
    if (e instanceof SQLTimeoutException || String.valueOf(e.getMessage()).contains("INTERRUPT")) {
      return new LakeException(LakeException.Kind.TIMED_OUT, "The query timed out.", e);
    }
    return new LakeException(LakeException.Kind.FAILED, firstLine(e), e);
  }

  private static LakeException cancelled() {
    return new LakeException(LakeException.Kind.CANCELLED, "The query was cancelled.");
  }

  private static String firstLine(SQLException e) {
    var message = String.valueOf(e.getMessage());
    var end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}

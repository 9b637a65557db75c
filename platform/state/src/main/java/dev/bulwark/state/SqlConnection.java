package dev.bulwark.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One connection to the database, used by one thread at a time, with its prepared statements. A
 * statement is always read to its end before the next one runs.
 */
final class SqlConnection implements AutoCloseable {

  /** Reads one row. */
  interface RowReader<R> {
    R read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private SqlConnection(Connection connection) {
    this.connection = connection;
  }

  static SqlConnection open(Path database, boolean durable) {
    try {
      var settings = new Properties();
      // The driver would ask for the last row's number after each insertion.
      settings.setProperty(SQLiteConfig.Pragma.JDBC_GET_GENERATED_KEYS.pragmaName, "false");
      // Not through DriverManager, which would load every driver of the class path.
      var connection = JDBC.createConnection("jdbc:sqlite:" + database, settings);
      try (var statement = connection.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 10000");
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute("PRAGMA synchronous = " + (durable ? "FULL" : "OFF"));
        // Checkpoints are the checkpointer's work, not that of whoever commits the thousandth page.
        statement.execute("PRAGMA wal_autocheckpoint = 0");
        statement.execute("PRAGMA cache_size = -8192");
        statement.execute("PRAGMA temp_store = MEMORY");
        statement.execute("PRAGMA trusted_schema = OFF");
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return new SqlConnection(connection);
    } catch (SQLException e) {
      throw translate("The database " + database + " cannot be opened", e);
    }
  }

  /** Runs a statement that returns no rows, and returns how many rows it changed. */
  int update(String sql, Object... parameters) {
    try {
      return bind(sql, parameters).executeUpdate();
    } catch (SQLException e) {
      forget(sql);
      throw translate("The store failed", e);
    }
  }

  /** Runs a statement without keeping it; for transaction control, definitions and settings. */
  void execute(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw translate("The store failed", e);
    }
  }

  <R> List<R> query(String sql, RowReader<R> reader, Object... parameters) {
    try (var rows = bind(sql, parameters).executeQuery()) {
      var read = new ArrayList<R>();
      while (rows.next()) {
        read.add(reader.read(rows));
      }
      return read;
    } catch (SQLException e) {
      forget(sql);
      throw translate("The store failed", e);
    }
  }

  <R> @Nullable R first(String sql, RowReader<R> reader, Object... parameters) {
    try (var rows = bind(sql, parameters).executeQuery()) {
      return rows.next() ? reader.read(rows) : null;
    } catch (SQLException e) {
      forget(sql);
      throw translate("The store failed", e);
    }
  }

  /** Whether a statement failed only because another connection held a lock. */
  static boolean isBusy(StoreException failure) {
    return failure.getCause() instanceof SQLiteException e
        && (e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
  }

  private PreparedStatement bind(String sql, Object[] parameters) throws SQLException {
    var statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < parameters.length; i++) {
      switch (parameters[i]) {
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        case String text -> statement.setString(i + 1, text);
        default -> throw new IllegalArgumentException("Not a parameter: " + parameters[i]);
      }
    }
    return statement;
  }

  /** A statement that has failed cannot be used again. */
  private void forget(String sql) {
    var statement = statements.remove(sql);
    if (statement != null) {
      try {
        statement.close();
      } catch (SQLException e) {
        // It has failed already, which is what the caller is told.
      }
    }
  }

  private void closeStatements() throws SQLException {
    for (var statement : statements.values()) {
      statement.close();
    }
    statements.clear();
  }

  @Override
  public void close() {
    try {
      closeStatements();
      connection.close();
    } catch (SQLException e) {
      throw translate("The database cannot be closed", e);
    }
  }

  private static StoreException translate(String what, SQLException e) {
    var code =
        e instanceof SQLiteException sqlite
            ? SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff)
            : SQLiteErrorCode.SQLITE_ERROR;
    return switch (code) {
      case SQLITE_FULL ->
          new StoreException(
              StoreException.Kind.DISK_FULL, "No space is left for the store's database", e);
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          new StoreException(
              StoreException.Kind.CORRUPT,
              what + ": the database is damaged: " + e.getMessage(),
              e);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
          new StoreException(StoreException.Kind.PERMISSION, what + ": " + e.getMessage(), e);
      default -> new StoreException(StoreException.Kind.IO, what + ": " + e.getMessage(), e);
    };
  }
}

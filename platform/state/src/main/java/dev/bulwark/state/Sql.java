package dev.bulwark.state;

/**
 * Every statement of the store, in the SQL that SQLite and PostgreSQL share; the type of bytes is
 * the one word that differs ({@code BYTEA}). Keys are the UTF-8 bytes of their text, so that both
 * databases order them alike.
 */
final class Sql {

  private static final String BYTES = "BLOB";

  static final String BEGIN = "BEGIN";

  /**
   * Takes the write lock at once. A transaction that begins by reading and asks for it later is
   * refused without a wait where a reader, which found the log's header half written, holds it for
   * a moment.
   */
  static final String BEGIN_WRITE = "BEGIN IMMEDIATE";

  static final String COMMIT = "COMMIT";
  static final String ROLLBACK = "ROLLBACK";

  static final String CREATE_META =
      "CREATE TABLE IF NOT EXISTS bulwark_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)";
  static final String GET_META = "SELECT value FROM bulwark_meta WHERE name = ?";
  static final String PUT_META =
      "INSERT INTO bulwark_meta (name, value) VALUES (?, ?)"
          + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  static final String META_WITH_PREFIX =
      "SELECT name, value FROM bulwark_meta WHERE name >= ? AND name < ?";

  static final String CREATE_PACKS =
      "CREATE TABLE IF NOT EXISTS bulwark_packs"
          + " (pack INTEGER PRIMARY KEY, live BIGINT NOT NULL, last INTEGER NOT NULL)";
  static final String PACKS = "SELECT pack, live, last FROM bulwark_packs";
  static final String PUT_PACK =
      "INSERT INTO bulwark_packs (pack, live, last) VALUES (?, ?, ?)"
          + " ON CONFLICT (pack) DO UPDATE SET live = excluded.live, last = excluded.last";
  static final String DELETE_PACK = "DELETE FROM bulwark_packs WHERE pack = ?";

  private Sql() {}

  static String createTable(String table) {
    return ("CREATE TABLE IF NOT EXISTS t_%s (k %s PRIMARY KEY, version BIGINT NOT NULL, v %s NOT NULL)")
        .formatted(table, BYTES, BYTES);
  }

  /** A table with a column for what lies beside its rows, which are short then. */
  static String createAttachedTable(String table) {
    return ("CREATE TABLE IF NOT EXISTS t_%s (k %s PRIMARY KEY, version BIGINT NOT NULL, v %s NOT NULL, a %s)"
            + withoutRowid())
        .formatted(table, BYTES, BYTES, BYTES);
  }

  static String renameTable(String table, String name) {
    return "ALTER TABLE t_" + table + " RENAME TO " + name;
  }

  static String fillFrom(String table, String old) {
    return "INSERT INTO t_" + table + " (k, version, v) SELECT k, version, v FROM " + old;
  }

  static String dropTable(String name) {
    return "DROP TABLE IF EXISTS " + name;
  }

  static String createIndex(String index) {
    return ("CREATE TABLE IF NOT EXISTS i_%s (ik %s NOT NULL, k %s NOT NULL, PRIMARY KEY (ik, k))"
            + withoutRowid())
        .formatted(index, BYTES, BYTES);
  }

  /** SQLite's way to keep an index's rows in the index itself. */
  private static String withoutRowid() {
    return " WITHOUT ROWID";
  }

  static String dropIndex(String index) {
    return "DROP TABLE IF EXISTS i_" + index;
  }

  static String clearTable(String table) {
    return "DELETE FROM t_" + table;
  }

  static String clearIndex(String index) {
    return "DELETE FROM i_" + index;
  }

  static String countIndex(String index) {
    return "SELECT COUNT(*) FROM i_" + index;
  }

  static String get(String table) {
    return "SELECT v, version FROM t_" + table + " WHERE k = ?";
  }

  static String getAttached(String table) {
    return "SELECT v, version, a FROM t_" + table + " WHERE k = ?";
  }

  static String attachment(String table) {
    return "SELECT a FROM t_" + table + " WHERE k = ?";
  }

  static String attachments(String table) {
    return "SELECT k, a FROM t_" + table + " WHERE k >= ? AND k < ?";
  }

  static String setAttachment(String table) {
    return "UPDATE t_" + table + " SET a = ? WHERE k = ?";
  }

  static String putAttached(String table) {
    return "INSERT INTO t_"
        + table
        + " (k, version, v, a) VALUES (?, ?, ?, ?)"
        + " ON CONFLICT (k) DO UPDATE SET version = excluded.version, v = excluded.v, a = excluded.a";
  }

  static String contains(String table) {
    return "SELECT 1 FROM t_" + table + " WHERE k = ?";
  }

  static String insert(String table) {
    return "INSERT INTO t_"
        + table
        + " (k, version, v) VALUES (?, ?, ?) ON CONFLICT (k) DO NOTHING";
  }

  static String put(String table) {
    return "INSERT INTO t_"
        + table
        + " (k, version, v) VALUES (?, ?, ?)"
        + " ON CONFLICT (k) DO UPDATE SET version = excluded.version, v = excluded.v";
  }

  static String replace(String table) {
    return "UPDATE t_" + table + " SET version = ?, v = ? WHERE k = ? AND version = ?";
  }

  static String delete(String table) {
    return "DELETE FROM t_" + table + " WHERE k = ?";
  }

  static String deleteRange(String table) {
    return "DELETE FROM t_" + table + " WHERE k >= ? AND k < ?";
  }

  static String count(String table) {
    return "SELECT COUNT(*) FROM t_" + table + " WHERE k >= ? AND k < ?";
  }

  static String scan(String table, boolean reverse) {
    return "SELECT k, v, version FROM t_"
        + table
        + " WHERE k >= ? AND k < ? ORDER BY k"
        + (reverse ? " DESC" : "")
        + " LIMIT ?";
  }

  static String keys(String table, boolean reverse) {
    return "SELECT k FROM t_"
        + table
        + " WHERE k >= ? AND k < ? ORDER BY k"
        + (reverse ? " DESC" : "")
        + " LIMIT ?";
  }

  static String putIndex(String index) {
    return "INSERT INTO i_" + index + " (ik, k) VALUES (?, ?) ON CONFLICT (ik, k) DO NOTHING";
  }

  static String deleteIndex(String index) {
    return "DELETE FROM i_" + index + " WHERE ik = ? AND k = ?";
  }

  /**
   * Parameters: first index key and row key (exclusive), end of the index keys (exclusive), limit.
   */
  static String scanIndex(String table, String index) {
    return "SELECT t.k, t.v, t.version, i.ik FROM i_"
        + index
        + " i JOIN t_"
        + table
        + " t ON t.k = i.k WHERE (i.ik, i.k) > (?, ?) AND i.ik < ? ORDER BY i.ik, i.k LIMIT ?";
  }

  /** Parameters: last index key and row key (exclusive), first index key (inclusive), limit. */
  static String scanIndexReversed(String table, String index) {
    return "SELECT t.k, t.v, t.version, i.ik FROM i_"
        + index
        + " i JOIN t_"
        + table
        + " t ON t.k = i.k WHERE (i.ik, i.k) < (?, ?) AND i.ik >= ?"
        + " ORDER BY i.ik DESC, i.k DESC LIMIT ?";
  }
}

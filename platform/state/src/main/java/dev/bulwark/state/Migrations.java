package dev.bulwark.state;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings the database of an older program to this one's format. The format's number is the number
 * of steps taken; a step, once released, is never changed. What is inside of values is their
 * codecs' business.
 */
final class Migrations {

  private static final String VERSION = "schema_version";

  private static final List<Consumer<SqlConnection>> STEPS =
      List.of(
          connection -> connection.execute(Sql.CREATE_META),
          connection -> connection.execute(Sql.CREATE_PACKS),
          // KMS counts its keys and grants from here on, and programs of before would add to them
          // without.
          connection -> {});

  private Migrations() {}

  static void run(SqlConnection connection, Path folder) {
    connection.execute(Sql.CREATE_META);
    var stored = connection.first(Sql.GET_META, row -> row.getString(1), VERSION);
    int version = stored == null ? 0 : Integer.parseInt(stored);
    if (version > STEPS.size()) {
      throw new StoreException(
          StoreException.Kind.NEWER,
          "The data folder %s was written by a newer Bulwark (format %d; this one knows up to %d): use that version, or choose another folder with --data"
              .formatted(folder, version, STEPS.size()));
    }
    for (; version < STEPS.size(); version++) {
      connection.update(Sql.BEGIN_WRITE);
      STEPS.get(version).accept(connection);
      connection.update(Sql.PUT_META, VERSION, Integer.toString(version + 1));
      connection.update(Sql.COMMIT);
    }
  }
}

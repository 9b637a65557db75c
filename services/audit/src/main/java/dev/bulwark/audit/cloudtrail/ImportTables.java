package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.ImportRecord.Failure;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is stored of imports. */
final class ImportTables {
  private final Store store;
  private final Table<ImportRecord> imports;
  private final Table<Failure> failures;

  ImportTables(Store store) {
    this.store = store;
    imports = store.table(TableSpec.json("cloudtrail_imports", ImportRecord.class));
    failures = store.table(TableSpec.json("cloudtrail_import_failures", Failure.class));
  }

  Store store() {
    return store;
  }

  @Nullable ImportRecord find(ReadTx tx, String accountId, String region, String id) {
    return imports.get(tx, Key.of(accountId, region, id));
  }

  /** An import as it is now. */
  @Nullable ImportRecord current(ImportRecord of) {
    return imports.get(Key.of(of.accountId(), of.region(), of.id()));
  }

  @Nullable ImportRecord current(ReadTx tx, ImportRecord of) {
    return find(tx, of.accountId(), of.region(), of.id());
  }

  void put(WriteTx tx, ImportRecord changed) {
    imports.put(tx, Key.of(changed.accountId(), changed.region(), changed.id()), changed);
  }

  /** Those of an account in a Region. */
  List<ImportRecord> of(ReadTx tx, String accountId, String region) {
    return imports.scan(tx, Scan.prefix(Key.prefix(accountId, region))).stream()
        .map(Entry::value)
        .toList();
  }

  /** Those that have not come to their end. */
  List<ImportRecord> running() {
    return store.read(tx -> imports.scan(tx, Scan.all())).stream()
        .map(Entry::value)
        .filter(found -> !found.status().isEnd())
        .toList();
  }

  void delete(WriteTx tx, ImportRecord gone) {
    imports.delete(tx, Key.of(gone.accountId(), gone.region(), gone.id()));
    failures.deleteAll(tx, failureKeys(gone));
  }

  private static String failureKeys(ImportRecord of) {
    return Key.prefix(of.accountId(), of.region(), of.id());
  }

  /**
   * @param key of the file, empty for the bucket or the event data store
   */
  void put(WriteTx tx, ImportRecord of, String key, Failure failure) {
    failures.put(tx, failureKey(of, key), failure);
  }

  void deleteFailure(WriteTx tx, ImportRecord of, String key) {
    failures.delete(tx, failureKey(of, key));
  }

  private static String failureKey(ImportRecord of, String key) {
    return Key.of(of.accountId(), of.region(), of.id(), key);
  }

  /** By the key of their file. */
  Map<String, Failure> failures(ReadTx tx, ImportRecord of) {
    var found = new LinkedHashMap<String, Failure>();
    for (var row : failures.scan(tx, Scan.prefix(failureKeys(of)))) {
      found.put(Key.split(row.key(), 4).get(3), row.value());
    }
    return found;
  }

  /** How many files have failed and were not imported since. */
  long failed(ReadTx tx, ImportRecord of) {
    return failures(tx, of).values().stream()
        .filter(failure -> failure.status().equals(Failure.FAILED))
        .count();
  }
}

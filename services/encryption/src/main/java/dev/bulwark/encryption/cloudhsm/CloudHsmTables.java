package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What CloudHSM stores: everything by account, Region and id. */
final class CloudHsmTables {
  private static final String BY_ID = "id";

  private final Store store;
  final Table<ClusterRecord> clusters;
  final Table<ClusterSecrets> secrets;
  final Table<BackupRecord> backups;
  final Table<BackupRecord.Content> contents;

  CloudHsmTables(Store store) {
    this.store = store;
    clusters =
        store.table(
            TableSpec.json(
                "cloudhsm_clusters", ClusterRecord.class, Index.of(BY_ID, ClusterRecord::id)));
    secrets = store.table(TableSpec.json("cloudhsm_secrets", ClusterSecrets.class));
    backups =
        store.table(
            TableSpec.json(
                "cloudhsm_backups", BackupRecord.class, Index.of(BY_ID, BackupRecord::id)));
    contents = store.table(TableSpec.json("cloudhsm_contents", BackupRecord.Content.class));
  }

  Store store() {
    return store;
  }

  static String key(ClusterRecord cluster) {
    return Key.of(cluster.accountId(), cluster.region(), cluster.id());
  }

  static String key(BackupRecord backup) {
    return Key.of(backup.accountId(), backup.region(), backup.id());
  }

  /** A cluster, wherever it is. */
  Optional<ClusterRecord> cluster(String id) {
    return store.read(
        tx -> Optional.ofNullable(clusters.firstByIndex(tx, BY_ID, id)).map(Entry::value));
  }

  ClusterSecrets secretsOf(ClusterRecord cluster) {
    var found = secrets.get(key(cluster));
    return found == null ? ClusterSecrets.NONE : found;
  }

  List<ClusterRecord> clusters(ReadTx tx, String accountId, String region) {
    return clusters.scan(tx, Scan.prefix(Key.prefix(accountId, region))).stream()
        .map(Entry::value)
        .toList();
  }

  List<BackupRecord> backups(String accountId, String region) {
    return store.read(tx -> backups(tx, accountId, region));
  }

  List<BackupRecord> backups(ReadTx tx, String accountId, String region) {
    return backups.scan(tx, Scan.prefix(Key.prefix(accountId, region))).stream()
        .map(Entry::value)
        .toList();
  }

  /** The names of the tokens of all users. */
  Set<String> tokens() {
    return store.read(
        tx ->
            secrets.scan(tx, Scan.all()).stream()
                .flatMap(row -> row.value().tokens().stream())
                .collect(Collectors.toSet()));
  }

  /** The names of the archives that all backups refer to. */
  Set<String> archives() {
    return store.read(
        tx ->
            contents.scan(tx, Scan.all()).stream()
                .map(row -> row.value().file())
                .collect(Collectors.toSet()));
  }

  /** The clusters of all accounts. */
  List<ClusterRecord> allClusters() {
    return store.read(tx -> clusters.scan(tx, Scan.all()).stream().map(Entry::value).toList());
  }

  /** The backups of all accounts. */
  List<BackupRecord> allBackups() {
    return store.read(tx -> backups.scan(tx, Scan.all()).stream().map(Entry::value).toList());
  }
}

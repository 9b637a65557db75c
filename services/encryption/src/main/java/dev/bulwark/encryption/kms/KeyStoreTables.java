package dev.bulwark.encryption.kms;

import dev.bulwark.service.Call;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Custom key stores of both kinds, by account, Region and id: they share names and a quota. */
final class KeyStoreTables {
  private static final int MOST = 10;

  private final Store store;
  final Table<CustomKeyStoreRecord> clusters;
  final Table<ExternalStoreRecord> external;

  /** By key store and external key: the KMS key that has it. */
  private final Table<String> externalKeys;

  /** Keys in clusters that are still to be destroyed: their KMS keys are gone. */
  private final Table<String> orphans;

  KeyStoreTables(Store store) {
    clusters = store.table(TableSpec.json("kms_key_stores", CustomKeyStoreRecord.class));
    external = store.table(TableSpec.json("kms_external_key_stores", ExternalStoreRecord.class));
    externalKeys = store.table(TableSpec.of("kms_external_keys", Codec.string()));
    orphans = store.table(TableSpec.of("kms_cluster_orphans", Codec.string()));
    this.store = store;
  }

  static <T> List<T> all(Table<T> table, ReadTx tx, Call call) {
    return table.scan(tx, Scan.prefix(Key.prefix(call.accountId(), call.region()))).stream()
        .map(Entry::value)
        .toList();
  }

  /** Refuses a name that another store has. */
  void requireFreeName(ReadTx tx, Call call, String id, String name) {
    boolean taken =
        all(clusters, tx, call).stream()
                .anyMatch(other -> other.name().equals(name) && !other.id().equals(id))
            || all(external, tx, call).stream()
                .anyMatch(other -> other.name().equals(name) && !other.id().equals(id));
    if (taken) {
      throw KmsErrors.keyStoreNameInUse(name);
    }
  }

  void requireRoom(ReadTx tx, Call call) {
    if (all(clusters, tx, call).size() + all(external, tx, call).size() >= MOST) {
      throw KmsErrors.limit("The quota of %d custom key stores has been reached.".formatted(MOST));
    }
  }

  /** Gives an external key to a KMS key of its store, which nobody else may have. */
  void claim(WriteTx tx, KeyIdentity key) {
    var row = externalKey(key);
    if (row != null) {
      if (externalKeys.contains(tx, row)) {
        throw KmsErrors.externalKeyInUse(key);
      }
      externalKeys.insert(tx, row, key.keyId());
    }
  }

  /** The KMS key is gone; what it had in a cluster is an orphan until it is destroyed. */
  void release(WriteTx tx, KeyIdentity key) {
    var row = externalKey(key);
    if (row != null) {
      externalKeys.delete(tx, row);
    }
    if (key.origin() == KeyOrigin.AWS_CLOUDHSM && key.keyStoreId() != null) {
      orphans.put(tx, Key.of(key.accountId(), key.region(), key.keyStoreId(), key.keyId()), "");
    }
  }

  /** A key in the cluster of a store, by the name that it has there. */
  record Orphan(String accountId, String region, String storeId, String keyId) {}

  List<Orphan> orphans() {
    return store.read(
        tx ->
            orphans.keys(tx, Scan.all()).stream()
                .map(key -> Key.split(key, 4))
                .map(p -> new Orphan(p.get(0), p.get(1), p.get(2), p.get(3)))
                .toList());
  }

  /** It is no more. */
  void destroyed(Orphan orphan) {
    store.append(
        tx ->
            orphans.delete(
                tx, Key.of(orphan.accountId(), orphan.region(), orphan.storeId(), orphan.keyId())));
  }

  /**
   * Demands that the store of a new key is still there, and connected.
   *
   * @throws dev.bulwark.schema.ApiException CustomKeyStoreNotFoundException,
   *     CustomKeyStoreInvalidStateException
   */
  void requireConnected(ReadTx tx, KeyIdentity key) {
    var id = key.keyStoreId();
    if (id == null) {
      return;
    }
    var row = Key.of(key.accountId(), key.region(), id);
    var cluster = clusters.get(tx, row);
    var proxied = external.get(tx, row);
    var state = cluster != null ? cluster.state() : proxied != null ? proxied.state() : null;
    if (state == null) {
      throw KmsErrors.noSuchKeyStore(id);
    }
    if (state != CustomKeyStoreRecord.State.CONNECTED) {
      throw KmsErrors.keyStoreState(id, state);
    }
  }

  private static @Nullable String externalKey(KeyIdentity key) {
    return key.keyStoreId() == null || key.externalKeyId() == null
        ? null
        : Key.of(key.keyStoreId(), key.externalKeyId());
  }
}

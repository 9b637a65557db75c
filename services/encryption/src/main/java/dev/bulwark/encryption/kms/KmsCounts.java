package dev.bulwark.encryption.kms;

import dev.bulwark.state.Codec;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.util.HashMap;

/**
 * How many customer managed keys an account has in a Region, and how many grants there are on a
 * key. Each number changes in the transaction of what it counts, so that a quota costs one row
 * however much there is.
 */
final class KmsCounts {
  /** Tells that everything of before this table has been counted; no account has this id. */
  private static final String COUNTED = "counted";

  /** By account and Region, or by account, Region and key id; nothing where the number is zero. */
  private final Table<String> counts;

  KmsCounts(Store store) {
    counts = store.table(TableSpec.of("kms_counts", Codec.string()));
  }

  /** Counts what a data folder of before has. */
  void begin(WriteTx tx, Table<KeyRecord> keys, Table<GrantRecord> grants) {
    if (counts.contains(tx, COUNTED)) {
      return;
    }
    var found = new HashMap<String, Integer>();
    keys.forEach(
        tx,
        Scan.all(),
        key -> {
          if (!key.value().identity().awsManaged()) {
            found.merge(keysOf(key.value().identity()), 1, Integer::sum);
          }
        });
    grants.forEach(tx, Scan.all(), one -> found.merge(grantsOn(one.value()), 1, Integer::sum));
    found.forEach((row, count) -> counts.put(tx, row, Integer.toString(count)));
    counts.put(tx, COUNTED, "");
  }

  static String keysOf(KeyIdentity key) {
    return Key.of(key.accountId(), key.region());
  }

  static String grantsOn(GrantRecord grant) {
    return Key.of(grant.accountId(), grant.region(), grant.keyId());
  }

  int get(ReadTx tx, String row) {
    var count = counts.get(tx, row);
    return count == null ? 0 : Integer.parseInt(count);
  }

  void add(WriteTx tx, String row, int more) {
    set(tx, row, get(tx, row) + more);
  }

  void set(WriteTx tx, String row, int count) {
    if (count == 0) {
      counts.delete(tx, row);
    } else {
      counts.put(tx, row, Integer.toString(count));
    }
  }

  /** For each number that is not zero an object, which is another one after each change of it. */
  StoreCache<Object> generations(int maxEntries) {
    return counts.cachedTogether(
        maxEntries, (tx, row) -> counts.contains(tx, row) ? new Object() : null);
  }
}

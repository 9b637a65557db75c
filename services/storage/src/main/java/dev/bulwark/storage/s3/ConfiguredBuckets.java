package dev.bulwark.storage.s3;

import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the buckets that have a configuration of some kind, for those who act by it. */
final class ConfiguredBuckets {
  private final Store store;
  private final S3Tables tables;

  ConfiguredBuckets(Store store, S3Tables tables) {
    this.store = store;
    this.tables = tables;
  }

  /**
   * The names of these buckets.
   *
   * @param kind of one configuration a bucket, or what the kinds of several begin with
   */
  Set<String> with(String kind) {
    var found = new LinkedHashSet<String>();
    store.read(
        tx -> {
          tables.configurations.forEach(
              tx,
              Scan.all(),
              row -> {
                if (Key.last(row.key(), 2).startsWith(kind)) {
                  found.add(Key.split(row.key(), 2).getFirst());
                }
              });
          return found;
        });
    return found;
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.time.Instant;

/** The tables of the access advisor. */
final class AccessTables {
  /** When and where something was used last. */
  record Use(Instant time, String region) {}

  /** How far the stream of API calls was read. */
  record Place(long sequence) {}

  private final Store store;
  private final Table<Use> uses;
  private final Table<Place> place;
  private final Table<AccessJobRecord> jobs;

  AccessTables(Store store) {
    this.store = store;
    uses = store.table(TableSpec.json("iam_access_uses", Use.class));
    place = store.table(TableSpec.json("iam_access_place", Place.class));
    jobs = store.table(TableSpec.json("iam_access_jobs", AccessJobRecord.class));
  }

  Store store() {
    return store;
  }

  /** By account, unique id of the principal, service and action; the action is empty for any. */
  Table<Use> uses() {
    return uses;
  }

  /** One row. */
  Table<Place> place() {
    return place;
  }

  /** By account and job. */
  Table<AccessJobRecord> jobs() {
    return jobs;
  }
}

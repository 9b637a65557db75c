package dev.bulwark.audit.cloudtrail;

import dev.bulwark.lake.EventFile;
import dev.bulwark.service.Call;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What CloudTrail Lake stores beside its files of events. */
final class LakeTables {
  private static final String BY_PLACE = "place";
  private static final String BY_STORE = "store";

  /** A place in the stream of API calls up to which it was read. */
  record Place(long sequence) {}

  /**
   * A file of events.
   *
   * @param sealedKey what opens it, sealed by the installation or, where the event data store has a
   *     key, by KMS
   * @param kms whether by KMS
   */
  record FileRecord(EventFile file, byte[] sealedKey, boolean kms) {}

  /** A resource's policy. */
  record PolicyRecord(String document) {}

  private final Store store;
  private final Table<EventDataStoreRecord> stores;
  private final Table<Place> places;
  private final Table<FileRecord> files;
  private final Table<byte[]> pending;
  private final Table<PolicyRecord> policies;
  private final Table<QueryRecord> queries;
  private final Table<ChannelRecord> channels;
  private final Table<ChannelRecord.Status> channelStatuses;

  LakeTables(Store store) {
    this.store = store;
    stores =
        store.table(
            TableSpec.json(
                "cloudtrail_event_data_stores",
                EventDataStoreRecord.class,
                Index.of(
                    BY_PLACE, found -> Key.of(found.accountId(), found.homeRegion(), found.id()))));
    places = store.table(TableSpec.json("cloudtrail_lake_places", Place.class));
    files = store.table(TableSpec.json("cloudtrail_lake_files", FileRecord.class));
    pending = store.table(TableSpec.of("cloudtrail_lake_pending", Codec.bytes()));
    policies = store.table(TableSpec.json("cloudtrail_policies", PolicyRecord.class));
    channels =
        store.table(
            TableSpec.json(
                "cloudtrail_channels",
                ChannelRecord.class,
                Index.of(BY_PLACE, found -> Key.of(found.accountId(), found.region(), found.id())),
                Index.ofMany(BY_STORE, ChannelRecord::destinations)));
    channelStatuses =
        store.table(TableSpec.json("cloudtrail_channel_status", ChannelRecord.Status.class));
    queries =
        store.table(
            TableSpec.json(
                "cloudtrail_queries",
                QueryRecord.class,
                Index.ofMany(BY_STORE, QueryRecord::storeArns)));
  }

  Store store() {
    return store;
  }

  /** By ARN. */
  Table<EventDataStoreRecord> stores() {
    return stores;
  }

  /** How far each event data store has taken in the stream, by ARN; and how far it was read. */
  Table<Place> places() {
    return places;
  }

  /** By event data store and name. */
  Table<FileRecord> files() {
    return files;
  }

  /** Sealed batches of events of channels that are in no file yet, by event data store and time. */
  Table<byte[]> pending() {
    return pending;
  }

  /** Of event data stores and channels, by ARN. */
  Table<PolicyRecord> policies() {
    return policies;
  }

  /** See {@link #queryKey}. */
  Table<QueryRecord> queries() {
    return queries;
  }

  static String queryKey(String accountId, String region, String id) {
    return Key.of(accountId, region, id);
  }

  void put(WriteTx tx, QueryRecord query) {
    queries.put(tx, queryKey(query.accountId(), query.region(), query.id()), query);
  }

  /** The queries that read an event data store. */
  List<QueryRecord> queriesOf(ReadTx tx, EventDataStoreRecord of) {
    return queries.scanByIndex(tx, BY_STORE, Scan.equal(of.arn())).stream()
        .map(row -> row.value())
        .toList();
  }

  /** By ARN. */
  Table<ChannelRecord> channels() {
    return channels;
  }

  /** By the ARN of the channel. */
  Table<ChannelRecord.Status> channelStatuses() {
    return channelStatuses;
  }

  /** The channels of an account in a Region, by id. */
  List<ChannelRecord> channelsOf(ReadTx tx, String accountId, String region) {
    return channels.scanByIndex(tx, BY_PLACE, Scan.prefix(Key.prefix(accountId, region))).stream()
        .map(row -> row.value())
        .toList();
  }

  /** Whether a channel sends events to an event data store. */
  boolean isDestination(ReadTx tx, EventDataStoreRecord of) {
    return channels.firstByIndex(tx, BY_STORE, of.arn()) != null;
  }

  /** Keeps a changed channel, and tells of the change. */
  void put(WriteTx tx, Call call, @Nullable ChannelRecord before, ChannelRecord after) {
    channels.put(tx, after.arn(), after);
    call.concerns(ChannelRecord.TYPE, after.arn());
    call.changed(tx, ChannelRecord.TYPE, after.id(), after.arn(), before, after);
  }

  /** Keeps a changed event data store, and tells of the change. */
  void put(
      WriteTx tx, Call call, @Nullable EventDataStoreRecord before, EventDataStoreRecord after) {
    stores.put(tx, after.arn(), after);
    call.concerns(EventDataStoreRecord.TYPE, after.arn());
    call.changed(tx, EventDataStoreRecord.TYPE, after.id(), after.arn(), before, after);
  }

  /** All of the installation. */
  List<EventDataStoreRecord> all(ReadTx tx) {
    return stores.scan(tx, Scan.all()).stream().map(row -> row.value()).toList();
  }

  /** Those of an account in a Region, by id. */
  List<EventDataStoreRecord> of(ReadTx tx, String accountId, String region) {
    return stores.scanByIndex(tx, BY_PLACE, Scan.prefix(Key.prefix(accountId, region))).stream()
        .map(row -> row.value())
        .toList();
  }

  /** The files of an event data store, those with the oldest events first. */
  List<FileRecord> files(ReadTx tx, String arn) {
    return files.scan(tx, Scan.prefix(Key.prefix(arn))).stream()
        .map(row -> row.value())
        .sorted((a, b) -> a.file().oldest().compareTo(b.file().oldest()))
        .toList();
  }
}

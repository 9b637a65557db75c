package dev.bulwark.messaging.eventbridge;

import dev.bulwark.base.Arn;
import dev.bulwark.messaging.ResourcePolicies;
import dev.bulwark.patterns.PatternSet;
import dev.bulwark.policy.Policy;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What EventBridge stores, and under which keys. */
final class EventTables {
  static final String BY_BUS = "bus";
  private static final String WITH_WILDCARDS = "wildcards";
  private static final String ACTIVE = "active";

  private static final int CACHED = 10_000;

  /** A bus with its policy compiled. */
  record LoadedBus(BusRecord record, @Nullable Policy policy) {
    static LoadedBus of(BusRecord record) {
      return new LoadedBus(record, ResourcePolicies.compiled(record.policy()));
    }

    BusName name() {
      return record.name();
    }

    Resource resource() {
      return Resource.of(name().arn())
          .ownedBy(name().accountId())
          .withTags(record.tags())
          .withPolicy(policy);
    }
  }

  /** A rule that may match, with its pattern. */
  record Matchable(RuleRecord rule, dev.bulwark.patterns.EventPattern pattern) {}

  /** How much an archive holds. */
  record ArchiveSize(long events, long bytes) {}

  private final Store store;

  /** By account, Region and name. */
  final Table<BusRecord> buses;

  /** By account, Region, bus and name. */
  final Table<RuleRecord> rules;

  /** By account, Region and name. */
  final Table<ArchiveRecord> archives;

  /** By account, Region and name of the archive. */
  final Table<ArchiveSize> archiveSizes;

  /**
   * Sealed, by account, Region, name of the archive, and time and number: {@link ArchivedEvents}.
   */
  final Table<byte[]> archived;

  /** By account, Region and name. */
  final Table<ReplayRecord> replays;

  /** By account, Region and name. */
  final Table<ConnectionRecord> connections;

  /** By account, Region and name. */
  final Table<DestinationRecord> destinations;

  /** How far streams were read. */
  final Table<Long> places;

  private final StoreCache<LoadedBus> loadedBuses;
  private final StoreCache<PatternSet<RuleRecord>> patterns;
  private final StoreCache<List<ArchiveRecord>> busArchives;
  private final StoreCache<Boolean> listeners;

  EventTables(Store store) {
    this.store = store;
    buses = store.table(TableSpec.json("eb_buses", BusRecord.class));
    rules =
        store.table(
            TableSpec.json(
                "eb_rules",
                RuleRecord.class,
                Index.of(
                    WITH_WILDCARDS,
                    rule ->
                        EventPatterns.usesWildcards(rule.pattern()) ? rule.bus().key() : null)));
    archives =
        store.table(
            TableSpec.json(
                "eb_archives",
                ArchiveRecord.class,
                Index.of(BY_BUS, one -> Key.of(one.bus().key(), one.name()))));
    archiveSizes = store.table(TableSpec.json("eb_archive_sizes", ArchiveSize.class));
    archived = store.table(TableSpec.of("eb_archived", Codec.bytes()));
    replays =
        store.table(
            TableSpec.json(
                "eb_replays",
                ReplayRecord.class,
                Index.of(
                    ACTIVE, one -> one.isOver() ? null : Key.of(one.accountId(), one.region()))));
    connections = store.table(TableSpec.json("eb_connections", ConnectionRecord.class));
    destinations = store.table(TableSpec.json("eb_destinations", DestinationRecord.class));
    places = store.table(TableSpec.json("eb_places", Long.class));
    loadedBuses = buses.cached(CACHED, LoadedBus::of);
    patterns = store.cache(CACHED, this::readPatterns, rules);
    busArchives = store.cache(CACHED, this::readArchives, archives);
    listeners =
        store.cache(
            1,
            (tx, any) ->
                !rules.keys(tx, Scan.all().limit(1)).isEmpty()
                    || !archives.keys(tx, Scan.all().limit(1)).isEmpty(),
            rules,
            archives);
  }

  Store store() {
    return store;
  }

  /** A bus; the default one is always there. Null for others that are not. */
  @Nullable LoadedBus find(BusName name) {
    var found = loadedBuses.get(name.key());
    return found == null && name.name().equals(BusName.DEFAULT)
        ? LoadedBus.of(BusRecord.ofDefault(name))
        : found;
  }

  /** A connection by its ARN; null where there is none. */
  @Nullable ConnectionRecord connection(String arn) {
    var found = named(arn, "connection/").map(connections::get).orElse(null);
    return found != null && found.arn().equals(arn) ? found : null;
  }

  /** An API destination by its ARN; null where there is none. */
  @Nullable DestinationRecord destination(String arn) {
    var found = named(arn, DestinationRecord.KIND).map(destinations::get).orElse(null);
    return found != null && found.arn().equals(arn) ? found : null;
  }

  private static Optional<String> named(String text, String kind) {
    return Arn.tryParse(text)
        .filter(arn -> arn.resource().startsWith(kind))
        .map(arn -> Key.of(arn.account(), arn.region(), arn.resource().split("/", -1)[1]));
  }

  /** Whether there is any rule or archive at all. */
  boolean hasListeners() {
    return Boolean.TRUE.equals(listeners.get("any"));
  }

  /** How many rules of a bus have a pattern with wildcards. */
  int wildcardRules(ReadTx tx, BusName bus) {
    return rules.scanByIndex(tx, WITH_WILDCARDS, Scan.equal(bus.key())).size();
  }

  /** How many replays are not over. */
  int activeReplays(ReadTx tx, String accountId, String region) {
    return replays.scanByIndex(tx, ACTIVE, Scan.equal(Key.of(accountId, region))).size();
  }

  /** The enabled rules of a bus that have a pattern. */
  PatternSet<RuleRecord> patterns(BusName bus) {
    var found = patterns.get(bus.key());
    return found == null
        ? PatternSet.of(List.<Matchable>of(), Matchable::rule, Matchable::pattern)
        : found;
  }

  private PatternSet<RuleRecord> readPatterns(ReadTx tx, String busKey) {
    var found = new ArrayList<Matchable>();
    rules.forEach(
        tx,
        Scan.prefix(Key.prefix(Key.split(busKey, 3).toArray(String[]::new))),
        row -> {
          var rule = row.value();
          if (rule.enabled() && rule.pattern() != null) {
            EventPatterns.stored(rule.pattern())
                .ifPresent(pattern -> found.add(new Matchable(rule, pattern)));
          }
        });
    return PatternSet.of(found, Matchable::rule, Matchable::pattern);
  }

  /** The archives that keep events of a bus. */
  List<ArchiveRecord> archives(BusName bus) {
    var found = busArchives.get(bus.key());
    return found == null ? List.of() : found;
  }

  List<ArchiveRecord> readArchives(ReadTx tx, String busKey) {
    return archives.scanByIndex(tx, BY_BUS, Scan.prefix(Key.prefix(busKey))).stream()
        .map(dev.bulwark.state.Entry::value)
        .toList();
  }
}

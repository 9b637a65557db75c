package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.MaterialRef;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What KMS stores, and under which keys; hot rows are cached, with their policies compiled. */
final class KmsTables {
  /** How many keys that are due are read at a time. */
  static final int MOST_DUE = 1000;

  private static final String BY_DUE = "due";
  private static final int PAGE = 100;
  private static final String BY_DEPARTURE = "departure";
  private static final String BY_EXPIRY = "expiry";
  private static final String BY_TARGET = "target";
  private static final String BY_STORE = "store";
  private static final String POSITION = "position";
  private static final int CACHED = 20_000;

  private final Store store;

  /** By account, Region and key id. */
  final Table<KeyRecord> keys;

  /** By account, Region and name. */
  final Table<AliasRecord> aliases;

  final KmsCounts counts;
  final KeyGrants grants;

  /** By account, Region, key id and material id: what the vault still has to forget. */
  private final Table<String> destroyed;

  /** How far the vault's log had come when the newest key was acknowledged. */
  private final Table<String> state;

  private final StoreCache<LoadedKey> loadedKeys;
  private final StoreCache<AliasRecord> loadedAliases;
  private final StoreCache<List<String>> aliasNames;

  KmsTables(Store store) {
    this.store = store;
    keys =
        store.table(
            TableSpec.json(
                "kms_keys",
                KeyRecord.class,
                Index.of(
                    BY_DEPARTURE, key -> key.departure().map(KmsTables::sortable).orElse(null)),
                Index.of(BY_STORE, KmsTables::ofStore),
                Index.of(BY_DUE, key -> key.nextDue().map(KmsTables::sortable).orElse(null)),
                Index.of(BY_EXPIRY, key -> key.expiry() == null ? null : key.expiry().toString())));
    aliases =
        store.table(
            TableSpec.json(
                "kms_aliases",
                AliasRecord.class,
                Index.of(BY_TARGET, a -> Key.of(a.accountId(), a.region(), a.keyId(), a.name()))));
    counts = new KmsCounts(store);
    grants = new KeyGrants(store, counts);
    destroyed = store.table(TableSpec.of("kms_destroyed", Codec.string()));
    state = store.table(TableSpec.of("kms_state", Codec.string()));
    loadedKeys = keys.cached(CACHED, LoadedKey::of);
    loadedAliases = aliases.cached(CACHED);
    aliasNames = store.cache(CACHED, this::readAliasNames, aliases);
    store.run(tx -> counts.begin(tx, keys, grants.table()));
  }

  Store store() {
    return store;
  }

  static String key(KeyIdentity key) {
    return Key.of(key.accountId(), key.region(), key.keyId());
  }

  static String key(AliasRecord alias) {
    return Key.of(alias.accountId(), alias.region(), alias.name());
  }

  @Nullable LoadedKey findKey(String accountId, String region, String keyId) {
    return loadedKeys.get(Key.of(accountId, region, keyId));
  }

  @Nullable AliasRecord findAlias(String accountId, String region, String name) {
    return loadedAliases.get(Key.of(accountId, region, name));
  }

  /** The names of a key's aliases. */
  List<String> aliasesOf(KeyRecord key) {
    var names = aliasNames.get(Key.prefix(key.accountId(), key.region(), key.keyId()));
    return names == null ? List.of() : names;
  }

  private List<String> readAliasNames(ReadTx tx, String prefix) {
    return aliases.scanByIndex(tx, BY_TARGET, Scan.prefix(prefix)).stream()
        .map(entry -> entry.value().name())
        .toList();
  }

  List<Entry<AliasRecord>> aliasesOf(ReadTx tx, KeyIdentity key, Scan page) {
    return aliases.scanByIndex(tx, BY_TARGET, page);
  }

  static Scan aliasesOf(KeyIdentity key) {
    return Scan.prefix(Key.prefix(key.accountId(), key.region(), key.keyId()));
  }

  /** Calls for each key whose imported material expires, or has. */
  void forEachExpiring(Consumer<KeyRecord> consumer) {
    String after = null;
    do {
      var from = after;
      var page =
          store.read(tx -> keys.scanByIndex(tx, BY_EXPIRY, Scan.all().after(from).limit(PAGE)));
      page.forEach(entry -> consumer.accept(entry.value()));
      after = page.size() < PAGE ? null : page.getLast().cursor();
    } while (after != null);
  }

  /** Keys whose waiting period is over, those first that have been due longest. */
  List<KeyRecord> leaving(Instant now) {
    return until(now, BY_DEPARTURE, KeyRecord::departure);
  }

  /** Keys whose rotation is due by now, or whose imported material has expired. */
  List<KeyRecord> due(Instant now) {
    return until(now, BY_DUE, KeyRecord::nextDue);
  }

  /** Reads a page more than is due, and no more. */
  private List<KeyRecord> until(
      Instant now, String index, Function<KeyRecord, Optional<Instant>> time) {
    return store.read(
        tx -> {
          var due = new ArrayList<KeyRecord>();
          String after = null;
          while (due.size() < MOST_DUE) {
            var page = keys.scanByIndex(tx, index, Scan.all().after(after).limit(PAGE));
            for (var entry : page) {
              if (time.apply(entry.value()).filter(at -> !at.isAfter(now)).isEmpty()) {
                return due;
              }
              due.add(entry.value());
            }
            if (page.size() < PAGE) {
              return due;
            }
            after = page.getLast().cursor();
          }
          return due;
        });
  }

  private static String sortable(Instant time) {
    return "%019d".formatted(time.toEpochMilli());
  }

  private static @Nullable String ofStore(KeyRecord key) {
    var identity = key.identity();
    return identity.keyStoreId() == null
        ? null
        : Key.of(identity.accountId(), identity.region(), identity.keyStoreId());
  }

  /** Whether a custom key store has keys, those included that wait for their deletion. */
  boolean hasKeysOfStore(ReadTx tx, String accountId, String region, String storeId) {
    return keys.firstByIndex(tx, BY_STORE, Key.of(accountId, region, storeId)) != null;
  }

  // What ties store and vault together

  /**
   * Notes that the vault has what this transaction refers to. At the next start a log that is
   * shorter has lost something.
   */
  void notePosition(WriteTx tx, long position) {
    state.put(tx, POSITION, Long.toString(position));
  }

  long notedPosition() {
    var noted = state.get(POSITION);
    return noted == null ? 0 : Long.parseLong(noted);
  }

  /** Has the vault forget material once this transaction is durable, whatever comes between. */
  void destroyLater(WriteTx tx, MaterialRef ref) {
    destroyed.put(tx, row(ref), "");
  }

  /** It has come back. */
  void destroyNoMore(WriteTx tx, MaterialRef ref) {
    destroyed.delete(tx, row(ref));
  }

  private static String row(MaterialRef ref) {
    return Key.of(ref.accountId(), ref.region(), ref.keyId(), ref.materialId());
  }

  List<MaterialRef> toDestroy() {
    return store.read(
        tx ->
            destroyed.keys(tx, Scan.all()).stream()
                .map(key -> Key.split(key, 4))
                .map(p -> new MaterialRef(p.get(0), p.get(1), p.get(2), p.get(3)))
                .toList());
  }

  /** The vault has forgotten these. */
  void destroyedNow(List<MaterialRef> refs) {
    store.append(tx -> refs.forEach(ref -> destroyed.delete(tx, row(ref))));
  }
}

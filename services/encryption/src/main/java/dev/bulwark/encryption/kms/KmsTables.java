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
import org.jspecify.annotations.Nullable;

/** What KMS stores, and under which keys; hot rows are cached, with their policies compiled. */
final class KmsTables {
  private static final String BY_DUE = "due";
  private static final int MOST_DUE = 1000;
  private static final String BY_DELETION = "deletion";
  private static final String BY_EXPIRY = "expiry";
  private static final String BY_TARGET = "target";
  private static final String BY_RETIRING = "retiring";
  private static final String POSITION = "position";
  private static final int CACHED = 20_000;

  private final Store store;

  /** By account, Region and key id. */
  final Table<KeyRecord> keys;

  /** By account, Region and name. */
  final Table<AliasRecord> aliases;

  /** By account, Region, key id and grant id. */
  final Table<GrantRecord> grants;

  /** By account, Region, key id and material id: what the vault still has to forget. */
  private final Table<String> destroyed;

  /** How far the vault's log had come when the newest key was acknowledged. */
  private final Table<String> state;

  private final StoreCache<LoadedKey> loadedKeys;
  private final StoreCache<AliasRecord> loadedAliases;
  private final StoreCache<List<String>> aliasNames;
  private final StoreCache<List<GrantRecord>> keyGrants;

  KmsTables(Store store) {
    this.store = store;
    keys =
        store.table(
            TableSpec.json(
                "kms_keys",
                KeyRecord.class,
                Index.of(
                    BY_DELETION,
                    key ->
                        key.deletion() == null
                            ? null
                            : key.deletion().date() == null
                                ? "-"
                                : key.deletion().date().toString()),
                Index.of(BY_DUE, key -> key.nextDue().map(KmsTables::sortable).orElse(null)),
                Index.of(BY_EXPIRY, key -> key.expiry() == null ? null : key.expiry().toString())));
    aliases =
        store.table(
            TableSpec.json(
                "kms_aliases",
                AliasRecord.class,
                Index.of(BY_TARGET, a -> Key.of(a.accountId(), a.region(), a.keyId(), a.name()))));
    grants =
        store.table(
            TableSpec.json(
                "kms_grants",
                GrantRecord.class,
                Index.of(
                    BY_RETIRING,
                    g ->
                        g.retiring() == null
                            ? null
                            : Key.of(g.retiring(), g.accountId(), g.region()))));
    destroyed = store.table(TableSpec.of("kms_destroyed", Codec.string()));
    state = store.table(TableSpec.of("kms_state", Codec.string()));
    loadedKeys = keys.cached(CACHED, LoadedKey::of);
    loadedAliases = aliases.cached(CACHED);
    aliasNames = store.cache(CACHED, this::readAliasNames, aliases);
    keyGrants = store.cache(CACHED, this::readGrants, grants);
  }

  Store store() {
    return store;
  }

  static String key(KeyIdentity key) {
    return Key.of(key.accountId(), key.region(), key.keyId());
  }

  static String key(GrantRecord grant) {
    return Key.of(grant.accountId(), grant.region(), grant.keyId(), grant.grantId());
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

  /** All grants on a key. */
  List<GrantRecord> grantsOn(KeyRecord key) {
    return grantsUnder(grantsPrefix(key));
  }

  /** The same of a key that is at hand. */
  List<GrantRecord> grantsOn(LoadedKey key) {
    return grantsUnder(key.grants());
  }

  /** What the keys of the grants on a key begin with. */
  static String grantsPrefix(KeyRecord key) {
    return Key.prefix(key.accountId(), key.region(), key.keyId());
  }

  private List<GrantRecord> grantsUnder(String prefix) {
    var found = keyGrants.get(prefix);
    return found == null ? List.of() : found;
  }

  private List<GrantRecord> readGrants(ReadTx tx, String prefix) {
    var found = new ArrayList<GrantRecord>();
    grants.forEach(tx, Scan.prefix(prefix), entry -> found.add(entry.value()));
    return List.copyOf(found);
  }

  /** The grants on keys of all accounts and Regions that a principal can retire. */
  List<Entry<GrantRecord>> retirableBy(
      ReadTx tx, String stored, @Nullable String after, int limit) {
    return grants.scanByIndex(
        tx, BY_RETIRING, Scan.prefix(Key.prefix(stored)).after(after).limit(limit));
  }

  /** Keys whose imported material expires, or has. */
  List<KeyRecord> expiring(ReadTx tx) {
    return keys.scanByIndex(tx, BY_EXPIRY, Scan.all()).stream().map(Entry::value).toList();
  }

  /** Keys whose waiting period is over at that time, and primaries that wait for replicas. */
  List<KeyRecord> leaving(ReadTx tx) {
    return keys.scanByIndex(tx, BY_DELETION, Scan.all()).stream().map(Entry::value).toList();
  }

  /** Keys whose rotation is due by now, or whose imported material has expired. */
  List<KeyRecord> due(Instant now) {
    var limit = sortable(now);
    return store.read(
        tx ->
            keys.scanByIndex(tx, BY_DUE, Scan.all().limit(MOST_DUE)).stream()
                .map(Entry::value)
                .filter(
                    key -> key.nextDue().map(KmsTables::sortable).orElse("~").compareTo(limit) <= 0)
                .toList());
  }

  private static String sortable(Instant time) {
    return "%019d".formatted(time.toEpochMilli());
  }

  /** Whether a custom key store has keys, those included that wait for their deletion. */
  boolean hasKeysOfStore(ReadTx tx, String accountId, String region, String storeId) {
    var found = new boolean[1];
    keys.forEach(
        tx,
        Scan.prefix(Key.prefix(accountId, region)),
        entry -> found[0] |= storeId.equals(entry.value().identity().keyStoreId()));
    return found[0];
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

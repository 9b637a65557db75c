package dev.bulwark.encryption.kms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.policy.Requester;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The grants that are stored. A decision looks at those alone that are made to the caller, and
 * finds them in memory until a grant on the same key comes or goes; a key without grants costs one
 * look there.
 */
final class KeyGrants {
  private static final String BY_GRANTEE = "grantee";
  private static final String BY_CONTENT = "content";
  private static final String BY_RETIRER = "retirer";
  private static final int CACHED_KEYS = 20_000;
  private static final long CACHED_BYTES = 32 << 20;

  private final Store store;

  /** By account, Region, key id and grant id. */
  private final Table<GrantRecord> grants;

  private final KmsCounts counts;

  /** By key, where it has grants: what those in {@link #held} belong to. */
  private final StoreCache<Object> generations;

  private record Place(String key, String grantee) {}

  private record Held(Object generation, List<GrantRecord> grants) {
    /** About. */
    int bytes() {
      return 200
          + grants.stream()
              .mapToInt(one -> 500 + length(one.contextEquals()) + length(one.contextSubset()))
              .sum();
    }

    private static int length(@Nullable Map<String, String> pairs) {
      return pairs == null
          ? 0
          : pairs.entrySet().stream()
              .mapToInt(pair -> 100 + pair.getKey().length() + pair.getValue().length())
              .sum();
    }
  }

  private final Cache<Place, Held> held =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_BYTES)
          .<Place, Held>weigher((place, one) -> one.bytes())
          .executor(Runnable::run)
          .build();

  KeyGrants(Store store, KmsCounts counts) {
    this.store = store;
    this.counts = counts;
    grants =
        store.table(
            TableSpec.json(
                "kms_grants",
                GrantRecord.class,
                Index.of(BY_GRANTEE, g -> Key.of(KmsCounts.grantsOn(g), g.grantee())),
                Index.of(
                    BY_CONTENT,
                    g ->
                        g.name() == null
                            ? null
                            : Key.of(KmsCounts.grantsOn(g), Integer.toString(g.content()))),
                Index.of(
                    BY_RETIRER,
                    g -> g.retiring() == null ? null : Key.of(g.retiring(), g.region()))));
    generations = counts.generations(CACHED_KEYS);
  }

  Table<GrantRecord> table() {
    return grants;
  }

  private static String row(GrantRecord grant) {
    return Key.of(grant.accountId(), grant.region(), grant.keyId(), grant.grantId());
  }

  // Decisions

  /**
   * The grants on a key that are made to a principal: to itself, to whom its session comes from, or
   * to its account; a list for each of these.
   *
   * @param key its row
   */
  List<List<GrantRecord>> to(Principal principal, String key) {
    var generation = generations.get(key);
    return generation == null
        ? List.of()
        : names(Authorizer.requester(principal)).map(name -> to(name, key, generation)).toList();
  }

  /** Who a requester can be called in what is stored. */
  private static Stream<String> names(Requester requester) {
    var account = "arn:aws:iam::" + requester.accountId() + ":root";
    return switch (requester) {
      case Requester.AccountRoot root -> Stream.of(account);
      case Requester.IamUser user -> Stream.of(user.userId(), account);
      // Grants of before name sessions by their ARN.
      case Requester.RoleSession session ->
          Stream.of(session.sessionId(), session.sessionArn(), session.roleId(), account);
      case Requester.FederatedUser user ->
          user.issuerId() == null
              ? Stream.of(user.arn(), account)
              : Stream.of(user.arn(), user.issuerId(), account);
      case Requester.ServicePrincipal service -> Stream.of(service.name());
      case Requester.WebIdentity identity -> Stream.of();
      case Requester.Anonymous() -> Stream.of();
    };
  }

  /**
   * Rows that were read before a change are kept under the generation before it, where nobody finds
   * them after.
   */
  private List<GrantRecord> to(String grantee, String key, Object generation) {
    var place = new Place(key, grantee);
    var known = held.getIfPresent(place);
    if (known != null && known.generation() == generation) {
      return known.grants();
    }
    var found =
        store.read(
            tx ->
                Stream.iterate(
                        page(tx, key, grantee, null),
                        page -> !page.isEmpty(),
                        page -> page(tx, key, grantee, page.getLast().cursor()))
                    .flatMap(List::stream)
                    .map(Entry::value)
                    .toList());
    held.put(place, new Held(generation, found));
    return found;
  }

  private List<Entry<GrantRecord>> page(
      ReadTx tx, String key, String grantee, @Nullable String after) {
    return grants.scanByIndex(tx, BY_GRANTEE, Scan.equal(Key.of(key, grantee)).after(after));
  }

  // Administration

  Optional<GrantRecord> find(KeyRecord key, String grantId) {
    return Optional.ofNullable(
        grants.get(Key.of(key.accountId(), key.region(), key.keyId(), grantId)));
  }

  /** The named grant that the same request made before. */
  Optional<GrantRecord> same(ReadTx tx, GrantRecord wanted) {
    return wanted.name() == null
        ? Optional.empty()
        : grants
            .scanByIndex(
                tx,
                BY_CONTENT,
                Scan.equal(Key.of(KmsCounts.grantsOn(wanted), Integer.toString(wanted.content()))))
            .stream()
            .map(Entry::value)
            .filter(wanted::isSameAs)
            .findFirst();
  }

  int count(ReadTx tx, GrantRecord beside) {
    return counts.get(tx, KmsCounts.grantsOn(beside));
  }

  void insert(WriteTx tx, GrantRecord grant) {
    grants.insert(tx, row(grant), grant);
    counts.add(tx, KmsCounts.grantsOn(grant), 1);
  }

  void delete(WriteTx tx, GrantRecord grant) {
    if (grants.delete(tx, row(grant))) {
      counts.add(tx, KmsCounts.grantsOn(grant), -1);
    }
  }

  void deleteAll(WriteTx tx, KeyRecord key) {
    grants.deleteAll(tx, Key.prefix(key.accountId(), key.region(), key.keyId()));
    counts.set(tx, KmsTables.key(key.identity()), 0);
  }

  // Lists

  /**
   * A page of the grants on a key.
   *
   * @param grantee to whom alone; null for all
   */
  List<Entry<GrantRecord>> page(
      ReadTx tx, KeyRecord key, @Nullable String grantee, @Nullable String after, int limit) {
    return grantee == null
        ? grants.scan(
            tx,
            Scan.prefix(Key.prefix(key.accountId(), key.region(), key.keyId()))
                .after(after)
                .limit(limit))
        : grants.scanByIndex(
            tx,
            BY_GRANTEE,
            Scan.equal(Key.of(KmsTables.key(key.identity()), grantee)).after(after).limit(limit));
  }

  /** A page of the grants on keys of all accounts in a Region that a principal can retire. */
  List<Entry<GrantRecord>> retirableBy(
      ReadTx tx, String stored, String region, @Nullable String after, int limit) {
    return grants.scanByIndex(
        tx, BY_RETIRER, Scan.equal(Key.of(stored, region)).after(after).limit(limit));
  }
}

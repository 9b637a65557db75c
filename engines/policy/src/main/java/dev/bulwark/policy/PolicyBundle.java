package dev.bulwark.policy;

import dev.bulwark.policy.StatementIndex.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several policies of one type, merged and indexed once. Immutable: cache it for as long as the
 * policies stay the same.
 */
public final class PolicyBundle {
  /** No policies: allows nothing. */
  public static final PolicyBundle EMPTY = new PolicyBundle(List.of());

  private final List<AttachedPolicy> policies;
  private final StatementIndex denies;
  private final StatementIndex allows;

  /** Computed when it is first asked for; several threads may do so, and find the same. */
  private volatile @Nullable String fingerprint;

  private PolicyBundle(List<AttachedPolicy> policies) {
    this.policies = policies;
    List<Entry> denies = new ArrayList<>();
    List<Entry> allows = new ArrayList<>();
    for (var attached : policies) {
      for (var statement : attached.policy().compiled()) {
        (statement.isDeny() ? denies : allows).add(new Entry(statement, attached.source()));
      }
    }
    this.denies = new StatementIndex(denies);
    this.allows = new StatementIndex(allows);
  }

  /** Indexes policies; the order matters only for which of several statements a decision names. */
  public static PolicyBundle of(List<AttachedPolicy> policies) {
    return policies.isEmpty() ? EMPTY : new PolicyBundle(List.copyOf(policies));
  }

  /** Indexes policies. */
  public static PolicyBundle of(AttachedPolicy... policies) {
    return of(List.of(policies));
  }

  /** The policies, in the order given. */
  public List<AttachedPolicy> policies() {
    return policies;
  }

  /** A statement that denies the request, if any. */
  @Nullable Entry denying(Query query) {
    return reaching(denies, query, Reach.ACCOUNT);
  }

  /** A statement that allows the request, if any. */
  @Nullable Entry allowing(Query query) {
    return reaching(allows, query, Reach.ACCOUNT);
  }

  /** A statement that allows the request and reaches the requester at least so directly, if any. */
  @Nullable Entry allowing(Query query, Reach least) {
    return reaching(allows, query, least);
  }

  private static @Nullable Entry reaching(StatementIndex index, Query query, Reach least) {
    for (var entry : index.naming(query)) {
      if (entry.statement().reach(query).compareTo(least) >= 0) {
        return entry;
      }
    }
    var found = matching(index.inService(query), query, least);
    return found != null ? found : matching(index.general(), query, least);
  }

  private static @Nullable Entry matching(Entry[] entries, Query query, Reach least) {
    for (var entry : entries) {
      var statement = entry.statement();
      if (statement.matchesAction(query.action()) && statement.reach(query).compareTo(least) >= 0) {
        return entry;
      }
    }
    return null;
  }

  /**
   * The condition keys that the request lacks and that statements about its action and resource ask
   * for, as they are written there, in order.
   */
  List<String> missingKeys(Query query) {
    Set<String> missing = new LinkedHashSet<>();
    var context = query.request().context();
    for (var attached : policies) {
      for (var statement : attached.policy().compiled()) {
        if (statement.matchesAction(query.action()) && statement.mayMatchResource(query)) {
          statement.forEachKey(
              key -> {
                if (context.get(key) == null) {
                  missing.add(key);
                }
              });
        }
      }
    }
    return List.copyOf(missing);
  }

  /** The statements about the request's action that would allow it but for something else. */
  List<NearMiss> nearMisses(PolicyType type, int level, Query query) {
    List<NearMiss> found = new ArrayList<>();
    for (var attached : policies) {
      for (var statement : attached.policy().compiled()) {
        if (!statement.isDeny()
            && statement.matchesAction(query.action())
            && statement.reach(query) == Reach.NONE) {
          found.add(statement.nearMiss(type, level, attached.source(), query));
        }
      }
    }
    return found;
  }

  /**
   * Tells policies from others, of other times too: 16 hexadecimal digits of a digest over names
   * and statements.
   */
  public String fingerprint() {
    var known = fingerprint;
    if (known == null) {
      known = digest();
      fingerprint = known;
    }
    return known;
  }

  private String digest() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var attached : policies) {
        var text = attached.source() + attached.policy().version() + attached.policy().statements();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Every statement that matches the request, in order of policies. */
  List<Explanation.Match> matches(Query query) {
    List<Explanation.Match> matches = new ArrayList<>();
    for (var attached : policies) {
      for (var statement : attached.policy().compiled()) {
        if (statement.matchesAction(query.action()) && statement.reach(query) != Reach.NONE) {
          matches.add(new Explanation.Match(attached.source(), statement.source));
        }
      }
    }
    return matches;
  }
}

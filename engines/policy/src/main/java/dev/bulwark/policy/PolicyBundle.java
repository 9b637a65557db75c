package dev.bulwark.policy;

import dev.bulwark.policy.StatementIndex.Entry;
import java.util.ArrayList;
import java.util.List;
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
  @Nullable Entry denying(AuthorizationRequest request, ActionName action) {
    return reaching(denies, request, action, Reach.ACCOUNT);
  }

  /** A statement that allows the request, if any. */
  @Nullable Entry allowing(AuthorizationRequest request, ActionName action) {
    return reaching(allows, request, action, Reach.ACCOUNT);
  }

  /** A statement that allows the request and reaches the requester at least so directly, if any. */
  @Nullable Entry allowing(AuthorizationRequest request, ActionName action, Reach least) {
    return reaching(allows, request, action, least);
  }

  private static @Nullable Entry reaching(
      StatementIndex index, AuthorizationRequest request, ActionName action, Reach least) {
    for (var entry : index.naming(action)) {
      if (entry.statement().reach(request).compareTo(least) >= 0) {
        return entry;
      }
    }
    var found = matching(index.inService(action), request, action, least);
    return found != null ? found : matching(index.general(), request, action, least);
  }

  private static @Nullable Entry matching(
      Entry[] entries, AuthorizationRequest request, ActionName action, Reach least) {
    for (var entry : entries) {
      var statement = entry.statement();
      if (statement.matchesAction(action.lowerCase())
          && statement.reach(request).compareTo(least) >= 0) {
        return entry;
      }
    }
    return null;
  }

  /** Every statement that matches the request, in order of policies. */
  List<Explanation.Match> matches(AuthorizationRequest request, ActionName action) {
    List<Explanation.Match> matches = new ArrayList<>();
    for (var attached : policies) {
      for (var statement : attached.policy().compiled()) {
        if (statement.matchesAction(action.lowerCase()) && statement.reach(request) != Reach.NONE) {
          matches.add(new Explanation.Match(attached.source(), statement.source));
        }
      }
    }
    return matches;
  }
}

package dev.bulwark.audit.cloudtrail;

import dev.bulwark.state.StoreCache;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which trails have Insights about what: those of the account, and those of its organization. */
final class InsightWatch {
  private static final String ALL = "all";

  private final TrailOrganizations organizations;
  private final StoreCache<List<TrailRecord>> trails;

  InsightWatch(TrailTables tables, TrailOrganizations organizations) {
    this.organizations = organizations;
    this.trails =
        tables
            .store()
            .cache(
                1,
                (tx, key) ->
                    tables.all(tx).stream()
                        .filter(trail -> trail.logging() && !trail.insights().isEmpty())
                        .toList(),
                tables.trails());
  }

  /** Whether any trail has Insights. */
  boolean isEmpty() {
    return all().isEmpty();
  }

  private List<TrailRecord> all() {
    return Objects.requireNonNullElse(trails.get(ALL), List.of());
  }

  /** The trails that have Insights of a type for an account in a Region. */
  List<TrailRecord> trails(String accountId, String region, String type) {
    var found = new ArrayList<TrailRecord>(1);
    for (var trail : all()) {
      var settings = trail.settings();
      if (trail.insights().contains(type)
          && (settings.multiRegion() || trail.homeRegion().equals(region))
          && isOf(trail, accountId)) {
        found.add(trail);
      }
    }
    return found;
  }

  private boolean isOf(TrailRecord trail, String accountId) {
    if (trail.accountId().equals(accountId)) {
      return true;
    }
    var organization = trail.settings().organizationId();
    return organization != null
        && organizations.of(accountId).filter(one -> one.id().equals(organization)).isPresent();
  }

  /** Since when a type is watched; null where it is not. */
  @Nullable Instant since(String accountId, String region, String type) {
    Instant earliest = null;
    for (var trail : trails(accountId, region, type)) {
      var since = trail.insightsSince();
      if (since != null && (earliest == null || since.isBefore(earliest))) {
        earliest = since;
      }
    }
    return earliest;
  }
}

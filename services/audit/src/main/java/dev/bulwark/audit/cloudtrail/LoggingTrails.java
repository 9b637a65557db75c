package dev.bulwark.audit.cloudtrail;

import dev.bulwark.events.ApiCall;
import dev.bulwark.state.StoreCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which trails log an event: those of its account, and those of its organization. */
final class LoggingTrails {
  private static final String ALL = "all";

  private final TrailOrganizations organizations;

  /** Those that have ever been started, by account. */
  private final StoreCache<Map<String, List<TrailRecord>>> trails;

  LoggingTrails(TrailTables tables, TrailOrganizations organizations) {
    this.organizations = organizations;
    this.trails = tables.store().cache(1, (tx, key) -> byAccount(tables.all(tx)), tables.trails());
  }

  private static Map<String, List<TrailRecord>> byAccount(List<TrailRecord> all) {
    var found = new HashMap<String, List<TrailRecord>>();
    for (var trail : all) {
      if (trail.started() != null) {
        found.computeIfAbsent(trail.accountId(), account -> new ArrayList<>(1)).add(trail);
      }
    }
    return found;
  }

  private Map<String, List<TrailRecord>> all() {
    var found = trails.get(ALL);
    return found == null ? Map.of() : found;
  }

  /** Whether no trail has ever been started. */
  boolean isEmpty() {
    return all().isEmpty();
  }

  /** The trails that log an event. */
  List<TrailRecord> of(ApiCall call) {
    var all = all();
    if (all.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<TrailRecord>(1);
    for (var trail : all.getOrDefault(call.accountId(), List.of())) {
      if (EventSelection.logs(trail, call)) {
        found.add(trail);
      }
    }
    var organization = organizations.of(call.accountId()).orElse(null);
    if (organization != null && !organization.managementAccountId().equals(call.accountId())) {
      for (var trail : all.getOrDefault(organization.managementAccountId(), List.of())) {
        if (organization.id().equals(trail.settings().organizationId())
            && EventSelection.logs(trail, call)) {
          found.add(trail);
        }
      }
    }
    return found;
  }
}

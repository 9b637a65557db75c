package dev.bulwark.identity.iam;

import dev.bulwark.access.PolicySource;
import dev.bulwark.events.EventStreams;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

/** The policy simulator and the access advisor, and what they stand on beside IAM's own tables. */
public final class AccessInsight implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final PolicySource enforced;
  private final AccessTables access;
  private final AccessUses uses;
  private final Supplier<Collection<ServiceTable>> services;
  private final Clock clock;

  /**
   * Over a store and its stream of API calls.
   *
   * @param enforced the policies that real requests are decided with
   * @param services the tables of all services, once they are there: their actions are tracked
   */
  public AccessInsight(
      PolicySource enforced,
      Store store,
      EventStreams events,
      Supplier<Collection<ServiceTable>> services,
      Clock clock) {
    this.enforced = enforced;
    this.access = new AccessTables(store);
    this.uses = new AccessUses(access, events);
    this.services = services;
    this.clock = clock;
  }

  /** Begins to follow the stream. */
  public void start() {
    uses.start(INTERVAL);
  }

  /** What each principal used last. */
  public AccessUses uses() {
    return uses;
  }

  void addTo(
      ServiceTable.Builder lines,
      IamTables iam,
      IamTargets at,
      PolicyCatalog catalog,
      Attachments attachments) {
    var policies = new EntityPolicies(iam, catalog);
    new SimulationOperations(at, new PolicySimulator(iam, policies, enforced)).addTo(lines);
    var reports =
        new AccessReports(iam, catalog, policies, attachments, uses, this::trackedActions);
    var jobs = new AccessJobs(access, reports, uses, clock);
    new AccessOperations(at, new AccessAdvisor(iam, policies, reports, jobs)).addTo(lines);
  }

  /** The reports on organizations, over the same uses. */
  public OrganizationReports organizationReports(OrganizationScopes scopes) {
    return new OrganizationReports(access, uses, scopes, clock);
  }

  /** Data events are in no report on actions, at AWS neither. */
  private Collection<String> trackedActions(String service) {
    return services.get().stream()
        .filter(table -> table.model().info().actionPrefix().equals(service))
        .flatMap(table -> table.entries().stream())
        .filter(entry -> !entry.dataEvent())
        .map(ServiceTable.Entry::actionName)
        .toList();
  }

  @Override
  public void close() {
    uses.close();
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AccessDetail;
import dev.bulwark.api.iam.GenerateOrganizationsAccessReportRequest;
import dev.bulwark.api.iam.GenerateOrganizationsAccessReportResponse;
import dev.bulwark.api.iam.GetOrganizationsAccessReportRequest;
import dev.bulwark.api.iam.GetOrganizationsAccessReportResponse;
import dev.bulwark.api.iam.IamApi;
import dev.bulwark.api.iam.JobStatusType;
import dev.bulwark.api.iam.SortKeyType;
import dev.bulwark.identity.iam.AccessJobRecord.EntityUse;
import dev.bulwark.identity.iam.AccessJobRecord.Service;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.ReadTx;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The access advisor for organizations: which services the service control policies leave to a
 * root, unit or account, and in which accounts these were used last.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html">View
 *     last accessed information for Organizations</a>
 */
public final class OrganizationReports {
  /** AWS does not document its limit. */
  private static final int MOST_RUNNING = 20;

  private static final Comparator<Service> BY_NAMESPACE = Comparator.comparing(Service::namespace);

  /** Services that nobody has used come before all others. */
  private static final Comparator<Service> BY_TIME =
      Comparator.<Service, Instant>comparing(
              service -> service.latest().map(EntityUse::last).orElse(Instant.EPOCH))
          .thenComparing(BY_NAMESPACE);

  private final AccessUses uses;
  private final OrganizationScopes scopes;
  private final AccessJobs jobs;

  OrganizationReports(
      AccessTables tables, AccessUses uses, OrganizationScopes scopes, Clock clock) {
    this.uses = uses;
    this.scopes = scopes;
    this.jobs = new AccessJobs(tables, this::made, uses, clock);
  }

  /** Adds the operations to IAM's table. */
  public void addTo(ServiceTable.Builder lines) {
    lines
        .on(IamApi.GENERATE_ORGANIZATIONS_ACCESS_REPORT)
        .permissions(OrganizationReports::permission)
        .readOnly(false)
        .handle(this::generate)
        .on(IamApi.GET_ORGANIZATIONS_ACCESS_REPORT)
        .action("iam:GetOrganizationsAccessReport")
        .anyResource()
        .handle(this::get);
  }

  private static List<Permission> permission(
      GenerateOrganizationsAccessReportRequest in, Call call) {
    return List.of(
        new Permission(
            "iam:GenerateOrganizationsAccessReport",
            Resource.of("arn:aws:iam::" + call.accountId() + ":access-report/" + in.entityPath()),
            IamKeys.none().organizationsPolicy(in.organizationsPolicyId()).build()));
  }

  private String organization(Call call) {
    return scopes.managedBy(call.accountId()).orElseThrow(() -> AccessErrors.notManagement(call));
  }

  /** What is wrong with path and policy is for the report to tell: no error is modelled for it. */
  private GenerateOrganizationsAccessReportResponse generate(
      GenerateOrganizationsAccessReportRequest in, Call call) {
    var organization = organization(call);
    if (jobs.running(call.accountId()) >= MOST_RUNNING) {
      throw AccessErrors.tooManyReports();
    }
    return jobs.begin(
        call,
        organization,
        in.entityPath(),
        in.organizationsPolicyId(),
        false,
        GenerateOrganizationsAccessReportResponse::new);
  }

  private AccessJobRecord made(ReadTx tx, AccessJobRecord job, Instant time) {
    var scope = scopes.scope(tx, job.owner(), job.subject(), job.policyId());
    var allowed = allowed(scope);
    var byService = new TreeMap<String, List<EntityUse>>();
    allowed.forEach(service -> byService.put(service, new ArrayList<>()));
    var oldest = job.created().minus(AccessReports.TRACKED);
    scope
        .accounts()
        .forEach(
            (account, path) ->
                uses.ofServices(tx, account)
                    .forEach(
                        (service, use) -> {
                          var found = byService.get(service);
                          if (found != null && !use.time().isBefore(oldest)) {
                            found.add(new EntityUse(path, use.time(), use.region()));
                          }
                        }));
    var services = new ArrayList<Service>();
    byService.forEach(
        (service, found) -> {
          found.sort(EntityUse.LATEST_FIRST);
          services.add(new Service(service, found, List.of()));
        });
    return job.completed(time, List.of(), services);
  }

  /** What every level allows. */
  private static Set<String> allowed(OrganizationScopes.Scope scope) {
    if (scope.levels().isEmpty()) {
      return ServiceNames.known();
    }
    var allowed = new TreeSet<>(GrantedServices.of(scope.levels().getFirst()));
    scope.levels().stream().skip(1).map(GrantedServices::of).forEach(allowed::retainAll);
    return allowed;
  }

  private GetOrganizationsAccessReportResponse get(
      GetOrganizationsAccessReportRequest in, Call call) {
    var order = order(in.sortKey());
    var job = jobs.require(call, organization(call), in.jobId());
    var page =
        Pages.inOrder(job.services().stream().sorted(order).toList(), in.maxItems(), in.marker());
    var answer =
        GetOrganizationsAccessReportResponse.builder()
            .jobStatus(job.status().value())
            .jobCreationDate(job.created())
            .jobCompletionDate(job.completed())
            .errorDetails(job.error())
            .isTruncated(page.truncated())
            .marker(page.marker());
    return job.status() == JobStatusType.COMPLETED
        ? answer
            .numberOfServicesAccessible(job.services().size())
            .numberOfServicesNotAccessed(unused(job.services()))
            .accessDetails(page.map(OrganizationReports::view))
            .build()
        : answer.build();
  }

  private static int unused(Collection<Service> services) {
    return (int) services.stream().filter(service -> service.uses().isEmpty()).count();
  }

  private static Comparator<Service> order(@Nullable String sortKey) {
    var key = sortKey == null ? null : SortKeyType.fromValue(sortKey);
    return switch (key) {
      case SERVICE_NAMESPACE_ASCENDING -> BY_NAMESPACE;
      case SERVICE_NAMESPACE_DESCENDING -> BY_NAMESPACE.reversed();
      case LAST_AUTHENTICATED_TIME_ASCENDING -> BY_TIME;
      case LAST_AUTHENTICATED_TIME_DESCENDING -> BY_TIME.reversed();
      case null -> BY_NAMESPACE;
    };
  }

  private static AccessDetail view(Service service) {
    var latest = service.latest();
    return AccessDetail.builder()
        .serviceName(ServiceNames.of(service.namespace()))
        .serviceNamespace(service.namespace())
        .region(latest.map(EntityUse::region).orElse(null))
        .entityPath(latest.map(EntityUse::arn).orElse(null))
        .lastAuthenticatedTime(latest.map(EntityUse::last).orElse(null))
        .totalAuthenticatedEntities(service.uses().size())
        .build();
  }
}

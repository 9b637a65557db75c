package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.api.iam.AccessAdvisorUsageGranularityType;
import dev.bulwark.api.iam.EntityDetails;
import dev.bulwark.api.iam.EntityInfo;
import dev.bulwark.api.iam.GenerateServiceLastAccessedDetailsRequest;
import dev.bulwark.api.iam.GenerateServiceLastAccessedDetailsResponse;
import dev.bulwark.api.iam.GetServiceLastAccessedDetailsRequest;
import dev.bulwark.api.iam.GetServiceLastAccessedDetailsResponse;
import dev.bulwark.api.iam.GetServiceLastAccessedDetailsWithEntitiesRequest;
import dev.bulwark.api.iam.GetServiceLastAccessedDetailsWithEntitiesResponse;
import dev.bulwark.api.iam.JobStatusType;
import dev.bulwark.api.iam.ListPoliciesGrantingServiceAccessEntry;
import dev.bulwark.api.iam.ListPoliciesGrantingServiceAccessRequest;
import dev.bulwark.api.iam.ListPoliciesGrantingServiceAccessResponse;
import dev.bulwark.api.iam.PolicyGrantingServiceAccess;
import dev.bulwark.api.iam.PolicyType;
import dev.bulwark.api.iam.ServiceLastAccessed;
import dev.bulwark.api.iam.TrackedActionLastAccessed;
import dev.bulwark.identity.iam.AccessJobRecord.EntityUse;
import dev.bulwark.identity.iam.AccessJobRecord.Holder;
import dev.bulwark.identity.iam.AccessJobRecord.Service;
import dev.bulwark.service.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The access advisor: which services an entity could use, and when it did last.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html">Refine
 *     permissions using last accessed information</a>
 */
final class AccessAdvisor {
  private final IamTables tables;
  private final EntityPolicies policies;
  private final AccessReports reports;
  private final AccessJobs jobs;

  AccessAdvisor(IamTables tables, EntityPolicies policies, AccessReports reports, AccessJobs jobs) {
    this.tables = tables;
    this.policies = policies;
    this.reports = reports;
    this.jobs = jobs;
  }

  GenerateServiceLastAccessedDetailsResponse generate(
      GenerateServiceLastAccessedDetailsRequest in, Call call) {
    var granularity = in.granularity();
    if (granularity != null && AccessAdvisorUsageGranularityType.fromValue(granularity) == null) {
      throw AccessErrors.invalidGranularity(granularity);
    }
    var actions = AccessAdvisorUsageGranularityType.ACTION_LEVEL.value().equals(granularity);
    tables.store().read(tx -> reports.subject(tx, call.accountId(), in.arn()));
    return jobs.begin(
        call,
        owner(call.principal()),
        in.arn(),
        null,
        actions,
        GenerateServiceLastAccessedDetailsResponse::new);
  }

  /** The user, the role whatever the session, or the root user. */
  private static String owner(Principal caller) {
    return switch (caller) {
      case Principal.IamUser user -> user.userId();
      case Principal.AssumedRole role -> role.roleId();
      default -> caller.userId();
    };
  }

  GetServiceLastAccessedDetailsResponse get(GetServiceLastAccessedDetailsRequest in, Call call) {
    var job = jobs.require(call, owner(call.principal()), in.jobId());
    var page = Pages.of(job.services(), Service::namespace, in.maxItems(), in.marker());
    var answer =
        GetServiceLastAccessedDetailsResponse.builder()
            .jobStatus(job.status().value())
            .error(job.error())
            .jobType(
                (job.actions()
                        ? AccessAdvisorUsageGranularityType.ACTION_LEVEL
                        : AccessAdvisorUsageGranularityType.SERVICE_LEVEL)
                    .value())
            .jobCreationDate(job.created())
            .servicesLastAccessed(page.map(service -> view(job, service)))
            .isTruncated(page.truncated())
            .marker(page.marker());
    var completed = job.completed();
    return completed == null ? answer.build() : answer.jobCompletionDate(completed).build();
  }

  private static ServiceLastAccessed view(AccessJobRecord job, Service service) {
    var latest = service.latest();
    return ServiceLastAccessed.builder()
        .serviceName(ServiceNames.of(service.namespace()))
        .serviceNamespace(service.namespace())
        .lastAuthenticated(latest.map(EntityUse::last).orElse(null))
        .lastAuthenticatedEntity(latest.map(EntityUse::arn).orElse(null))
        .lastAuthenticatedRegion(latest.map(EntityUse::region).orElse(null))
        .totalAuthenticatedEntities(service.uses().size())
        .trackedActionsLastAccessed(
            job.actions()
                ? service.actions().stream()
                    .map(
                        action ->
                            new TrackedActionLastAccessed(
                                action.name(), action.entity(), action.last(), action.region()))
                    .toList()
                : null)
        .build();
  }

  GetServiceLastAccessedDetailsWithEntitiesResponse getWithEntities(
      GetServiceLastAccessedDetailsWithEntitiesRequest in, Call call) {
    var job = jobs.require(call, owner(call.principal()), in.jobId());
    var details =
        job.status() == JobStatusType.COMPLETED
            ? details(job, in.serviceNamespace())
            : List.<EntityDetails>of();
    var page = Pages.inOrder(details, in.maxItems(), in.marker());
    var answer =
        GetServiceLastAccessedDetailsWithEntitiesResponse.builder()
            .jobStatus(job.status().value())
            .error(job.error())
            .jobCreationDate(job.created())
            .entityDetailsList(page.items())
            .isTruncated(page.truncated())
            .marker(page.marker());
    var completed = job.completed();
    return completed == null ? answer.build() : answer.jobCompletionDate(completed).build();
  }

  /** Those who have used the service, the latest first; then those who have not. */
  private static List<EntityDetails> details(AccessJobRecord job, String namespace) {
    var service =
        job.services().stream()
            .filter(one -> one.namespace().equals(namespace))
            .findFirst()
            .orElseThrow(() -> AccessErrors.noService(namespace));
    var holders = new LinkedHashMap<String, Holder>();
    job.entities().forEach(holder -> holders.put(holder.arn(), holder));
    var details = new ArrayList<EntityDetails>();
    for (var use : service.uses()) {
      var holder = holders.remove(use.arn());
      if (holder != null) {
        details.add(view(holder, use.last()));
      }
    }
    holders.values().forEach(holder -> details.add(view(holder, null)));
    return details;
  }

  private static EntityDetails view(Holder holder, @Nullable Instant last) {
    return new EntityDetails(
        new EntityInfo(holder.arn(), holder.name(), holder.kind(), holder.id(), holder.path()),
        last);
  }

  ListPoliciesGrantingServiceAccessResponse granting(
      ListPoliciesGrantingServiceAccessRequest in, Call call) {
    var held =
        tables
            .store()
            .read(
                tx ->
                    policies.of(
                        tx,
                        policies.require(
                            tx, call.accountId(), in.arn(), IamErrors.invalidArn(in.arn()))));
    var entries = new ArrayList<ListPoliciesGrantingServiceAccessEntry>();
    for (var namespace : in.serviceNamespaces().stream().distinct().toList()) {
      entries.add(
          new ListPoliciesGrantingServiceAccessEntry(
              namespace,
              held.stream()
                  .filter(one -> GrantedServices.grants(one.policy(), namespace))
                  .sorted(Comparator.comparing(EntityPolicies.Held::name))
                  .map(AccessAdvisor::view)
                  .distinct()
                  .toList()));
    }
    // At most 200 services can be asked for, and none of them makes a second page.
    return new ListPoliciesGrantingServiceAccessResponse(List.copyOf(entries), false, null);
  }

  private static PolicyGrantingServiceAccess view(EntityPolicies.Held held) {
    @Nullable String arn = held.arn();
    return arn == null
        ? new PolicyGrantingServiceAccess(
            held.name(),
            PolicyType.INLINE.value(),
            null,
            held.owner().kind().name(),
            held.owner().name())
        : new PolicyGrantingServiceAccess(held.name(), PolicyType.MANAGED.value(), arn, null, null);
  }
}

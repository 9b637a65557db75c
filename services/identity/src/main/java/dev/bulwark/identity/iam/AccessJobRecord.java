package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.ErrorDetails;
import dev.bulwark.api.iam.JobStatusType;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A report of the access advisor.
 *
 * @param owner the unique id of who asked for it, and alone may read it; of a report on a part of
 *     an organization the organization's id
 * @param subject the ARN of what it is about, or the path of that part
 * @param policyId the policy of the organization that it is about; null where it is all of them
 * @param actions whether it tells of actions, not of services alone
 * @param completed null while it is made
 * @param failure why it could not be made
 * @param entities who has the permissions, in order of their ARNs
 */
record AccessJobRecord(
    String accountId,
    String jobId,
    String owner,
    String subject,
    @Nullable String policyId,
    boolean actions,
    Instant created,
    @Nullable Instant completed,
    @Nullable Failure failure,
    List<Holder> entities,
    List<Service> services) {

  AccessJobRecord {
    entities = List.copyOf(entities);
    services = List.copyOf(services);
  }

  /** An error, as the call that asked would have heard it. */
  record Failure(String code, String message) {}

  /** A user or role. */
  record Holder(String kind, String id, String name, String path, String arn) {}

  /**
   * A service that policies allow.
   *
   * @param uses by those who have used it, the latest first
   */
  record Service(String namespace, List<EntityUse> uses, List<Action> actions) {
    Service {
      uses = List.copyOf(uses);
      actions = List.copyOf(actions);
    }

    /** Who used it last; empty where nobody has. */
    Optional<EntityUse> latest() {
      return uses.stream().findFirst();
    }
  }

  /** The last use of a service by an entity, or in the account of that path. */
  record EntityUse(String arn, Instant last, String region) {
    static final Comparator<EntityUse> LATEST_FIRST =
        Comparator.comparing(EntityUse::last).reversed().thenComparing(EntityUse::arn);
  }

  /**
   * An action of a service.
   *
   * @param entity who used it last; null where nobody has
   */
  record Action(
      String name, @Nullable String entity, @Nullable Instant last, @Nullable String region) {}

  AccessJobRecord completed(Instant time, List<Holder> holders, List<Service> found) {
    return finished(time, null, holders, found);
  }

  AccessJobRecord failed(Instant time, Failure why) {
    return finished(time, why, List.of(), List.of());
  }

  private AccessJobRecord finished(
      Instant time, @Nullable Failure why, List<Holder> holders, List<Service> found) {
    return new AccessJobRecord(
        accountId, jobId, owner, subject, policyId, actions, created, time, why, holders, found);
  }

  /** What there is to tell of how far it has come. */
  JobStatusType status() {
    if (completed == null) {
      return JobStatusType.IN_PROGRESS;
    }
    return failure == null ? JobStatusType.COMPLETED : JobStatusType.FAILED;
  }

  /** Why it could not be made, as answers tell it; null where it could. */
  @Nullable ErrorDetails error() {
    return failure == null ? null : new ErrorDetails(failure.message(), failure.code());
  }
}

package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report of the access advisor.
 *
 * @param owner the unique id of who asked for it, and alone may read it
 * @param arn what it is about
 * @param actions whether it tells of actions, not of services alone
 * @param completed null while it is made
 */
record AccessJobRecord(
    String accountId,
    String jobId,
    String owner,
    String arn,
    boolean actions,
    Instant created,
    @Nullable Instant completed,
    List<Service> services) {

  AccessJobRecord {
    services = List.copyOf(services);
  }

  /** A service that policies allow, and who has used it. */
  record Service(String namespace, List<EntityUse> uses, List<Action> actions) {
    Service {
      uses = List.copyOf(uses);
      actions = List.copyOf(actions);
    }
  }

  /**
   * An entity that may use a service.
   *
   * @param last null where it has not
   */
  record EntityUse(
      String kind,
      String id,
      String name,
      String path,
      String arn,
      @Nullable Instant last,
      @Nullable String region) {}

  /**
   * An action of a service.
   *
   * @param entity who used it last; null where nobody has
   */
  record Action(
      String name, @Nullable String entity, @Nullable Instant last, @Nullable String region) {}

  AccessJobRecord completed(Instant time, List<Service> found) {
    return new AccessJobRecord(accountId, jobId, owner, arn, actions, created, time, found);
  }
}

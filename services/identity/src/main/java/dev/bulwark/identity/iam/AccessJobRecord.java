package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A report of the access advisor.
 *
 * @param owner the unique id of who asked for it, and alone may read it
 * @param arn what it is about
 * @param actions whether it tells of actions, not of services alone
 * @param completed null while it is made
 * @param entities who has the permissions, in order of their ARNs
 */
record AccessJobRecord(
    String accountId,
    String jobId,
    String owner,
    String arn,
    boolean actions,
    Instant created,
    @Nullable Instant completed,
    List<Holder> entities,
    List<Service> services) {

  AccessJobRecord {
    entities = List.copyOf(entities);
    services = List.copyOf(services);
  }

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

  /** The last use of a service by an entity. */
  record EntityUse(String arn, Instant last, String region) {}

  /**
   * An action of a service.
   *
   * @param entity who used it last; null where nobody has
   */
  record Action(
      String name, @Nullable String entity, @Nullable Instant last, @Nullable String region) {}

  AccessJobRecord completed(Instant time, List<Holder> holders, List<Service> found) {
    return new AccessJobRecord(
        accountId, jobId, owner, arn, actions, created, time, holders, found);
  }
}

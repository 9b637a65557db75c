package dev.bulwark.identity.iam;

import dev.bulwark.base.Arn;
import dev.bulwark.identity.iam.AccessJobRecord.Action;
import dev.bulwark.identity.iam.AccessJobRecord.EntityUse;
import dev.bulwark.identity.iam.AccessJobRecord.Holder;
import dev.bulwark.identity.iam.AccessJobRecord.Service;
import dev.bulwark.identity.iam.AccessUses.Used;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the access advisor's reports. */
final class AccessReports implements AccessJobs.Maker {
  /** Uses that are older count as none. */
  static final Duration TRACKED = Duration.ofDays(400);

  /** Who uses permissions, and which policies give them. */
  record Subject(List<Entity> entities, List<Policy> policies) {}

  private final IamTables tables;
  private final PolicyCatalog catalog;
  private final EntityPolicies policies;
  private final Attachments attachments;
  private final AccessUses uses;
  private final TrackedActions tracked;

  /** Which actions of a service are tracked, by its prefix. */
  @FunctionalInterface
  interface TrackedActions {
    Collection<String> of(String service);
  }

  AccessReports(
      IamTables tables,
      PolicyCatalog catalog,
      EntityPolicies policies,
      Attachments attachments,
      AccessUses uses,
      TrackedActions tracked) {
    this.tables = tables;
    this.catalog = catalog;
    this.policies = policies;
    this.attachments = attachments;
    this.uses = uses;
    this.tracked = tracked;
  }

  /**
   * What a user, group, role or managed policy stands for.
   *
   * @throws dev.bulwark.schema.ApiException where there is no such thing
   */
  Subject subject(ReadTx tx, String accountId, String arn) {
    var type = Arn.tryParse(arn).map(Arn::resourceType).orElse("");
    if (type.equals("policy")) {
      catalog.requireArn(arn);
      var policy = catalog.require(tx, accountId, arn);
      return new Subject(holders(tx, accountId, arn), List.of(policies.compiled(policy)));
    }
    var entity = policies.require(tx, accountId, arn, IamErrors.invalidArn(arn));
    return new Subject(
        entity instanceof GroupRecord group ? members(tx, group) : List.of(entity),
        policies.of(tx, entity).stream().map(EntityPolicies.Held::policy).toList());
  }

  private List<Entity> members(ReadTx tx, GroupRecord group) {
    var members = new ArrayList<Entity>();
    tables
        .users()
        .scanByIndex(tx, IamTables.BY_GROUP, Scan.equal(group.id()))
        .forEach(row -> members.add(row.value()));
    return members;
  }

  /** Users and roles that have a policy, by themselves or by a group, each once. */
  private List<Entity> holders(ReadTx tx, String accountId, String policyArn) {
    var found = new HashMap<String, Entity>();
    for (var kind : EntityKind.values()) {
      for (var entity :
          attachments.entities(tx, accountId, policyArn, Attachments.Use.PERMISSIONS, kind)) {
        var holders = entity instanceof GroupRecord group ? members(tx, group) : List.of(entity);
        holders.forEach(holder -> found.put(holder.id(), holder));
      }
    }
    return List.copyOf(found.values());
  }

  /** The report, made: each service that the policies allow, in order of prefixes. */
  @Override
  public AccessJobRecord made(ReadTx tx, AccessJobRecord job, Instant time) {
    var subject = subject(tx, job.accountId(), job.subject());
    var oldest = job.created().minus(TRACKED);
    var byEntity = new HashMap<String, Map<String, Used>>();
    for (var entity : subject.entities()) {
      var used = new HashMap<String, Used>();
      uses.of(tx, entity.accountId(), entity.id()).stream()
          .filter(one -> !one.last().isBefore(oldest))
          .forEach(one -> used.put(one.service() + " " + one.action(), one));
      byEntity.put(entity.id(), used);
    }
    var services = new ArrayList<Service>();
    for (var namespace : GrantedServices.of(subject.policies())) {
      services.add(
          new Service(
              namespace,
              entityUses(subject.entities(), byEntity, namespace),
              job.actions() ? actions(subject, byEntity, namespace) : List.of()));
    }
    var holders =
        subject.entities().stream()
            .map(e -> new Holder(e.kind().name(), e.id(), e.name(), e.path(), e.arn()))
            .sorted(Comparator.comparing(Holder::arn))
            .toList();
    return job.completed(time, holders, services);
  }

  private static List<EntityUse> entityUses(
      List<Entity> entities, Map<String, Map<String, Used>> byEntity, String namespace) {
    var found = new ArrayList<EntityUse>();
    for (var entity : entities) {
      var use = byEntity.getOrDefault(entity.id(), Map.of()).get(namespace + " ");
      if (use != null) {
        found.add(new EntityUse(entity.arn(), use.last(), use.region()));
      }
    }
    found.sort(EntityUse.LATEST_FIRST);
    return found;
  }

  private static Instant last(@Nullable Instant time) {
    return time == null ? Instant.EPOCH : time;
  }

  /**
   * The service's tracked actions that the policies allow, and those that were used all the same.
   */
  private List<Action> actions(
      Subject subject, Map<String, Map<String, Used>> byEntity, String namespace) {
    var actions = new TreeMap<String, Action>();
    for (var action : tracked.of(namespace)) {
      if (subject.policies().stream().anyMatch(p -> p.isAbout(Effect.ALLOW, action))) {
        actions.put(action, new Action(name(action), null, null, null));
      }
    }
    for (var entity : subject.entities()) {
      for (var used : byEntity.getOrDefault(entity.id(), Map.of()).values()) {
        if (used.service().equals(namespace) && actions.containsKey(used.action())) {
          actions.merge(
              used.action(),
              new Action(name(used.action()), entity.arn(), used.last(), used.region()),
              AccessReports::newer);
        }
      }
    }
    return List.copyOf(actions.values());
  }

  private static Action newer(Action one, Action other) {
    return last(one.last()).isBefore(last(other.last())) ? other : one;
  }

  private static String name(String action) {
    return action.substring(action.indexOf(':') + 1);
  }
}

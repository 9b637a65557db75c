package dev.bulwark.messaging.eventbridge;

import dev.bulwark.schema.ApiException;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Finds the rules and archives of a bus that an event is for. */
final class EventRouter {
  private static final System.Logger LOG = System.getLogger(EventRouter.class.getName());

  /**
   * What an event leads to, to be written in one transaction.
   *
   * @param refusal why an archive cannot encrypt it, as KMS said; null where all can
   */
  record Plan(
      List<Targeting.Ready> deliveries,
      List<ArchivedEvents.Kept> kept,
      @Nullable ApiException refusal) {
    static final Plan NOTHING = new Plan(List.of(), List.of(), null);

    boolean isEmpty() {
      return deliveries.isEmpty() && kept.isEmpty();
    }
  }

  private final EventTables tables;
  private final Targeting targeting;
  private final ArchivedEvents archived;
  private final EventMetrics metrics;

  EventRouter(
      EventTables tables, Targeting targeting, ArchivedEvents archived, EventMetrics metrics) {
    this.tables = tables;
    this.targeting = targeting;
    this.archived = archived;
    this.metrics = metrics;
  }

  /** Whether anybody on a bus waits for events. */
  boolean isAwaited(BusName bus) {
    return !tables.archives(bus).isEmpty() || !tables.patterns(bus).isEmpty();
  }

  /** Whether so much waits for one of the targets of an event that no more is to be taken. */
  boolean isTooMuch(Plan plan) {
    return plan.deliveries().stream().anyMatch(targeting::isFull);
  }

  /** Whether so much waits that events that are safe elsewhere have to wait there. */
  boolean isFull() {
    return targeting.isFull();
  }

  /** What an event of a service leads to. */
  Plan plan(BusName bus, JsonNode event) {
    return plan(bus, event, null);
  }

  /**
   * What an event leads to.
   *
   * @param kmsKey under which deliveries are sealed; null for the installation's own
   * @throws ApiException as KMS refuses it
   */
  Plan plan(BusName bus, JsonNode event, @Nullable String kmsKey) {
    var deliveries = new ArrayList<Targeting.Ready>();
    addDeliveries(bus, event, rule -> true, target -> true, kmsKey, deliveries);
    var kept = new ArrayList<ArchivedEvents.Kept>(0);
    ApiException refusal = null;
    for (var archive : tables.archives(bus)) {
      if (archive.pattern() == null
          || EventPatterns.stored(archive.pattern())
              .filter(one -> one.matches(event))
              .isPresent()) {
        try {
          kept.add(archived.seal(archive, event));
        } catch (ApiException e) {
          LOG.log(
              System.Logger.Level.WARNING,
              "an event cannot be encrypted for {0}: {1}",
              archive.arn(),
              e.getMessage());
          refusal = e;
        }
      }
    }
    return new Plan(deliveries, kept, refusal);
  }

  /**
   * What an API call leads to.
   *
   * @param forSome whether it is a read of the management API, for the rules that ask for those
   */
  Plan call(BusName bus, JsonNode event, boolean forSome) {
    if (!forSome) {
      return plan(bus, event);
    }
    var deliveries = new ArrayList<Targeting.Ready>();
    addDeliveries(
        bus,
        event,
        rule -> rule.state().equals(RuleRecord.WITH_READS),
        target -> true,
        null,
        deliveries);
    return new Plan(deliveries, List.of(), null);
  }

  /**
   * What a replayed event leads to: it goes to chosen rules, and into no archive again.
   *
   * @throws ApiException as KMS refuses it
   */
  Plan replay(BusName bus, JsonNode event, Predicate<RuleRecord> rules) {
    var deliveries = new ArrayList<Targeting.Ready>();
    addDeliveries(bus, event, rules, target -> true, kmsKey(bus), deliveries);
    return new Plan(deliveries, List.of(), null);
  }

  /** The key of a bus; null where it has none, or is gone. */
  private @Nullable String kmsKey(BusName bus) {
    var found = tables.find(bus);
    return found == null ? null : found.record().kmsKey();
  }

  /**
   * What an event leads to that came from another bus: it is not passed on to a third, so that
   * buses cannot chase an event in circles.
   *
   * @throws ApiException as KMS refuses it
   */
  Plan forwarded(BusName bus, JsonNode event) {
    var deliveries = new ArrayList<Targeting.Ready>();
    addDeliveries(
        bus,
        event,
        rule -> true,
        target -> !Targeting.isBus(target.arn()),
        kmsKey(bus),
        deliveries);
    return new Plan(deliveries, List.of(), null);
  }

  private void addDeliveries(
      BusName bus,
      JsonNode event,
      Predicate<RuleRecord> rules,
      Predicate<TargetRecord> targets,
      @Nullable String kmsKey,
      List<Targeting.Ready> deliveries) {
    var matching = tables.patterns(bus).matching(event).stream().filter(rules).toList();
    metrics.matched(bus, matching);
    for (var rule : matching) {
      for (var target : rule.targets()) {
        if (targets.test(target)) {
          deliveries.add(targeting.prepare(rule, target, event, kmsKey));
        }
      }
    }
  }

  static Instant time(JsonNode event) {
    try {
      return Instant.parse(event.path("time").asString(""));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  void write(WriteTx tx, Plan plan) {
    plan.deliveries().forEach(delivery -> targeting.write(tx, delivery));
    for (var kept : plan.kept()) {
      tables.archived.put(tx, kept.key(), kept.sealed());
      var before = tables.archiveSizes.get(tx, kept.archive().key());
      tables.archiveSizes.put(
          tx,
          kept.archive().key(),
          new EventTables.ArchiveSize(
              (before == null ? 0 : before.events()) + 1,
              (before == null ? 0 : before.bytes())
                  + ArchivedEvents.size(kept.key(), kept.sealed())));
    }
  }

  /** What was written is durable. */
  void written(Plan plan) {
    if (!plan.deliveries().isEmpty()) {
      targeting.added(plan.deliveries());
    }
  }

  /** All of it, where there is nothing else to be written. */
  void run(Plan plan) {
    if (!plan.isEmpty()) {
      tables.store().run(tx -> write(tx, plan));
      written(plan);
    }
  }
}

package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.CancelReplayRequest;
import dev.bulwark.api.events.CancelReplayResponse;
import dev.bulwark.api.events.DescribeReplayRequest;
import dev.bulwark.api.events.DescribeReplayResponse;
import dev.bulwark.api.events.ListReplaysRequest;
import dev.bulwark.api.events.ListReplaysResponse;
import dev.bulwark.api.events.Replay;
import dev.bulwark.api.events.ReplayDestination;
import dev.bulwark.api.events.StartReplayRequest;
import dev.bulwark.api.events.StartReplayResponse;
import dev.bulwark.base.Arn;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.messaging.eventbridge.ReplayRecord.State;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Replays, which put archived events on their bus again. */
final class Replays implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Replays.class.getName());
  private static final int CHUNK = 100;

  /** While too much is to be delivered. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final EventTables tables;
  private final Archives archives;
  private final EventRouter router;
  private final ArchivedEvents archived;
  private final PageTokens pages;
  private final Clock clock;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Replays(
      EventTables tables,
      Archives archives,
      EventRouter router,
      ArchivedEvents archived,
      PageTokens pages,
      Clock clock) {
    this.tables = tables;
    this.archives = archives;
    this.router = router;
    this.archived = archived;
    this.pages = pages;
    this.clock = clock;
  }

  static Resource resource(String name, Call call) {
    return Resource.of(
        "arn:aws:events:" + call.region() + ":" + call.principal().accountId() + ":replay/" + name);
  }

  private static String key(String name, Call call) {
    return Key.of(call.principal().accountId(), call.region(), name);
  }

  StartReplayResponse start(StartReplayRequest in, Call call) {
    var archiveName =
        Arn.tryParse(in.eventSourceArn())
            .filter(arn -> arn.resource().startsWith("archive/"))
            .map(Arn::resourceId)
            .orElseThrow(() -> EventErrors.validation("Parameter EventSourceArn is not valid."));
    var archive = archives.find(archiveName, call);
    if (archive == null) {
      throw EventErrors.noSuchSource(archiveName);
    }
    call.concerns(Archives.TYPE, archive.arn());
    var destination = Buses.named(in.destination().arn(), call);
    if (destination.accountId().equals(archive.accountId()) && tables.find(destination) == null) {
      throw EventErrors.noSuchBus(destination.name());
    }
    if (!archive.bus().equals(destination)) {
      throw EventErrors.otherBus();
    }
    if (!in.eventStartTime().isBefore(in.eventEndTime())) {
      throw EventErrors.validation(
          "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.");
    }
    var replay =
        new ReplayRecord(
            archive.accountId(),
            archive.region(),
            in.replayName(),
            in.description(),
            archive.name(),
            archive.bus(),
            Objects.requireNonNullElse(in.destination().filterArns(), List.of()),
            in.eventStartTime(),
            in.eventEndTime(),
            State.STARTING,
            null,
            null,
            call.time(),
            null,
            null);
    var response =
        call.write(
            tx -> {
              if (tables.replays.contains(tx, replay.key())) {
                throw EventErrors.replayExists(in.replayName());
              }
              if (tables.activeReplays(tx, replay.accountId(), replay.region())
                  >= EventQuotas.ACTIVE_REPLAYS) {
                throw EventErrors.tooMany();
              }
              tables.replays.insert(tx, replay.key(), replay);
              return StartReplayResponse.builder()
                  .replayArn(replay.arn())
                  .state(State.STARTING.name())
                  .replayStartTime(replay.started())
                  .build();
            });
    run(replay.key());
    return response;
  }

  /** Goes on with what a restart has interrupted. */
  void resume() {
    tables
        .store()
        .read(tx -> tables.replays.scan(tx, Scan.all()))
        .forEach(
            row -> {
              if (!row.value().isOver()) {
                run(row.key());
              }
            });
  }

  private void run(String key) {
    if (running.add(key)) {
      Thread.ofVirtual()
          .name("eb-replay")
          .start(
              () -> {
                try {
                  boolean more = true;
                  while (more && !closed) {
                    if (router.isFull()) {
                      LockSupport.parkNanos(PAUSE.toNanos());
                    } else {
                      more = step(key);
                    }
                  }
                } catch (StoreException e) {
                  LOG.log(System.Logger.Level.WARNING, "a replay goes on with the next start", e);
                } catch (RuntimeException e) {
                  LOG.log(System.Logger.Level.ERROR, "a replay fails", e);
                  fail(key, "An internal error occurred.");
                } finally {
                  running.remove(key);
                }
              });
    }
  }

  /** Replays some events, in one transaction with how far it has come; false at the end. */
  private boolean step(String key) {
    var replay = tables.replays.get(key);
    if (replay == null || replay.isOver()) {
      return false;
    }
    if (replay.state() == State.CANCELLING) {
      return end(key, State.CANCELLED);
    }
    var prefix = Key.prefix(replay.accountId(), replay.region(), replay.archiveName());
    var from =
        replay.place() != null
            ? replay.place()
            : prefix + Sequence.text(replay.from().toEpochMilli());
    var last = prefix + Sequence.text(replay.to().toEpochMilli());
    var rows =
        tables
            .store()
            .read(tx -> tables.archived.scan(tx, Scan.prefix(prefix).after(from).limit(CHUNK)))
            .stream()
            .filter(row -> row.key().compareTo(last) < 0)
            .toList();
    if (rows.isEmpty()) {
      return end(key, State.COMPLETED);
    }
    List<JsonNode> events;
    List<EventRouter.Plan> plans;
    try {
      events =
          rows.stream().map(row -> archived.open(replay.bus(), row.key(), row.value())).toList();
      plans = events.stream().map(event -> plan(replay, event)).toList();
    } catch (ApiException e) {
      if (BusKeys.isTemporary(e)) {
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
      }
      return fail(key, "The event cannot be decrypted or encrypted: " + e.getMessage());
    }
    var time = EventRouter.time(events.getLast());
    tables
        .store()
        .run(
            tx -> {
              plans.forEach(plan -> router.write(tx, plan));
              tables.replays.update(tx, key, before -> before.at(rows.getLast().key(), time));
            });
    plans.forEach(router::written);
    return true;
  }

  private EventRouter.Plan plan(ReplayRecord replay, JsonNode event) {
    return router.replay(
        replay.bus(),
        ((ObjectNode) event).put("replay-name", replay.name()),
        rule -> replay.rules().isEmpty() || replay.rules().contains(rule.arn()));
  }

  private boolean fail(String key, String reason) {
    LOG.log(System.Logger.Level.WARNING, "a replay fails: {0}", reason);
    tables
        .store()
        .run(
            tx -> tables.replays.update(tx, key, replay -> replay.failed(reason, clock.instant())));
    return false;
  }

  private boolean end(String key, State state) {
    tables
        .store()
        .run(tx -> tables.replays.update(tx, key, replay -> replay.with(state, clock.instant())));
    return false;
  }

  private ReplayRecord require(String name, Call call) {
    var replay = tables.replays.get(key(name, call));
    if (replay == null) {
      throw EventErrors.noSuchReplay(name);
    }
    return replay;
  }

  CancelReplayResponse cancel(CancelReplayRequest in, Call call) {
    var replay = require(in.replayName(), call);
    var response =
        call.write(
            tx -> {
              var current = tables.replays.get(tx, replay.key());
              if (current == null || current.isOver() || current.state() == State.CANCELLING) {
                throw EventErrors.replayIsOver(in.replayName());
              }
              tables.replays.put(tx, replay.key(), current.with(State.CANCELLING, null));
              return CancelReplayResponse.builder()
                  .replayArn(replay.arn())
                  .state(State.CANCELLING.name())
                  .build();
            });
    // It may have no thread any more.
    run(replay.key());
    return response;
  }

  DescribeReplayResponse describe(DescribeReplayRequest in, Call call) {
    var replay = require(in.replayName(), call);
    return DescribeReplayResponse.builder()
        .replayName(replay.name())
        .replayArn(replay.arn())
        .description(replay.description())
        .state(replay.state().name())
        .stateReason(replay.stateReason())
        .eventSourceArn(archiveArn(replay))
        .destination(
            ReplayDestination.builder()
                .arn(replay.bus().arn())
                .filterArns(replay.rules().isEmpty() ? null : replay.rules())
                .build())
        .eventStartTime(replay.from())
        .eventEndTime(replay.to())
        .eventLastReplayedTime(replay.lastReplayed())
        .replayStartTime(replay.started())
        .replayEndTime(replay.ended())
        .build();
  }

  private static String archiveArn(ReplayRecord replay) {
    return "arn:aws:events:"
        + replay.region()
        + ":"
        + replay.accountId()
        + ":archive/"
        + replay.archiveName();
  }

  ListReplaysResponse list(ListReplaysRequest in, Call call) {
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix = key(Objects.requireNonNullElse(in.namePrefix(), ""), call);
    var after = pages.read(in.nextToken(), "r" + prefix, EventErrors::invalidToken);
    var found =
        tables
            .store()
            .read(tx -> tables.replays.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    return ListReplaysResponse.builder()
        .replays(
            found.stream()
                .limit(most)
                .map(row -> row.value())
                .filter(one -> in.state() == null || one.state().name().equals(in.state()))
                .filter(
                    one ->
                        in.eventSourceArn() == null || archiveArn(one).equals(in.eventSourceArn()))
                .map(
                    one ->
                        Replay.builder()
                            .replayName(one.name())
                            .eventSourceArn(archiveArn(one))
                            .state(one.state().name())
                            .eventStartTime(one.from())
                            .eventEndTime(one.to())
                            .eventLastReplayedTime(one.lastReplayed())
                            .replayStartTime(one.started())
                            .replayEndTime(one.ended())
                            .build())
                .toList())
        .nextToken(
            found.size() > most ? pages.write(found.get(most - 1).cursor(), "r" + prefix) : null)
        .build();
  }

  @Override
  public void close() {
    closed = true;
  }
}

package dev.bulwark.messaging.eventbridge;

import dev.bulwark.events.ApiCall;
import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.messaging.Json;
import dev.bulwark.state.Entry;
import dev.bulwark.state.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Puts API calls on the default bus of their account, as CloudTrail does where a trail logs them:
 * reads of the management API for those rules alone that ask for them. Begins with the calls that
 * come after its first start, and waits while too much is to be delivered. What services tell
 * besides of calls goes there, too, whether trails log or not.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html">Events
 *     delivered via CloudTrail</a>
 */
final class CallEvents implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CallEvents.class.getName());
  private static final String PLACE = "calls";
  private static final long INTERVAL_MILLIS = 500;
  private static final int AT_ONCE = 200;
  private static final String SUFFIX = ".amazonaws.com";

  private final EventTables tables;
  private final EventRouter router;
  private final EventStreams events;
  private final Predicate<ApiCall> logged;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("eb-calls").factory());

  /** Where to begin where nothing was read yet. */
  private long begin;

  CallEvents(
      EventTables tables, EventRouter router, EventStreams events, Predicate<ApiCall> logged) {
    this.tables = tables;
    this.router = router;
    this.events = events;
    this.logged = logged;
  }

  void start() {
    follow();
    timer.scheduleWithFixedDelay(
        this::followQuietly, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void followQuietly() {
    try {
      follow();
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "API calls wait for their way to event buses", e);
      }
    }
  }

  /** Reads the stream to its end. */
  synchronized void follow() {
    while (!router.isFull() && step()) {
      // Until there is nothing more.
    }
    while (!router.isFull() && told()) {
      // What services tell is taken out as it is put on its bus.
    }
  }

  private boolean told() {
    var events = this.events.toBuses(AT_ONCE);
    if (events.isEmpty()) {
      return false;
    }
    var plans =
        events.stream()
            .map(Entry::value)
            .filter(event -> router.isAwaited(bus(event)))
            .map(this::plan)
            .filter(plan -> !plan.isEmpty())
            .toList();
    tables
        .store()
        .run(
            tx -> {
              plans.forEach(plan -> router.write(tx, plan));
              this.events.arrived(tx, events);
            });
    plans.forEach(router::written);
    return events.size() == AT_ONCE;
  }

  private static BusName bus(BusEvent event) {
    return new BusName(event.accountId(), event.region(), BusName.DEFAULT);
  }

  private EventRouter.Plan plan(BusEvent event) {
    var bus = bus(event);
    return router.plan(
        bus,
        Events.of(
            bus,
            event.source(),
            event.detailType(),
            event.time(),
            event.resources(),
            Json.parse(event.detail()).orElseGet(Json::object)));
  }

  private boolean step() {
    long end = events.end();
    if (!tables.hasListeners()) {
      // What is called while nobody listens is told to nobody, and need not be read.
      begin = end;
      return false;
    }
    var place = tables.places.get(PLACE);
    var calls = events.nextCalls(Math.max(begin, place == null ? 0 : place));
    if (calls.isEmpty()) {
      return false;
    }
    var plans = plans(calls);
    long last = calls.getLast().sequence();
    tables
        .store()
        .run(
            tx -> {
              plans.forEach(plan -> router.write(tx, plan));
              tables.places.put(tx, PLACE, last);
            });
    plans.forEach(router::written);
    return true;
  }

  private static BusName bus(ApiCall call) {
    return new BusName(call.accountId(), call.region(), BusName.DEFAULT);
  }

  private List<EventRouter.Plan> plans(List<ApiCall> calls) {
    return calls.stream()
        .filter(call -> router.isAwaited(bus(call)) && logged.test(call))
        .map(call -> router.call(bus(call), event(call), call.management() && call.readOnly()))
        .filter(plan -> !plan.isEmpty())
        .toList();
  }

  private static JsonNode event(ApiCall call) {
    var detail =
        Json.parse(new String(call.record(), StandardCharsets.UTF_8)).orElseGet(Json::object);
    var source = call.eventSource();
    return Events.of(
        bus(call),
        "aws."
            + (source.endsWith(SUFFIX)
                ? source.substring(0, source.length() - SUFFIX.length())
                : source),
        switch (detail.path("eventType").asString("")) {
          case "AwsConsoleSignIn" -> "AWS Console Sign In via CloudTrail";
          case "AwsServiceEvent" -> "AWS Service Event via CloudTrail";
          default -> "AWS API Call via CloudTrail";
        },
        call.time(),
        List.of(),
        detail);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

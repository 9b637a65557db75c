package dev.bulwark.messaging.eventbridge;

import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.Outbox;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.messaging.sns.TopicPublisher;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.outgoing.OutgoingSettings;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** EventBridge over one store. */
public final class EventBridge implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EventBridge.class.getName());
  private static final long SWEEP_SECONDS = 60;

  private final Targeting targeting;
  private final EventRouter router;
  private final OAuthTokens tokens;
  private final Scheduler scheduler;
  private final Archives archives;
  private final Replays replays;
  private final CallEvents calls;
  private final EventsService service;
  private final BulwarkClock clock;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("eb-sweeper").factory());

  /**
   * EventBridge.
   *
   * @param calls how roles are assumed and log groups are reached
   * @param outside how far requests to API destinations go
   * @param publisher takes the metrics of buses and rules
   * @param limits how many deliveries may wait before events are refused
   * @param streams what services tell the default buses
   * @param logged which API calls go to the default buses: those that a trail logs
   */
  public EventBridge(
      Store store,
      Sealer sealer,
      MessageKeys messageKeys,
      PolicyPrincipals principals,
      QueueSender queues,
      TopicPublisher topics,
      Supplier<ServiceCallers> callers,
      ServiceCalls calls,
      OutgoingSettings outside,
      EventStreams streams,
      Predicate<ApiCall> logged,
      MetricPublisher publisher,
      Outbox.Limits limits,
      BulwarkClock clock) {
    this.clock = clock;
    var tables = new EventTables(store);
    var numbers = new Sequence();
    var metrics = new EventMetrics(publisher);
    var pages = new PageTokens(sealer);
    var secrets = new ConnectionSecrets(sealer);
    var web = new WebRequests(outside);
    tokens = new OAuthTokens(tables, secrets, web, clock);
    var keys = new BusKeys(messageKeys, callers, clock);
    targeting =
        new Targeting(
            tables,
            sealer,
            keys,
            numbers,
            queues,
            topics,
            new TargetCaller(calls, callers, clock),
            new LogCarrier(calls, clock),
            new DestinationCarrier(tables, secrets, tokens, web),
            metrics,
            limits,
            clock);
    publisher.everyMinute(targeting::measure);
    var archived = new ArchivedEvents(sealer, keys, numbers);
    router = new EventRouter(tables, targeting, archived, metrics);
    scheduler = new Scheduler(tables, targeting, metrics, clock);
    clock.onMove(
        () -> {
          targeting.wake();
          scheduler.look();
        });
    var buses = new Buses(tables, principals, keys, pages);
    var rules = new Rules(tables, buses, scheduler, pages);
    archives = new Archives(tables, buses, keys, pages);
    replays = new Replays(tables, archives, router, archived, pages, clock);
    this.calls = new CallEvents(tables, router, streams, logged);
    service =
        new EventsService(
            buses,
            rules,
            new Targets(rules, pages),
            new EventTags(buses, rules),
            new Putting(buses, router, new BusLetters(queues, callers), metrics),
            archives,
            replays,
            new ConnectionOperations(tables, secrets, tokens, pages),
            new DestinationOperations(tables, pages));
  }

  /** Begins to deliver, to run schedules and to follow API calls. */
  public void start() {
    targeting.start((bus, event) -> router.run(router.forwarded(bus, event)));
    tokens.resume();
    scheduler.start();
    replays.resume();
    calls.start();
    sweeper.scheduleWithFixedDelay(
        this::sweepQuietly, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  private void sweepQuietly() {
    try {
      sweep();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "expired events stay until the next time", e);
    }
  }

  /** Deletes what archives have kept long enough; happens by itself every minute. */
  void sweep() {
    archives.expire(clock.millis());
  }

  public Service service() {
    return service;
  }

  /** Reads what was called until now; happens by itself all the time. */
  void follow() {
    calls.follow();
  }

  @Override
  public void close() {
    calls.close();
    sweeper.shutdownNow();
    replays.close();
    scheduler.close();
    targeting.close();
  }
}

package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.events.EventStreams;
import dev.bulwark.monitoring.cloudwatch.MetricStore.Datum;
import dev.bulwark.monitoring.logs.MetricSink;
import dev.bulwark.service.CallObserver;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** CloudWatch: its API, and the evaluation of alarms by the clock. */
public final class CloudWatch implements AutoCloseable, MetricSink {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final System.Logger LOG = System.getLogger(CloudWatch.class.getName());

  private final MetricStore metrics;
  private final OwnMetrics own;
  private final AnomalyTrainer trainer;
  private final AlarmEvaluator evaluator;
  private final Clock clock;
  private final CloudWatchService service;
  private @Nullable ScheduledExecutorService timer;

  /**
   * All of it.
   *
   * @param calls how alarms reach topics
   * @param streams take what EventBridge is told of alarms
   */
  public CloudWatch(Store store, ServiceCalls calls, EventStreams streams, Clock clock) {
    this.clock = clock;
    metrics = new MetricStore(store);
    own = new OwnMetrics(metrics, clock);
    var alarms = new AlarmStore(store);
    var detectors = new Detectors(store);
    var models = new AnomalyModels(clock);
    var data = new MetricData(metrics, detectors, models);
    var events = new AlarmEvents(streams);
    var states = new AlarmStates(alarms, new AlarmActions(calls), events);
    trainer = new AnomalyTrainer(detectors, data, models);
    evaluator = new AlarmEvaluator(alarms, data, states);
    service =
        new CloudWatchService(
            new Metrics(metrics),
            data,
            new Alarms(alarms, states, events, detectors),
            new AlarmListings(alarms),
            new Dashboards(store),
            new AlarmTags(alarms),
            new DetectorRequests(detectors));
  }

  /** The operations. */
  public Service service() {
    return service;
  }

  /** Where services publish what AWS's services publish about themselves. */
  public MetricPublisher publisher() {
    return own;
  }

  /** Counts the calls of operations. */
  public CallObserver usage() {
    return new ApiUsage(own);
  }

  /** Evaluates alarms from time to time, until it is closed. */
  public synchronized void start() {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloudwatch-alarms").factory());
    timer.scheduleWithFixedDelay(
        this::evaluateQuietly, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void evaluateQuietly() {
    try {
      evaluate();
      metrics.expire(clock.instant());
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "Alarms could not be evaluated", e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "Alarms could not be evaluated", e);
    }
  }

  /** Writes the services' own metrics, and evaluates all alarms at this time. */
  public void evaluate() {
    own.tick();
    metrics.store().flush();
    trainer.train(clock.instant());
    evaluator.evaluate(clock.instant());
  }

  @Override
  public void put(
      String accountId,
      String region,
      String namespace,
      String metric,
      Map<String, String> dimensions,
      double value,
      @Nullable String unit,
      long time) {
    var now = clock.instant();
    long second = Math.floorDiv(TimeUnit.MILLISECONDS.toSeconds(time), 60) * 60;
    var datum =
        new Datum(
            new MetricId(accountId, region, namespace, metric, dimensions),
            second,
            unit,
            Samples.of(value, 1));
    metrics.store().append(tx -> metrics.put(tx, datum, now));
  }

  /** Forgets what is in memory, for a laboratory that has forgotten all rows. */
  public void forget() {
    own.forget();
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
    own.flush();
  }
}

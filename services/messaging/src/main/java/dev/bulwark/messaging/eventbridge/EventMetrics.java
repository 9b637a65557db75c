package dev.bulwark.messaging.eventbridge;

import dev.bulwark.base.Arn;
import dev.bulwark.service.Call;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.util.List;
import java.util.Map;

/**
 * What buses and rules tell of themselves. Rules of the default bus are told by their name alone,
 * others by that of their bus as well.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html">Monitoring
 *     Amazon EventBridge</a>
 */
final class EventMetrics {
  private static final ServiceMetric MATCHED = count("MatchedEvents");
  private static final ServiceMetric TRIGGERED = count("TriggeredRules");
  private static final ServiceMetric CREATED = count("InvocationsCreated");
  private static final ServiceMetric INVOCATIONS = count("Invocations");
  private static final ServiceMetric FAILED = count("FailedInvocations");
  private static final ServiceMetric ATTEMPTS = count("InvocationAttempts");
  private static final ServiceMetric RETRIES = count("RetryInvocationAttempts");
  private static final ServiceMetric SUCCESSES = count("SuccessfulInvocationAttempts");
  private static final ServiceMetric LETTERS = count("InvocationsSentToDlq");
  private static final ServiceMetric LOST_LETTERS = count("InvocationsFailedToBeSentToDlq");
  private static final ServiceMetric TO_START = millis("IngestionToInvocationStartLatency");
  private static final ServiceMetric TO_COMPLETION = millis("IngestionToInvocationCompleteLatency");
  private static final ServiceMetric TO_SUCCESS = millis("IngestionToInvocationSuccessLatency");
  private static final ServiceMetric PUTS = count("PutEventsApproximateCallCount");
  private static final ServiceMetric PUT_SUCCESSES = count("PutEventsApproximateSuccessCount");
  private static final ServiceMetric ENTRIES = count("PutEventsEntriesCount");
  private static final ServiceMetric FAILED_ENTRIES = count("PutEventsFailedEntriesCount");
  private static final ServiceMetric PUT_SIZE =
      new ServiceMetric("AWS/Events", "PutEventsRequestSize", "Bytes");
  private static final ServiceMetric PUT_LATENCY = millis("PutEventsLatency");

  private static final ServiceMetric WAITING =
      new ServiceMetric("Bulwark/Events", "InvocationsWaiting", "Count");

  private final MetricPublisher metrics;

  EventMetrics(MetricPublisher metrics) {
    this.metrics = metrics;
  }

  private static ServiceMetric count(String name) {
    return new ServiceMetric("AWS/Events", name, "Count");
  }

  private static ServiceMetric millis(String name) {
    return new ServiceMetric("AWS/Events", name, "Milliseconds");
  }

  private static Source account(BusName bus) {
    return new Source(bus.accountId(), bus.region(), Map.of());
  }

  private static Source bus(BusName bus) {
    return new Source(bus.accountId(), bus.region(), Map.of("EventBusName", bus.name()));
  }

  private static Source rule(BusName bus, String rule) {
    return new Source(
        bus.accountId(),
        bus.region(),
        bus.name().equals(BusName.DEFAULT)
            ? Map.of("RuleName", rule)
            : Map.of("EventBusName", bus.name(), "RuleName", rule));
  }

  private void addEverywhere(BusName bus, String rule, ServiceMetric metric, double value) {
    metrics.add(account(bus), metric, value);
    metrics.add(bus(bus), metric, value);
    metrics.add(rule(bus, rule), metric, value);
  }

  /** An event is for these rules. */
  void matched(BusName bus, List<RuleRecord> rules) {
    if (!rules.isEmpty()) {
      metrics.add(bus(bus), MATCHED, 1);
    }
    for (var rule : rules) {
      metrics.add(rule(bus, rule.name()), MATCHED, 1);
      triggered(rule);
    }
  }

  /** A rule runs, for an event or by its schedule. */
  void triggered(RuleRecord rule) {
    addEverywhere(rule.bus(), rule.name(), TRIGGERED, 1);
  }

  void created(EventDelivery delivery) {
    metrics.add(account(delivery.bus()), CREATED, 1);
  }

  /**
   * An attempt to tell a target has begun.
   *
   * @param now in milliseconds
   */
  void began(EventDelivery delivery, long now) {
    addEverywhere(delivery.bus(), delivery.rule(), ATTEMPTS, 1);
    if (delivery.attempts() == 0) {
      addEverywhere(delivery.bus(), delivery.rule(), TO_START, now - delivery.since());
    } else {
      addEverywhere(delivery.bus(), delivery.rule(), RETRIES, 1);
    }
  }

  /** An attempt has ended, whatever came of it. */
  void ended(EventDelivery delivery, long now) {
    if (delivery.attempts() == 0) {
      addEverywhere(delivery.bus(), delivery.rule(), TO_COMPLETION, now - delivery.since());
    }
  }

  /** So many deliveries wait for a target; AWS has no such metric. */
  void waiting(String targetArn, long deliveries) {
    Arn.tryParse(targetArn)
        .ifPresent(
            arn ->
                metrics.add(
                    new Source(arn.account(), arn.region(), Map.of("Target", targetArn)),
                    WAITING,
                    deliveries));
  }

  /** A target was told. */
  void succeeded(EventDelivery delivery, long now) {
    addEverywhere(delivery.bus(), delivery.rule(), SUCCESSES, 1);
    addEverywhere(delivery.bus(), delivery.rule(), TO_SUCCESS, now - delivery.since());
    invoked(delivery);
  }

  /** A target will never be told. */
  void failed(EventDelivery delivery) {
    metrics.add(rule(delivery.bus(), delivery.rule()), FAILED, 1);
    invoked(delivery);
  }

  private void invoked(EventDelivery delivery) {
    metrics.add(account(delivery.bus()), INVOCATIONS, 1);
    metrics.add(rule(delivery.bus(), delivery.rule()), INVOCATIONS, 1);
  }

  /** A dead-letter queue has taken, or has not taken, what failed. */
  void letter(EventDelivery delivery, boolean taken) {
    metrics.add(rule(delivery.bus(), delivery.rule()), taken ? LETTERS : LOST_LETTERS, 1);
  }

  /**
   * PutEvents was answered.
   *
   * @param bytes the size of its entries
   * @param nanos how long it took
   */
  void put(Call call, int entries, int failed, int bytes, long nanos) {
    var source = new Source(call.accountId(), call.region(), Map.of());
    metrics.add(source, PUTS, 1);
    metrics.add(source, PUT_SUCCESSES, 1);
    metrics.add(source, ENTRIES, entries);
    metrics.add(source, FAILED_ENTRIES, failed);
    metrics.add(source, PUT_SIZE, bytes);
    metrics.add(source, PUT_LATENCY, nanos / 1_000_000.0);
  }
}

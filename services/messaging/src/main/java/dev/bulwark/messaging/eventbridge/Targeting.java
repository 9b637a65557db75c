package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.EventBridgeApi;
import dev.bulwark.api.sns.SnsApi;
import dev.bulwark.api.sqs.MessageAttributeValue;
import dev.bulwark.api.sqs.SqsApi;
import dev.bulwark.base.Arn;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Outbox;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.messaging.sns.TopicPublisher;
import dev.bulwark.messaging.sqs.MessageContent;
import dev.bulwark.messaging.sqs.Outgoing;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Permission;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tells targets of events. What is to be told is written down with the event; what a target refuses
 * goes to its dead-letter queue at once, and what fails is tried again for as long as its policy
 * says.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html">Retries</a>
 */
final class Targeting implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Targeting.class.getName());
  private static final String PURPOSE = "events/delivery";
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  /** Gives an event to another bus. */
  interface Forwarding {
    void forward(BusName to, JsonNode event);
  }

  /** Deliveries of one event, to be written with it. */
  record Ready(String key, EventDelivery delivery) {}

  private final EventTables tables;
  private final Sealer sealer;
  private final BusKeys keys;
  private final QueueSender queues;
  private final TopicPublisher topics;
  private final TargetCaller callers;
  private final LogCarrier logs;
  private final DestinationCarrier destinations;
  private final EventMetrics metrics;
  private final Clock clock;
  private final Outbox<EventDelivery> outbox;
  private @Nullable Forwarding forwarding;

  Targeting(
      EventTables tables,
      Sealer sealer,
      BusKeys keys,
      Sequence numbers,
      QueueSender queues,
      TopicPublisher topics,
      TargetCaller callers,
      LogCarrier logs,
      DestinationCarrier destinations,
      EventMetrics metrics,
      Outbox.Limits limits,
      Clock clock) {
    this.tables = tables;
    this.sealer = sealer;
    this.keys = keys;
    this.queues = queues;
    this.topics = topics;
    this.callers = callers;
    this.logs = logs;
    this.destinations = destinations;
    this.metrics = metrics;
    this.clock = clock;
    this.outbox =
        new Outbox<>(
            tables.store(),
            "eb_deliveries",
            EventDelivery.class,
            numbers,
            limits,
            clock,
            this::attempt);
  }

  void start(Forwarding toBuses) {
    forwarding = toBuses;
    outbox.start();
  }

  /** The time has changed. */
  void wake() {
    outbox.wake();
  }

  /** What was written is durable. */
  void added(List<Ready> deliveries) {
    outbox.added(deliveries.stream().map(Ready::delivery).toList());
  }

  /** Whether so much waits for a delivery's target, or at all, that no more is to be taken. */
  boolean isFull(Ready ready) {
    return outbox.isFull(ready.delivery().lane());
  }

  /** Whether so much waits that what can wait elsewhere has to wait there. */
  boolean isFull() {
    return outbox.isFull();
  }

  /** Tells of what waits, as it is now. */
  void measure() {
    outbox.waiting().forEach(metrics::waiting);
  }

  /**
   * A delivery, to be written.
   *
   * @param kmsKey under which it is sealed; null for the installation's own
   * @throws ApiException as KMS refuses it
   */
  Ready prepare(RuleRecord rule, TargetRecord target, JsonNode event, @Nullable String kmsKey) {
    var key = outbox.newKey();
    var now = clock.instant();
    // Other buses get the event as it is.
    var told = isBus(target.arn()) ? Json.text(event) : TargetInputs.of(rule, target, event, now);
    var delivery =
        new EventDelivery(
            rule.bus(),
            rule.name(),
            target,
            kmsKey == null
                ? sealer.sealText(PURPOSE, told, key)
                : keys.seal(rule.bus(), kmsKey, told, key),
            0,
            now.toEpochMilli(),
            now.toEpochMilli(),
            kmsKey != null);
    metrics.created(delivery);
    return new Ready(key, delivery);
  }

  static boolean isBus(String arn) {
    return BusName.ofArn(arn).isPresent();
  }

  void write(WriteTx tx, Ready ready) {
    outbox.put(tx, ready.key(), ready.delivery());
  }

  private void attempt(String key, EventDelivery delivery) {
    metrics.began(delivery, clock.millis());
    String text;
    try {
      text =
          delivery.underBusKey()
              ? keys.open(delivery.bus(), delivery.sealed(), key)
              : sealer.openText(PURPOSE, delivery.sealed(), key);
    } catch (ApiException e) {
      // Nobody can read it before the key is there again, no dead-letter queue either.
      again(key, delivery, null, e.code(), String.valueOf(e.getMessage()));
      metrics.ended(delivery, clock.millis());
      return;
    }
    try {
      deliver(key, delivery, text);
      metrics.succeeded(delivery, clock.millis());
    } catch (ApiException e) {
      if (e.httpStatus() >= 500) {
        again(key, delivery, text, e.code(), String.valueOf(e.getMessage()));
      } else {
        bury(key, delivery, text, e.code(), String.valueOf(e.getMessage()), null);
      }
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CLOSED) {
        again(key, delivery, text, "InternalError", "the store cannot be written");
      }
    } finally {
      metrics.ended(delivery, clock.millis());
    }
  }

  private void deliver(String key, EventDelivery delivery, String text) {
    var target = delivery.target();
    var arn = Arn.parse(target.arn());
    switch (arn.service()) {
      case "sqs" -> {
        // In one transaction with leaving the outbox, so that a queue gets it once.
        var message =
            queues.prepare(
                callers.itself(delivery, SqsApi.MODEL.info()), target.arn(), toQueue(target, text));
        tables
            .store()
            .run(
                tx -> {
                  queues.write(tx, message);
                  outbox.remove(tx, key);
                });
        queues.arrived(List.of(message), clock.instant());
      }
      case "sns" -> {
        topics.publish(callers.itself(delivery, SnsApi.MODEL.info()), target.arn(), text, null);
        remove(key);
      }
      case "logs" -> {
        logs.deliver(delivery, text);
        remove(key);
      }
      default -> {
        var bus = BusName.ofArn(target.arn());
        if (bus.isPresent()) {
          forward(delivery, bus.get(), text);
          remove(key);
        } else {
          toDestination(key, delivery, text);
        }
      }
    }
  }

  private void forward(EventDelivery delivery, BusName to, String text) {
    var bus = tables.find(to);
    if (bus == null) {
      throw EventErrors.noSuchBus(to.name());
    }
    var event = Json.parse(text).orElseThrow();
    if (delivery.target().roleArn() != null) {
      callers
          .inRole(delivery, EventBridgeApi.MODEL.info())
          .require(
              new Permission(
                  "events:PutEvents",
                  bus.resource(),
                  Context.builder()
                      .put("events:source", event.path("source").asString(""))
                      .put("events:detail-type", event.path("detail-type").asString(""))
                      .put("events:eventBusInvocation", "true")
                      .build()));
    }
    if (forwarding != null) {
      try {
        forwarding.forward(to, event);
      } catch (ApiException e) {
        // The key of that bus refuses, and may be there again in a minute.
        throw new ApiException(e.code(), 503, String.valueOf(e.getMessage()));
      }
    }
  }

  /** What would come too fast waits, and no attempt is counted. */
  private void toDestination(String key, EventDelivery delivery, String text) {
    long wait = destinations.wait(delivery.target().arn());
    if (wait > 0) {
      tables.store().run(tx -> outbox.put(tx, key, delivery.postponed(clock.millis() + wait)));
      return;
    }
    destinations.deliver(
        callers.inRole(delivery, EventBridgeApi.MODEL.info()), delivery.target(), text);
    remove(key);
  }

  private Outgoing toQueue(TargetRecord target, String text) {
    boolean fifo = queues.isFifo(target.arn());
    return new Outgoing(
        new MessageContent(text, Map.of(), null),
        null,
        fifo ? target.messageGroupId() : null,
        null);
  }

  private void remove(String key) {
    tables.store().run(tx -> outbox.remove(tx, key));
  }

  private void again(
      String key, EventDelivery delivery, @Nullable String text, String code, String message) {
    int attempts = delivery.attempts() + 1;
    long now = clock.millis();
    if (attempts > delivery.target().retries()) {
      bury(key, delivery, text, code, message, "MaximumRetryAttempts");
      return;
    }
    if (now - delivery.since() >= delivery.target().ageMillis()) {
      bury(key, delivery, text, code, message, "MaximumEventAgeInSeconds");
      return;
    }
    long wait =
        Math.min(FIRST_WAIT.toMillis() << Math.min(attempts - 1, 20), LONGEST_WAIT.toMillis());
    tables.store().run(tx -> outbox.put(tx, key, delivery.tried(now + wait)));
  }

  private void bury(
      String key,
      EventDelivery delivery,
      @Nullable String text,
      String code,
      String message,
      @Nullable String exhausted) {
    var queue = text == null ? null : delivery.target().deadLetterQueue();
    LOG.log(
        System.Logger.Level.WARNING,
        "EventBridge cannot tell {0} of an event of rule {1}: {2}: {3}",
        delivery.target().arn(),
        delivery.rule(),
        code,
        message);
    metrics.failed(delivery);
    QueueSender.Ready letter = null;
    if (queue != null) {
      var attributes = new HashMap<String, MessageAttributeValue>();
      put(attributes, "ERROR_CODE", code);
      put(attributes, "ERROR_MESSAGE", message);
      put(attributes, "RULE_ARN", delivery.bus().ruleArn(delivery.rule()));
      put(attributes, "TARGET_ARN", delivery.target().arn());
      put(attributes, "RETRY_ATTEMPTS", Integer.toString(delivery.attempts()));
      if (exhausted != null) {
        put(attributes, "EXHAUSTED_RETRY_CONDITION", exhausted);
      }
      try {
        letter =
            queues.prepare(
                callers.itself(delivery, SqsApi.MODEL.info()),
                queue,
                new Outgoing(
                    new MessageContent(Objects.requireNonNull(text), attributes, null),
                    null,
                    null,
                    null));
        metrics.letter(delivery, true);
      } catch (ApiException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the dead-letter queue {0} does not take it, and it is lost: {1}",
            queue,
            e.getMessage());
        metrics.letter(delivery, false);
      }
    }
    var ready = letter;
    tables
        .store()
        .run(
            tx -> {
              if (ready != null) {
                queues.write(tx, ready);
              }
              outbox.remove(tx, key);
            });
    if (ready != null) {
      queues.arrived(List.of(ready), clock.instant());
    }
  }

  private static void put(
      Map<String, MessageAttributeValue> attributes, String name, String value) {
    attributes.put(
        name,
        MessageAttributeValue.builder()
            .dataType("String")
            .stringValue(value.isEmpty() ? "-" : value)
            .build());
  }

  @Override
  public void close() {
    outbox.close();
  }
}

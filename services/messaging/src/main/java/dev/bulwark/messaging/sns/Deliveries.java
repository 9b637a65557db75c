package dev.bulwark.messaging.sns;

import dev.bulwark.access.Principal;
import dev.bulwark.messaging.Outbox;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.messaging.sqs.MessageContent;
import dev.bulwark.messaging.sqs.Outgoing;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What leaves over the network: kept until it is delivered, tried again as its policy says, then
 * put into the subscription's dead-letter queue. One endpoint that does not answer holds up its own
 * messages alone.
 */
final class Deliveries implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());
  private static final String PURPOSE = "sns/delivery";

  /** How a try ended. */
  enum Outcome {
    DELIVERED,
    /** It may go better later. */
    FAILED,
    /** It will not. */
    REFUSED
  }

  /** Delivers one message over one protocol. */
  interface Carrier {
    Outcome deliver(DeliveryRecord delivery, String text) throws Exception;
  }

  private final SnsTables tables;
  private final Sealer sealer;
  private final QueueSender queues;
  private final BiFunction<Principal.ServicePrincipal, String, Caller> callers;
  private final Map<String, Carrier> carriers;
  private final TopicMetrics metrics;
  private final Clock clock;
  private final Outbox<DeliveryRecord> outbox;

  /**
   * @param callers SNS as who asks SQS in a Region
   * @param carriers by protocol
   */
  Deliveries(
      SnsTables tables,
      Sealer sealer,
      Sequence numbers,
      QueueSender queues,
      BiFunction<Principal.ServicePrincipal, String, Caller> callers,
      Map<String, Carrier> carriers,
      TopicMetrics metrics,
      Outbox.Limits limits,
      Clock clock) {
    this.tables = tables;
    this.sealer = sealer;
    this.queues = queues;
    this.callers = callers;
    this.carriers = Map.copyOf(carriers);
    this.metrics = metrics;
    this.clock = clock;
    this.outbox =
        new Outbox<>(
            tables.store(),
            "sns_deliveries",
            DeliveryRecord.class,
            numbers,
            limits,
            clock,
            this::attempt);
  }

  void start() {
    outbox.start();
  }

  /** SNS, as who delivers a topic's messages. */
  Caller caller(String topicArn) {
    var topic = TopicName.ofArn(topicArn).orElseThrow();
    return callers.apply(
        new Principal.ServicePrincipal("sns.amazonaws.com", topic.accountId(), topicArn),
        topic.region());
  }

  /** A delivery, to be written with {@link #write}. */
  record Ready(String key, DeliveryRecord record) {}

  /**
   * A delivery to be written.
   *
   * @throws ApiException where too many wait for this subscriber, or at all
   */
  Ready prepare(
      SubscriptionRecord subscription,
      boolean raw,
      String kind,
      String messageId,
      String text,
      @Nullable String subject,
      Instant now) {
    if (outbox.isFull(subscription.arn())) {
      throw SnsErrors.throttled();
    }
    var key = outbox.newKey();
    return new Ready(
        key,
        new DeliveryRecord(
            subscription.topicArn(),
            subscription.arn(),
            subscription.protocol(),
            subscription.endpoint(),
            raw,
            kind,
            messageId,
            sealer.sealText(PURPOSE, text, key),
            subject,
            0,
            now.toEpochMilli()));
  }

  void write(WriteTx tx, Ready delivery) {
    outbox.put(tx, delivery.key(), delivery.record());
  }

  /** All of it, where there is nothing else to be written. */
  void sendLater(
      SubscriptionRecord subscription,
      boolean raw,
      String kind,
      String messageId,
      String text,
      @Nullable String subject,
      Instant now) {
    if (subscription.protocol().equals("sqs")) {
      sendToQueue(subscription, text);
      return;
    }
    var ready = prepare(subscription, raw, kind, messageId, text, subject, now);
    tables.store().run(tx -> write(tx, ready));
    added(List.of(ready));
  }

  private void sendToQueue(SubscriptionRecord subscription, String text) {
    try {
      queues.send(
          caller(subscription.topicArn()),
          subscription.endpoint(),
          new Outgoing(new MessageContent(text, Map.of(), null), null, null, null));
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "SNS cannot ask {0} whether it agrees to be subscribed: {1}",
          subscription.endpoint(),
          e.getMessage());
    }
  }

  /** New deliveries are durable. */
  void added(List<Ready> deliveries) {
    outbox.added(deliveries.stream().map(Ready::record).toList());
  }

  /** Tells of what waits, as it is now. */
  void measure() {
    outbox.waiting().forEach(metrics::waiting);
  }

  /** The time has changed. */
  void wake() {
    outbox.wake();
  }

  private void attempt(String key, DeliveryRecord delivery) {
    var text = sealer.openText(PURPOSE, delivery.sealed(), key);
    var carrier = carriers.get(delivery.protocol());
    Outcome outcome;
    String reason = "";
    try {
      outcome = carrier == null ? Outcome.REFUSED : carrier.deliver(delivery, text);
    } catch (Exception e) {
      outcome = Outcome.FAILED;
      reason = ": " + e.getMessage();
    }
    var delay =
        outcome == Outcome.FAILED ? retries(delivery).delay(delivery.attempts() + 1) : none();
    if (outcome == Outcome.DELIVERED) {
      tables.store().run(tx -> outbox.remove(tx, key));
      metrics.outcome(delivery, TopicMetrics.DELIVERED);
    } else if (delay.isPresent()) {
      long due = clock.millis() + delay.get().toMillis();
      tables.store().run(tx -> outbox.put(tx, key, delivery.tried(due)));
      if (delivery.protocol().startsWith("http")) {
        // Of these AWS counts each attempt that fails, of others the last.
        metrics.outcome(delivery, TopicMetrics.FAILED);
      }
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "SNS gives up message {0} for {1} after {2} attempts{3}",
          delivery.messageId(),
          delivery.subscriptionArn(),
          delivery.attempts() + 1,
          reason);
      metrics.outcome(delivery, TopicMetrics.FAILED);
      bury(key, delivery, text);
    }
  }

  private static Optional<Duration> none() {
    return Optional.empty();
  }

  private RetryPolicy retries(DeliveryRecord delivery) {
    return tables
        .findSubscription(delivery.subscriptionArn())
        .flatMap(one -> Subscriber.of(one).retries())
        .or(() -> tables.findByArn(delivery.topicArn()).map(one -> Topics.retries(one.record())))
        .orElse(RetryPolicy.DEFAULT);
  }

  private void bury(String key, DeliveryRecord delivery, String text) {
    var queue =
        tables
            .findSubscription(delivery.subscriptionArn())
            .flatMap(one -> Subscriber.of(one).deadLetterQueue());
    if (queue.isEmpty() || !delivery.kind().equals(Envelopes.NOTIFICATION)) {
      tables.store().run(tx -> outbox.remove(tx, key));
      return;
    }
    var letter =
        deadLetter(
            delivery.topicArn(),
            queue.get(),
            new Outgoing(new MessageContent(text, Map.of(), null), null, null, null));
    tables
        .store()
        .run(
            tx -> {
              outbox.remove(tx, key);
              letter.ifPresent(one -> queues.write(tx, one));
            });
    metrics.outcome(delivery, TopicMetrics.ofLetter(letter));
    letter.ifPresent(one -> queues.arrived(List.of(one), clock.instant()));
  }

  /** A message for a dead-letter queue; empty where that does not take it. */
  Optional<QueueSender.Ready> deadLetter(String topicArn, String queueArn, Outgoing message) {
    try {
      return Optional.of(queues.prepare(caller(topicArn), queueArn, message));
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the dead-letter queue {0} does not take a message of {1}, which is lost: {2}",
          queueArn,
          topicArn,
          e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    outbox.close();
  }
}

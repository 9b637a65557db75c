package dev.bulwark.messaging.sns;

import dev.bulwark.access.Principal;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.messaging.sqs.MessageContent;
import dev.bulwark.messaging.sqs.Outgoing;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_OF_ONE = 8;
  private static final int SCAN = 500;
  private static final long IDLE_MILLIS = 1000;

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
  private final Sequence numbers;
  private final QueueSender queues;
  private final BiFunction<Principal.ServicePrincipal, String, Caller> callers;
  private final Map<String, Carrier> carriers;
  private final Clock clock;
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> underWayOf = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean news = true;
  private boolean closed;

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
      Clock clock) {
    this.tables = tables;
    this.sealer = sealer;
    this.numbers = numbers;
    this.queues = queues;
    this.callers = callers;
    this.carriers = Map.copyOf(carriers);
    this.clock = clock;
  }

  void start() {
    Thread.ofPlatform().daemon().name("sns-deliveries").start(this::run);
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

  Ready prepare(
      SubscriptionRecord subscription,
      boolean raw,
      String kind,
      String messageId,
      String text,
      @Nullable String subject,
      Instant now) {
    var key = Sequence.text(numbers.next());
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
    tables.deliveries.put(tx, delivery.key(), delivery.record());
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
      queues.send(
          caller(subscription.topicArn()),
          subscription.endpoint(),
          new Outgoing(new MessageContent(text, Map.of(), null), null, null, null));
      return;
    }
    var ready = prepare(subscription, raw, kind, messageId, text, subject, now);
    tables.store().run(tx -> write(tx, ready));
    wake();
  }

  /** There may be something to deliver. */
  void wake() {
    lock.lock();
    try {
      news = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      try {
        long next = dispatch();
        lock.lock();
        try {
          if (closed) {
            return;
          }
          long wait = Math.min(next - clock.millis(), IDLE_MILLIS);
          if (!news && wait > 0) {
            var unused = changed.await(wait, TimeUnit.MILLISECONDS);
          }
          news = false;
        } finally {
          lock.unlock();
        }
      } catch (StoreException e) {
        if (e.kind() == StoreException.Kind.CLOSED) {
          return;
        }
        LOG.log(System.Logger.Level.WARNING, "deliveries wait for the store", e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Begins with what is due, and returns when the next delivery is. */
  private long dispatch() throws InterruptedException {
    String after = null;
    while (true) {
      var from = after;
      var rows = tables.store().read(tx -> tables.due(tx, from, SCAN));
      for (var row : rows) {
        if (row.value().due() > clock.millis()) {
          return row.value().due();
        }
        begin(row);
      }
      if (rows.size() < SCAN) {
        return Long.MAX_VALUE;
      }
      after = rows.getLast().cursor();
    }
  }

  private void begin(Entry<DeliveryRecord> row) throws InterruptedException {
    var subscription = row.value().subscriptionArn();
    synchronized (underWayOf) {
      if (underWay.contains(row.key()) || underWayOf.getOrDefault(subscription, 0) >= MOST_OF_ONE) {
        return;
      }
      underWay.add(row.key());
      underWayOf.merge(subscription, 1, Integer::sum);
    }
    turns.acquire();
    Thread.ofVirtual()
        .name("sns-delivery")
        .start(
            () -> {
              try {
                attempt(row.key());
              } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a delivery will be tried again", e);
              } finally {
                synchronized (underWayOf) {
                  underWay.remove(row.key());
                  underWayOf.computeIfPresent(
                      subscription, (arn, count) -> count == 1 ? null : count - 1);
                }
                turns.release();
                wake();
              }
            });
  }

  private void attempt(String key) {
    var delivery = tables.deliveries.get(key);
    if (delivery == null || delivery.due() > clock.millis()) {
      return;
    }
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
      tables.store().run(tx -> tables.deliveries.delete(tx, key));
    } else if (delay.isPresent()) {
      long due = clock.millis() + delay.get().toMillis();
      tables.store().run(tx -> tables.deliveries.update(tx, key, before -> before.tried(due)));
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "SNS gives up message {0} for {1} after {2} attempts{3}",
          delivery.messageId(),
          delivery.subscriptionArn(),
          delivery.attempts() + 1,
          reason);
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
      tables.store().run(tx -> tables.deliveries.delete(tx, key));
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
              tables.deliveries.delete(tx, key);
              letter.ifPresent(one -> queues.write(tx, one));
            });
    letter.ifPresent(one -> queues.arrived(java.util.List.of(one), clock.instant()));
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
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

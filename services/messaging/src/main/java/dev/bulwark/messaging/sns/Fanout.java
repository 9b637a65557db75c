package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.sqs.MessageContent;
import dev.bulwark.messaging.sqs.Outgoing;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.service.ServiceMetric;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets a message, and in which form. Queues get it in the transaction of its publication, so
 * that what is acknowledged is in the queues; all else is written down to be delivered.
 */
final class Fanout {
  private static final System.Logger LOG = System.getLogger(Fanout.class.getName());

  /**
   * The deliveries of one publication.
   *
   * @param outcomes what is to be counted of it
   */
  record Fan(
      Publication publication,
      List<QueueSender.Ready> toQueues,
      List<Deliveries.Ready> later,
      List<ServiceMetric> outcomes) {}

  private final SnsTables tables;
  private final QueueSender queues;
  private final Deliveries deliveries;
  private final Envelopes envelopes;
  private final TopicMetrics metrics;

  Fanout(
      SnsTables tables,
      QueueSender queues,
      Deliveries deliveries,
      Envelopes envelopes,
      TopicMetrics metrics) {
    this.tables = tables;
    this.queues = queues;
    this.deliveries = deliveries;
    this.envelopes = envelopes;
    this.metrics = metrics;
  }

  /** Signatures of the texts of one publication, each made once. */
  private final class Signed {
    private final Publication publication;
    private final Map<String, String> signatures = new HashMap<>(2);

    Signed(Publication publication) {
      this.publication = publication;
    }

    String envelope(Subscriber subscriber, String text) {
      var signature = signatures.computeIfAbsent(text, any -> envelopes.sign(publication, text));
      return envelopes.notification(publication, text, signature, subscriber.record().arn());
    }
  }

  Fan prepare(Publication publication) {
    var subscribers = tables.subscribers(publication.topic().arn());
    var fan =
        new Fan(
            publication,
            new ArrayList<>(subscribers.size()),
            new ArrayList<>(0),
            new ArrayList<>(subscribers.size()));
    var signed = new Signed(publication);
    Caller caller = null;
    for (var subscriber : subscribers) {
      if (!subscriber.wants(publication)) {
        fan.outcomes().addAll(TopicMetrics.filteredOut(subscriber, publication));
        continue;
      }
      var record = subscriber.record();
      var text = publication.textFor(record.protocol());
      if (record.protocol().equals("sqs")) {
        if (caller == null) {
          caller = deliveries.caller(publication.topic().arn());
        }
        toQueue(fan, subscriber, text, signed, caller);
      } else {
        boolean wrapped = !record.raw() && !record.protocol().equals("email");
        fan.later()
            .add(
                deliveries.prepare(
                    record,
                    record.raw(),
                    Envelopes.NOTIFICATION,
                    publication.messageId(),
                    wrapped ? signed.envelope(subscriber, text) : text,
                    publication.subject(),
                    publication.time()));
      }
    }
    return fan;
  }

  private void toQueue(Fan fan, Subscriber subscriber, String text, Signed signed, Caller caller) {
    var publication = fan.publication();
    var queue = subscriber.record().endpoint();
    boolean fifo = queues.isFifo(queue);
    var message =
        new Outgoing(
            subscriber.record().raw()
                ? new MessageContent(text, attributes(publication), null)
                : new MessageContent(signed.envelope(subscriber, text), Map.of(), null),
            null,
            publication.groupId(),
            fifo ? publication.deduplicationId() : null);
    try {
      fan.toQueues().add(queues.prepare(caller, queue, message));
      fan.outcomes().add(TopicMetrics.DELIVERED);
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "SNS cannot deliver message {0} to {1}: {2}",
          publication.messageId(),
          queue,
          e.getMessage());
      fan.outcomes().add(TopicMetrics.FAILED);
      if (subscriber.deadLetterQueue().isPresent()) {
        var letter =
            deliveries.deadLetter(
                publication.topic().arn(), subscriber.deadLetterQueue().get(), message);
        letter.ifPresent(fan.toQueues()::add);
        fan.outcomes().add(TopicMetrics.ofLetter(letter));
      }
    }
  }

  private static Map<String, dev.bulwark.api.sqs.MessageAttributeValue> attributes(
      Publication publication) {
    var attributes = new HashMap<String, dev.bulwark.api.sqs.MessageAttributeValue>();
    publication
        .attributes()
        .forEach(
            (name, value) ->
                attributes.put(
                    name,
                    dev.bulwark.api.sqs.MessageAttributeValue.builder()
                        .dataType(value.dataType())
                        .stringValue(value.stringValue())
                        .binaryValue(value.binaryValue())
                        .build()));
    return attributes;
  }

  void write(WriteTx tx, Fan fan) {
    fan.toQueues().forEach(message -> queues.write(tx, message));
    fan.later().forEach(delivery -> deliveries.write(tx, delivery));
  }

  /** What was written is durable. */
  void written(Fan fan, Instant now) {
    var publication = fan.publication();
    metrics.published(
        publication.topic().record().name(),
        PublicationChecks.size(publication.message(), publication.attributes()),
        fan.outcomes());
    queues.arrived(fan.toQueues(), now);
    if (!fan.later().isEmpty()) {
      deliveries.added(fan.later());
    }
  }
}

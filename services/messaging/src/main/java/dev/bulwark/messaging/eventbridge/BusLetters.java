package dev.bulwark.messaging.eventbridge;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sqs.MessageAttributeValue;
import dev.bulwark.api.sqs.SqsApi;
import dev.bulwark.messaging.sqs.MessageContent;
import dev.bulwark.messaging.sqs.Outgoing;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts events that cannot be encrypted under the key of their bus into the bus's dead-letter queue.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html">DLQs
 *     for encrypted events</a>
 */
final class BusLetters {
  private static final System.Logger LOG = System.getLogger(BusLetters.class.getName());

  private final QueueSender queues;
  private final Supplier<ServiceCallers> callers;

  BusLetters(QueueSender queues, Supplier<ServiceCallers> callers) {
    this.queues = queues;
    this.callers = callers;
  }

  /** A letter, to be written; empty where there is no queue, or it does not take the event. */
  Optional<QueueSender.Ready> prepare(BusRecord bus, String event, ApiException reason) {
    LOG.log(
        System.Logger.Level.WARNING,
        "an event of {0} cannot be encrypted: {1}",
        bus.name().arn(),
        reason.getMessage());
    if (bus.deadLetterQueue() == null) {
      return Optional.empty();
    }
    var attributes = new HashMap<String, MessageAttributeValue>();
    attributes.put("ERROR_CODE", text(reason.code()));
    attributes.put("ERROR_MESSAGE", text(String.valueOf(reason.getMessage())));
    var caller =
        callers
            .get()
            .of(
                new Principal.ServicePrincipal(
                    "events.amazonaws.com", bus.name().accountId(), bus.name().arn()),
                bus.name().region(),
                SqsApi.MODEL.info());
    try {
      return Optional.of(
          queues.prepare(
              caller,
              bus.deadLetterQueue(),
              new Outgoing(
                  new MessageContent(event, Map.copyOf(attributes), null), null, null, null)));
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the dead-letter queue {0} does not take it, and it is lost: {1}",
          bus.deadLetterQueue(),
          e.getMessage());
      return Optional.empty();
    }
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  void write(WriteTx tx, List<QueueSender.Ready> letters) {
    letters.forEach(letter -> queues.write(tx, letter));
  }

  /** What was written is durable. */
  void written(List<QueueSender.Ready> letters, Instant now) {
    queues.arrived(letters, now);
  }
}

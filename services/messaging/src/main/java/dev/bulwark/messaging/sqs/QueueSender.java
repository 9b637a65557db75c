package dev.bulwark.messaging.sqs;

import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.List;

/**
 * Sends to queues for other services of this installation, which ask as their service principals:
 * the queue's policy has to let them.
 */
public final class QueueSender {
  private final SqsTables tables;
  private final Sends sends;

  QueueSender(SqsTables tables, Sends sends) {
    this.tables = tables;
    this.sends = sends;
  }

  /**
   * A message that is checked, permitted and sealed, for a transaction of its sender's.
   *
   * @see #write
   */
  public static final class Ready {
    private final Outbound outbound;
    private boolean duplicate;

    private Ready(Outbound outbound) {
      this.outbound = outbound;
    }
  }

  /** Whether there is such a queue. */
  public boolean exists(String queueArn) {
    return tables.findByArn(queueArn).isPresent();
  }

  /** Whether there is such a queue, and it is a FIFO queue. */
  public boolean isFifo(String queueArn) {
    return tables.findByArn(queueArn).filter(LoadedQueue::fifo).isPresent();
  }

  /**
   * Prepares a message.
   *
   * @throws ApiException where there is no such queue, it lets the caller not, or the message
   *     cannot be sent
   */
  public Ready prepare(Caller caller, String queueArn, Outgoing message) {
    var queue = tables.findByArn(queueArn).orElseThrow(SqsErrors::noSuchQueue);
    caller.require(Permission.of("sqs:SendMessage", queue.resource()));
    return new Ready(sends.prepare(queue, message, caller));
  }

  /** Writes a message, with whatever else the transaction holds. */
  public void write(WriteTx tx, Ready message) {
    message.duplicate = sends.write(tx, message.outbound).duplicate();
  }

  /** Shows messages to receivers, once the transaction is durable. */
  public void arrived(List<Ready> messages, Instant now) {
    messages.stream()
        .filter(message -> message.duplicate)
        .forEach(message -> sends.cameAgain(message.outbound));
    sends.arrived(
        messages.stream()
            .filter(message -> !message.duplicate)
            .map(message -> message.outbound)
            .toList(),
        now.toEpochMilli());
  }

  /** All of it, where there is nothing else to be written. */
  public void send(Caller caller, String queueArn, Outgoing message) {
    var ready = prepare(caller, queueArn, message);
    tables.store().run(tx -> write(tx, ready));
    arrived(List.of(ready), caller.time());
  }
}

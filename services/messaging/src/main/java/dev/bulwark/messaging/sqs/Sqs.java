package dev.bulwark.messaging.sqs;

import dev.bulwark.base.BulwarkClock;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Service;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;

/** SQS over one store, for clients and for other services that send to queues. */
public final class Sqs implements AutoCloseable {
  private final LiveQueues live;
  private final MoveRunner moves;
  private final Janitor janitor;
  private final QueueSender sender;
  private final SqsService service;

  /**
   * SQS.
   *
   * @param publisher takes the metrics of queues
   */
  public Sqs(
      Store store,
      Sealer sealer,
      MessageKeys keys,
      PolicyPrincipals principals,
      MetricPublisher publisher,
      BulwarkClock clock) {
    var tables = new SqsTables(store);
    var numbers = new Sequence();
    var metrics = new QueueMetrics(publisher);
    live = new LiveQueues(tables, numbers, clock);
    clock.onMove(live::wake);
    metrics.tellLengths(live);
    var finder = new QueueFinder(tables);
    var seals = new MessageSeals(sealer, keys);
    var sends = new Sends(tables, live, seals, numbers, metrics);
    var deadLetters = new DeadLetters(tables, live, numbers);
    var handles = new ReceiptHandles(sealer);
    var queues = new Queues(tables, finder, live, principals);
    moves = new MoveRunner(tables, live, deadLetters, clock);
    janitor = new Janitor(tables, live, clock);
    sender = new QueueSender(tables, sends);
    service =
        new SqsService(
            finder,
            queues,
            new QueueLists(tables, finder, new PageTokens(sealer)),
            new QueueTags(finder, queues),
            new QueuePermissions(finder, queues, principals),
            new Messages(finder, sends),
            new Receives(
                tables,
                finder,
                live,
                deadLetters,
                seals,
                new MessageViews(handles),
                metrics,
                clock),
            new Receipts(tables, finder, live, handles, metrics),
            new MoveTasks(tables, finder, live, moves));
    moves.resume();
    janitor.start();
  }

  public Service service() {
    return service;
  }

  /** For other services. */
  public QueueSender sender() {
    return sender;
  }

  /** Deletes what has been kept long enough; happens by itself every few seconds. */
  void sweep() {
    janitor.sweep();
  }

  /** Forgets all messages in memory, for a laboratory that has forgotten all rows. */
  public void forget() {
    live.clear();
  }

  @Override
  public void close() {
    moves.close();
    janitor.close();
    live.clear();
  }
}

package dev.bulwark.messaging.sqs;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.util.Map;

/**
 * What queues tell of themselves.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html">Available
 *     CloudWatch metrics for Amazon SQS</a>
 */
final class QueueMetrics {
  /** For how long after its last use a queue is active, and tells how long it is. */
  private static final long ACTIVE_MILLIS = 6 * 3_600_000L;

  private static final ServiceMetric SENT = count("NumberOfMessagesSent");
  private static final ServiceMetric SIZE =
      new ServiceMetric("AWS/SQS", "SentMessageSize", "Bytes");
  private static final ServiceMetric DEDUPLICATED = count("NumberOfDeduplicatedSentMessages");
  private static final ServiceMetric RECEIVED = count("NumberOfMessagesReceived");
  private static final ServiceMetric EMPTY = count("NumberOfEmptyReceives");
  private static final ServiceMetric DELETED = count("NumberOfMessagesDeleted");
  private static final ServiceMetric VISIBLE = count("ApproximateNumberOfMessagesVisible");
  private static final ServiceMetric IN_FLIGHT = count("ApproximateNumberOfMessagesNotVisible");
  private static final ServiceMetric DELAYED = count("ApproximateNumberOfMessagesDelayed");
  private static final ServiceMetric AGE =
      new ServiceMetric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Seconds");

  private final MetricPublisher metrics;

  QueueMetrics(MetricPublisher metrics) {
    this.metrics = metrics;
  }

  private static ServiceMetric count(String name) {
    return new ServiceMetric("AWS/SQS", name, "Count");
  }

  static Source source(QueueName queue) {
    return new Source(queue.accountId(), queue.region(), Map.of("QueueName", queue.name()));
  }

  void sent(LiveQueue queue, int size) {
    metrics.add(queue.source(), SENT, 1);
    metrics.add(queue.source(), SIZE, size);
  }

  /** A message came again within the time in which its deduplication id keeps it away. */
  void deduplicated(LiveQueue queue) {
    metrics.add(queue.source(), DEDUPLICATED, 1);
  }

  void received(LiveQueue queue, int messages) {
    if (messages == 0) {
      metrics.add(queue.source(), EMPTY, 1);
    } else {
      metrics.add(queue.source(), RECEIVED, messages);
    }
  }

  /** Deletions that succeeded; as at AWS also such as find nothing to delete any more. */
  void deleted(LiveQueue queue, int messages) {
    if (messages > 0) {
      metrics.add(queue.source(), DELETED, messages);
    }
  }

  /** Has the lengths of the active ones of these queues told every minute. */
  void tellLengths(LiveQueues queues) {
    metrics.everyMinute(() -> queues.forEachUsedWithin(ACTIVE_MILLIS, this::tellLength));
  }

  private void tellLength(LiveQueue queue, long now) {
    var counts = queue.counts(now);
    metrics.add(queue.source(), VISIBLE, counts.visible());
    metrics.add(queue.source(), IN_FLIGHT, counts.inFlight());
    metrics.add(queue.source(), DELAYED, counts.delayed());
    metrics.add(queue.source(), AGE, queue.oldestAge(now) / 1000);
  }
}

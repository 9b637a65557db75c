package dev.bulwark.messaging.sns;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What topics tell of themselves.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html">Monitoring
 *     Amazon SNS topics using CloudWatch</a>
 */
final class TopicMetrics {
  static final ServiceMetric DELIVERED = count("NumberOfNotificationsDelivered");
  static final ServiceMetric FAILED = count("NumberOfNotificationsFailed");
  private static final ServiceMetric REDRIVEN = count("NumberOfNotificationsRedrivenToDlq");
  private static final ServiceMetric NOT_REDRIVEN =
      count("NumberOfNotificationsFailedToRedriveToDlq");

  private static final ServiceMetric WAITING =
      new ServiceMetric("Bulwark/SNS", "NotificationsWaiting", "Count");

  private static final ServiceMetric PUBLISHED = count("NumberOfMessagesPublished");
  private static final ServiceMetric SIZE = new ServiceMetric("AWS/SNS", "PublishSize", "Bytes");
  private static final ServiceMetric FILTERED = count("NumberOfNotificationsFilteredOut");
  private static final ServiceMetric BY_ATTRIBUTES =
      count("NumberOfNotificationsFilteredOut-MessageAttributes");
  private static final ServiceMetric NO_ATTRIBUTES =
      count("NumberOfNotificationsFilteredOut-NoMessageAttributes");
  private static final ServiceMetric BY_BODY =
      count("NumberOfNotificationsFilteredOut-MessageBody");
  private static final ServiceMetric NO_BODY =
      count("NumberOfNotificationsFilteredOut-InvalidMessageBody");

  private final MetricPublisher metrics;

  TopicMetrics(MetricPublisher metrics) {
    this.metrics = metrics;
  }

  private static ServiceMetric count(String name) {
    return new ServiceMetric("AWS/SNS", name, "Count");
  }

  private static Source source(TopicName topic) {
    return new Source(topic.accountId(), topic.region(), Map.of("TopicName", topic.name()));
  }

  /** What a message that a subscriber does not want is counted as. */
  static List<ServiceMetric> filteredOut(Subscriber subscriber, Publication publication) {
    if (subscriber.filtersBody()) {
      return List.of(FILTERED, publication.body().isPresent() ? BY_BODY : NO_BODY);
    }
    return List.of(FILTERED, publication.attributes().isEmpty() ? NO_ATTRIBUTES : BY_ATTRIBUTES);
  }

  /** What a dead letter is counted as, which its queue has taken or not. */
  static ServiceMetric ofLetter(Optional<?> taken) {
    return taken.isPresent() ? REDRIVEN : NOT_REDRIVEN;
  }

  /**
   * A message is published.
   *
   * @param outcomes what has become of it for each subscriber by now
   */
  void published(TopicName topic, int size, List<ServiceMetric> outcomes) {
    var source = source(topic);
    metrics.add(source, PUBLISHED, 1);
    metrics.add(source, SIZE, size);
    outcomes.forEach(outcome -> metrics.add(source, outcome, 1));
  }

  /** So many deliveries wait for a subscriber; AWS has no such metric. */
  void waiting(String subscriptionArn, long deliveries) {
    TopicName.ofArn(subscriptionArn.substring(0, subscriptionArn.lastIndexOf(':')))
        .ifPresent(topic -> metrics.add(source(topic), WAITING, deliveries));
  }

  /** Something has become of a delivery; of what is no notification nothing is told. */
  void outcome(DeliveryRecord delivery, ServiceMetric outcome) {
    if (delivery.kind().equals(Envelopes.NOTIFICATION)) {
      TopicName.ofArn(delivery.topicArn())
          .ifPresent(topic -> metrics.add(source(topic), outcome, 1));
    }
  }
}

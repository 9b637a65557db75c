package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.GetBucketNotificationConfigurationOutput;
import dev.bulwark.api.s3.GetBucketNotificationConfigurationRequest;
import dev.bulwark.api.s3.NotificationConfiguration;
import dev.bulwark.api.s3.PutBucketNotificationConfigurationRequest;
import dev.bulwark.api.s3.QueueConfiguration;
import dev.bulwark.api.s3.TopicConfiguration;
import dev.bulwark.base.Arn;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.wire.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notification configurations of buckets. Whether a target can be told is found out by telling. */
final class BucketNotifications {
  private static final int ID_BYTES = 36;

  private final Buckets buckets;
  private final Configurations<NotificationConfiguration> configurations;
  private final NoticeSender sender;

  BucketNotifications(
      Buckets buckets,
      Configurations<NotificationConfiguration> configurations,
      NoticeSender sender) {
    this.buckets = buckets;
    this.configurations = configurations;
    this.sender = sender;
  }

  GetBucketNotificationConfigurationOutput get(
      GetBucketNotificationConfigurationRequest in, Call call) {
    var found = configurations.find(buckets.require(in.bucket(), call).name());
    return found == null
        ? GetBucketNotificationConfigurationOutput.builder().build()
        : GetBucketNotificationConfigurationOutput.builder()
            .queueConfigurations(found.queueConfigurations())
            .topicConfigurations(found.topicConfigurations())
            .eventBridgeConfiguration(found.eventBridgeConfiguration())
            .build();
  }

  Unit put(PutBucketNotificationConfigurationRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    Integrity.checkContent(call.http());
    var wanted = in.notificationConfiguration();
    if (wanted.lambdaFunctionConfigurations() != null
        && !wanted.lambdaFunctionConfigurations().isEmpty()) {
      throw S3Errors.notBuilt("Notifications to Lambda functions are not implemented");
    }
    var rules = NotificationRules.of(wanted);
    if (rules.targets().isEmpty() && !rules.onBus()) {
      return configurations.delete(in.bucket(), call);
    }
    checkServices(wanted, bucket);
    if (!Boolean.TRUE.equals(in.skipDestinationValidation())) {
      rules.targets().forEach(target -> test(bucket, target.arn(), call));
    }
    return configurations.put(in.bucket(), call, named(wanted), Unit.UNIT);
  }

  private static void checkServices(NotificationConfiguration wanted, BucketRecord bucket) {
    list(wanted.queueConfigurations())
        .forEach(queue -> checkService(queue.queueArn(), "sqs", bucket));
    list(wanted.topicConfigurations())
        .forEach(topic -> checkService(topic.topicArn(), "sns", bucket));
  }

  private static void checkService(String text, String service, BucketRecord bucket) {
    var arn = Arn.tryParse(text).orElse(null);
    if (arn == null || !arn.service().equals(service)) {
      throw ConfigurationErrors.unparsableArn(text);
    }
    if (!arn.region().equals(bucket.region())) {
      throw ConfigurationErrors.notificationAcrossRegions(text);
    }
  }

  private void test(BucketRecord bucket, String arn, Call call) {
    var message =
        new JsonText(256)
            .begin()
            .put("Service", "Amazon S3")
            .put("Event", "s3:TestEvent")
            .put("Time", call.time().toString())
            .put("Bucket", bucket.name())
            .put("RequestId", call.requestId())
            .put("HostId", Ids.s3HostId())
            .end()
            .toString();
    try {
      sender.send(
          new Notice(
              bucket.accountId(), bucket.arn(), arn, message, null, call.time().toEpochMilli(), 0));
    } catch (ApiException e) {
      throw ConfigurationErrors.unreachableTarget(arn, e);
    }
  }

  /** The same with an id for each target. */
  private static NotificationConfiguration named(NotificationConfiguration wanted) {
    return NotificationConfiguration.builder()
        .queueConfigurations(
            list(wanted.queueConfigurations()).stream().map(BucketNotifications::named).toList())
        .topicConfigurations(
            list(wanted.topicConfigurations()).stream().map(BucketNotifications::named).toList())
        .eventBridgeConfiguration(wanted.eventBridgeConfiguration())
        .build();
  }

  private static QueueConfiguration named(QueueConfiguration queue) {
    return isNamed(queue.id()) ? queue : queue.toBuilder().id(Ids.token(ID_BYTES)).build();
  }

  private static TopicConfiguration named(TopicConfiguration topic) {
    return isNamed(topic.id()) ? topic : topic.toBuilder().id(Ids.token(ID_BYTES)).build();
  }

  private static boolean isNamed(@Nullable String id) {
    return id != null && !id.isEmpty();
  }

  private static <T> List<T> list(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}

package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.FilterRule;
import dev.bulwark.api.s3.NotificationConfiguration;
import dev.bulwark.api.s3.NotificationConfigurationFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be told of what happens to a bucket's objects.
 *
 * @param onBus whether EventBridge is told of everything
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html">Event
 *     notification types and destinations</a>
 */
record NotificationRules(List<Target> targets, boolean onBus) {
  private static final int MOST = 100;
  private static final int MAX_ID = 255;
  private static final int MAX_FILTER_BYTES = 1024;
  private static final Set<String> EVENTS =
      Set.of(
          "s3:ReducedRedundancyLostObject",
          "s3:ObjectCreated:*",
          "s3:ObjectCreated:Put",
          "s3:ObjectCreated:Post",
          "s3:ObjectCreated:Copy",
          "s3:ObjectCreated:CompleteMultipartUpload",
          "s3:ObjectRemoved:*",
          "s3:ObjectRemoved:Delete",
          "s3:ObjectRemoved:DeleteMarkerCreated",
          "s3:ObjectRestore:*",
          "s3:ObjectRestore:Post",
          "s3:ObjectRestore:Completed",
          "s3:ObjectRestore:Delete",
          "s3:Replication:*",
          "s3:Replication:OperationFailedReplication",
          "s3:Replication:OperationNotTracked",
          "s3:Replication:OperationMissedThreshold",
          "s3:Replication:OperationReplicatedAfterThreshold",
          "s3:LifecycleTransition",
          "s3:IntelligentTiering",
          "s3:ObjectAcl:Put",
          "s3:LifecycleExpiration:*",
          "s3:LifecycleExpiration:Delete",
          "s3:LifecycleExpiration:DeleteMarkerCreated",
          "s3:ObjectTagging:*",
          "s3:ObjectTagging:Put",
          "s3:ObjectTagging:Delete");

  /**
   * One of them.
   *
   * @param arn of a queue or topic
   * @param events as they were configured
   */
  record Target(String id, String arn, List<String> events, String prefix, String suffix) {

    boolean wants(String event, String key) {
      return key.startsWith(prefix)
          && key.endsWith(suffix)
          && events.stream().anyMatch(pattern -> covers(pattern, event));
    }

    private boolean overlaps(Target other) {
      boolean keys =
          (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix))
              && (suffix.endsWith(other.suffix) || other.suffix.endsWith(suffix));
      return keys
          && events.stream()
              .anyMatch(
                  mine ->
                      other.events.stream()
                          .anyMatch(theirs -> covers(mine, theirs) || covers(theirs, mine)));
    }
  }

  private static boolean covers(String pattern, String event) {
    return pattern.endsWith("*")
        ? event.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(event);
  }

  /**
   * The rules of a configuration.
   *
   * @throws dev.bulwark.schema.ApiException as S3 refuses it
   */
  static NotificationRules of(NotificationConfiguration configuration) {
    var targets = new ArrayList<Target>();
    for (var queue : list(configuration.queueConfigurations())) {
      targets.add(target(queue.id(), queue.queueArn(), queue.events(), queue.filter()));
    }
    for (var topic : list(configuration.topicConfigurations())) {
      targets.add(target(topic.id(), topic.topicArn(), topic.events(), topic.filter()));
    }
    if (targets.size() > MOST) {
      throw ConfigurationErrors.tooManyNotifications(MOST);
    }
    var ids = new HashSet<String>();
    for (int i = 0; i < targets.size(); i++) {
      var id = targets.get(i).id();
      if (!id.isEmpty() && !ids.add(id)) {
        throw ConfigurationErrors.sameNotificationId(id);
      }
      for (var other : targets.subList(i + 1, targets.size())) {
        if (targets.get(i).overlaps(other)) {
          throw ConfigurationErrors.notificationsOverlap();
        }
      }
    }
    return new NotificationRules(targets, configuration.eventBridgeConfiguration() != null);
  }

  private static Target target(
      @Nullable String id,
      @Nullable String arn,
      @Nullable List<String> events,
      @Nullable NotificationConfigurationFilter filter) {
    if (arn == null || list(events).isEmpty()) {
      throw S3Errors.malformedXml();
    }
    if (id != null && id.length() > MAX_ID) {
      throw ConfigurationErrors.idTooLong();
    }
    for (var event : list(events)) {
      if (!EVENTS.contains(event)) {
        throw ConfigurationErrors.unknownEvent(event);
      }
    }
    var rules =
        filter == null || filter.key() == null
            ? List.<FilterRule>of()
            : list(filter.key().filterRules());
    return new Target(
        id == null ? "" : id,
        arn,
        list(events).stream().distinct().toList(),
        value(rules, "prefix"),
        value(rules, "suffix"));
  }

  private static String value(List<FilterRule> rules, String name) {
    String found = null;
    for (var rule : rules) {
      var its = rule.name() == null ? "" : rule.name().toLowerCase(Locale.ROOT);
      if (!its.equals("prefix") && !its.equals("suffix")) {
        throw ConfigurationErrors.unknownFilterRule();
      }
      if (its.equals(name)) {
        if (found != null) {
          throw ConfigurationErrors.filterRuleTwice(name);
        }
        found = rule.value() == null ? "" : rule.value();
      }
    }
    if (found != null && found.getBytes(StandardCharsets.UTF_8).length > MAX_FILTER_BYTES) {
      throw ConfigurationErrors.filterTooLong();
    }
    return found == null ? "" : found;
  }

  private static <T> List<T> list(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}

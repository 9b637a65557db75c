package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.InsightTables.InsightEvent;
import dev.bulwark.audit.cloudtrail.InsightTables.OpenInsight;
import dev.bulwark.base.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the events of Insights in CloudTrail's record format.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html">CloudTrail
 *     record contents for Insights events for trails</a>
 */
final class InsightRecords {
  private static final String VERSION = "1.08";
  private static final int MOST_VALUES = 5;

  /** In the order in which they stand in a record. */
  private static final List<String> ATTRIBUTES =
      List.of("userIdentityArn", "userAgent", "errorCode");

  private static final int SECONDS = 60;

  private InsightRecords() {}

  static InsightEvent start(OpenInsight insight) {
    return event(insight, "Start", insight.start(), 1);
  }

  static InsightEvent end(OpenInsight insight) {
    return event(insight, "End", insight.last() + 1, (int) (insight.last() - insight.start() + 1));
  }

  private static InsightEvent event(OpenInsight insight, String state, long minute, int duration) {
    var series = insight.series();
    var id = Ids.uuid();
    var time = Instant.ofEpochSecond(minute * SECONDS);
    var record =
        JsonMapper.shared()
            .createObjectNode()
            .put("eventVersion", VERSION)
            .put("eventTime", time.toString())
            .put("awsRegion", series.region())
            .put("eventID", id)
            .put("eventType", "AwsCloudTrailInsight")
            .put("recipientAccountId", series.accountId())
            .put("sharedEventID", insight.sharedEventId());
    var details =
        record
            .putObject("insightDetails")
            .put("state", state)
            .put("eventSource", series.source())
            .put("eventName", series.name())
            .put("insightType", series.type());
    if (!series.error().isEmpty()) {
      details.put("errorCode", series.error());
    }
    var context = details.putObject("insightContext");
    putStatistics(context, insight, duration);
    var attributions = context.putArray("attributions");
    for (var attribute : ATTRIBUTES) {
      putAttribution(attributions, attribute, insight, duration);
    }
    record.put("eventCategory", "Insight");
    return new InsightEvent(
        id,
        time,
        series.accountId(),
        series.region(),
        series.source(),
        series.name(),
        series.type(),
        record.toString());
  }

  private static void putStatistics(ObjectNode context, OpenInsight insight, int duration) {
    var statistics = context.putObject("statistics");
    statistics.putObject("baseline").put("average", rounded(insight.baseline().average()));
    statistics
        .putObject("insight")
        .put("average", rounded((double) insight.activity().count() / duration));
    statistics
        .put("insightDuration", duration)
        .put("baselineDuration", insight.baseline().minutes());
  }

  private static void putAttribution(
      ArrayNode attributions, String attribute, OpenInsight insight, int duration) {
    var node = attributions.addObject().put("attribute", attribute);
    putValues(node.putArray("insight"), insight.activity().attributes(), attribute, duration);
    putValues(
        node.putArray("baseline"),
        insight.baseline().attributes(),
        attribute,
        insight.baseline().minutes());
  }

  private static void putValues(
      ArrayNode to, Map<String, Map<String, Long>> counts, String attribute, long minutes) {
    counts.getOrDefault(attribute, Map.of()).entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_VALUES)
        .forEach(
            entry ->
                to.addObject()
                    .put("value", entry.getKey())
                    .put("average", rounded((double) entry.getValue() / minutes)));
  }

  /** Ten digits, as AWS's averages have. */
  private static double rounded(double average) {
    return Math.round(average * 1e10) / 1e10;
  }
}

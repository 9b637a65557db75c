package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.base.BulwarkClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailException;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.EventCategory;
import software.amazon.awssdk.services.cloudtrail.model.InsightNotEnabledException;
import software.amazon.awssdk.services.cloudtrail.model.InsightSelector;
import software.amazon.awssdk.services.cloudtrail.model.InsightType;
import software.amazon.awssdk.services.cloudtrail.model.InsightsMetricDataType;
import software.amazon.awssdk.services.cloudtrail.model.InvalidInsightSelectorsException;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.cloudtrail.model.ReadWriteType;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InsightsTest {
  private static final Duration LEARNING = Duration.ofHours(37);

  @Test
  void aBurstOfCallsStartsAnInsightAndItsEndEndsIt() {
    try (var world = new TrailWorld()) {
      enable(world, InsightType.API_CALL_RATE_INSIGHT);
      assertThat(world.trails.getTrail(r -> r.name("audit")).trail().hasInsightSelectors())
          .isTrue();
      var iam = world.lab.client(IamClient.builder());
      pass(world, LEARNING);
      users(iam, "a", 12);
      pass(world, Duration.ofMinutes(2));
      var start = details(world, 1).getFirst();
      assertThat(start.path("eventType").asString()).isEqualTo("AwsCloudTrailInsight");
      assertThat(start.path("eventCategory").asString()).isEqualTo("Insight");
      assertThat(start.at("/insightDetails/state").asString()).isEqualTo("Start");
      assertThat(start.at("/insightDetails/eventSource").asString()).isEqualTo("iam.amazonaws.com");
      assertThat(start.at("/insightDetails/eventName").asString()).isEqualTo("CreateUser");
      assertThat(start.at("/insightDetails/insightType").asString())
          .isEqualTo("ApiCallRateInsight");
      var statistics = start.at("/insightDetails/insightContext/statistics");
      assertThat(statistics.at("/baseline/average").asDouble()).isZero();
      assertThat(statistics.at("/insight/average").asDouble()).isEqualTo(12);
      assertThat(statistics.at("/insightDuration").asInt()).isEqualTo(1);
      assertThat(statistics.at("/baselineDuration").asInt()).isBetween(37 * 60, 37 * 60 + 2);
      var attributions = start.at("/insightDetails/insightContext/attributions");
      assertThat(attributions.at("/0/attribute").asString()).isEqualTo("userIdentityArn");
      assertThat(attributions.at("/0/insight/0/value").asString())
          .isEqualTo("arn:aws:iam::123456789012:root");
      assertThat(attributions.at("/1/attribute").asString()).isEqualTo("userAgent");
      assertThat(attributions.at("/2/insight/0/value").asString()).isEqualTo("null");

      pass(world, Duration.ofMinutes(6));
      var end = details(world, 2).getFirst();
      assertThat(end.at("/insightDetails/state").asString()).isEqualTo("End");
      assertThat(end.path("sharedEventID").asString())
          .isEqualTo(start.path("sharedEventID").asString());
      assertThat(end.at("/insightDetails/insightContext/statistics/insight/average").asDouble())
          .isEqualTo(12);
      // What happened on other days of the week, too, is usual, and before it is learnt nothing is.
      assertThat(files(world))
          .extracting(record -> record.path("eventID").asString())
          .containsExactlyInAnyOrder(
              start.path("eventID").asString(), end.path("eventID").asString());
    }
  }

  private static void enable(TrailWorld world, InsightType... types) {
    world.trail("audit");
    world.trails.putInsightSelectors(
        r ->
            r.trailName("audit")
                .insightSelectors(
                    List.of(types).stream()
                        .map(type -> InsightSelector.builder().insightType(type).build())
                        .toList()));
  }

  /** From the beginning of a minute on, so that what is done next is done in one. */
  private static void pass(TrailWorld world, Duration time) {
    var aim = world.lab.clock.instant().plus(time);
    var minute = Duration.ofSeconds(60 - aim.getEpochSecond() % 60);
    world.lab.clock.advance(time.plus(minute));
    world.lab.cloudTrail.catchUp();
  }

  private static void users(IamClient iam, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      var name = prefix + i;
      iam.createUser(r -> r.userName(name));
    }
  }

  private static List<Event> insights(CloudTrailClient trails) {
    return trails.lookupEvents(r -> r.eventCategory(EventCategory.INSIGHT)).events();
  }

  /** The events that are looked up, newest first. */
  private static List<JsonNode> details(TrailWorld world, int count) {
    var found = insights(world.trails);
    assertThat(found).hasSize(count);
    return found.stream()
        .map(event -> JsonMapper.shared().readTree(event.cloudTrailEvent()))
        .toList();
  }

  private static List<JsonNode> files(TrailWorld world) {
    return world.keys("/CloudTrail-Insight/us-east-1/").stream()
        .map(key -> world.json(key).at("/Records/0"))
        .toList();
  }

  @Test
  void nothingIsUnusualBeforeItIsLearntWhatIsUsual() {
    try (var world = new TrailWorld()) {
      enable(world, InsightType.API_CALL_RATE_INSIGHT);
      var iam = world.lab.client(IamClient.builder());
      users(iam, "a", 12);
      pass(world, Duration.ofMinutes(2));
      assertThat(insights(world.trails)).isEmpty();
      pass(world, LEARNING);
      users(iam, "b", 12);
      pass(world, Duration.ofDays(1));
      users(iam, "c", 12);
      pass(world, Duration.ofMinutes(2));
      // Twice in the days before is usual; once was not.
      assertThat(insights(world.trails)).hasSize(2);
    }
  }

  @Test
  void errorsAreInsightsOfTheirOwn() {
    try (var world = new TrailWorld()) {
      enable(world, InsightType.API_ERROR_RATE_INSIGHT);
      var iam = world.lab.client(IamClient.builder());
      pass(world, LEARNING);
      for (int i = 0; i < 7; i++) {
        assertThatThrownBy(() -> iam.getUser(r -> r.userName("nobody")))
            .isInstanceOf(NoSuchEntityException.class);
      }
      pass(world, Duration.ofMinutes(2));
      var start = details(world, 1).getFirst();
      assertThat(start.at("/insightDetails/insightType").asString())
          .isEqualTo("ApiErrorRateInsight");
      assertThat(start.at("/insightDetails/errorCode").asString()).isEqualTo("NoSuchEntity");
      assertThat(
              world
                  .trails
                  .lookupEvents(
                      r ->
                          r.eventCategory(EventCategory.INSIGHT)
                              .lookupAttributes(
                                  a ->
                                      a.attributeKey(LookupAttributeKey.EVENT_NAME)
                                          .attributeValue("CreateUser")))
                  .events())
          .isEmpty();
      var metrics =
          world.trails.listInsightsMetricData(
              r ->
                  r.eventSource("iam.amazonaws.com")
                      .eventName("GetUser")
                      .insightType(InsightType.API_ERROR_RATE_INSIGHT)
                      .errorCode("NoSuchEntity")
                      .period(60));
      assertThat(metrics.values()).containsExactly(7.0);
      assertThat(metrics.timestamps()).hasSize(1);
      var filled =
          world.trails.listInsightsMetricData(
              r ->
                  r.eventSource("iam.amazonaws.com")
                      .eventName("GetUser")
                      .insightType(InsightType.API_ERROR_RATE_INSIGHT)
                      .errorCode("NoSuchEntity")
                      .period(3600)
                      .dataType(InsightsMetricDataType.FILL_WITH_ZEROS)
                      .maxResults(10));
      assertThat(filled.values()).hasSize(10).containsOnly(0.0);
      assertThat(filled.nextToken()).isNotNull();
    }
  }

  @Test
  void aRestartCountsWhatItFindsOnce(@TempDir Path folder) {
    var clock = BulwarkClock.system();
    try (var world = new TrailWorld(Lab.of(folder, clock))) {
      world.makeBucket(TrailWorld.BUCKET);
      enable(world, InsightType.API_CALL_RATE_INSIGHT);
      pass(world, LEARNING);
      users(world.lab.client(IamClient.builder()), "a", 4);
      // Read, but the minute is not over.
      world.lab.cloudTrail.catchUp();
    }
    try (var world = new TrailWorld(Lab.of(folder, clock))) {
      users(world.lab.client(IamClient.builder()), "b", 4);
      pass(world, Duration.ofMinutes(2));
      assertThat(
              details(world, 1)
                  .getFirst()
                  .at("/insightDetails/insightContext/statistics/insight/average")
                  .asDouble())
          .isEqualTo(8);
    }
    try (var world = new TrailWorld(Lab.of(folder, clock))) {
      pass(world, Duration.ofMinutes(6));
      details(world, 2);
      assertThat(files(world)).hasSize(2);
    }
  }

  @Test
  void whatCannotBeDeliveredIsDeliveredLater() {
    try (var world = new TrailWorld()) {
      enable(world, InsightType.API_CALL_RATE_INSIGHT);
      pass(world, LEARNING);
      users(world.lab.client(IamClient.builder()), "a", 12);
      world.s3.deleteBucketPolicy(r -> r.bucket(TrailWorld.BUCKET));
      pass(world, Duration.ofMinutes(2));
      assertThat(world.trails.getTrailStatus(r -> r.name("audit")).latestDeliveryError())
          .isEqualTo("AccessDenied");
      assertThat(files(world)).isEmpty();
      world.s3.putBucketPolicy(
          r -> r.bucket(TrailWorld.BUCKET).policy(TrailWorld.policy(TrailWorld.BUCKET)));
      pass(world, Duration.ofMinutes(1));
      assertThat(files(world)).hasSize(1);
    }
  }

  @Test
  void selectorsAreCheckedAndTakenBack() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      assertThatThrownBy(() -> world.trails.getInsightSelectors(r -> r.trailName("audit")))
          .isInstanceOf(InsightNotEnabledException.class)
          .hasMessageContaining(
              "Trail arn:aws:cloudtrail:us-east-1:123456789012:trail/audit does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.");
      var rate = InsightSelector.builder().insightType("ApiCallRateInsight").build();
      assertThat(
              world
                  .trails
                  .putInsightSelectors(r -> r.trailName("audit").insightSelectors(rate))
                  .insightSelectors())
          .containsExactly(rate);
      assertThat(world.trails.getInsightSelectors(r -> r.trailName("audit")).insightSelectors())
          .containsExactly(rate);
      world.trails.putInsightSelectors(r -> r.trailName("audit").insightSelectors(List.of()));
      assertThat(world.trails.getTrail(r -> r.name("audit")).trail().hasInsightSelectors())
          .isFalse();
      world.trails.putEventSelectors(
          r ->
              r.trailName("audit")
                  .eventSelectors(
                      e -> e.readWriteType(ReadWriteType.READ_ONLY).includeManagementEvents(true)));
      assertThatThrownBy(
              () ->
                  world.trails.putInsightSelectors(
                      r -> r.trailName("audit").insightSelectors(rate)))
          .isInstanceOf(InvalidInsightSelectorsException.class);
      assertThatThrownBy(
              () ->
                  world.trails.putInsightSelectors(
                      r ->
                          r.eventDataStore("store")
                              .insightsDestination("other")
                              .insightSelectors(rate)))
          .isInstanceOfSatisfying(
              CloudTrailException.class, e -> assertThat(e.statusCode()).isEqualTo(501));
    }
  }
}

package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.ApiCall;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudtrail.model.AdvancedEventSelector;
import software.amazon.awssdk.services.cloudtrail.model.InvalidEventSelectorsException;
import software.amazon.awssdk.services.iam.IamClient;

/** Log files: what they hold, when they come, and what happens where they cannot. */
class DeliveryTest {

  @Test
  void whatNoTrailLogsIsNotToldOn() {
    try (var world = new TrailWorld()) {
      world.s3.listBuckets();
      world.trail("logs-writes");
      world.trails.putEventSelectors(
          r -> r.trailName("logs-writes").eventSelectors(e -> e.readWriteType("WriteOnly")));
      world.s3.listBuckets();
      world.s3.createBucket(r -> r.bucket("another-one"));
      world.trails.stopLogging(r -> r.name("logs-writes"));
      world.s3.createBucket(r -> r.bucket("one-more"));
      world.lab.events.flush();
      assertThat(world.lab.events.callsAfter(0, 1000))
          .filteredOn(world.lab.cloudTrail::isLogged)
          .extracting(ApiCall::eventName)
          .contains("CreateBucket")
          .doesNotContain("ListBuckets")
          .filteredOn("CreateBucket"::equals)
          .hasSize(1);
    }
  }

  @Test
  void eventsAreInAFileWithinFiveMinutes() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      world.s3.createBucket(r -> r.bucket("another-bucket"));
      world.lab.cloudTrail.catchUp();
      assertThat(world.keys("/CloudTrail/")).isEmpty();
      world.deliver();

      var key = world.keys("/CloudTrail/").getFirst();
      assertThat(key)
          .matches(
              "AWSLogs/123456789012/CloudTrail/us-east-1/\\d{4}/\\d\\d/\\d\\d/123456789012_CloudTrail_us-east-1_\\d{8}T\\d{4}Z_[A-Za-z0-9]{16}\\.json\\.gz");
      assertThat(world.eventNames()).startsWith("StartLogging", "CreateBucket");
      assertThat(world.records().getFirst().path("eventVersion").asString()).isEqualTo("1.11");
      var status = world.trails.getTrailStatus(r -> r.name("audit"));
      assertThat(status.isLogging()).isTrue();
      assertThat(status.latestDeliveryTime()).isNotNull();
      assertThat(status.latestDeliveryError()).isNull();
    }
  }

  @Test
  void aTrailLogsWhileItIsSwitchedOn() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      world.s3.createBucket(r -> r.bucket("bucket-one"));
      world.lab.clock.advance(Duration.ofSeconds(1));
      world.trails.stopLogging(r -> r.name("audit"));
      world.lab.clock.advance(Duration.ofSeconds(1));
      world.s3.createBucket(r -> r.bucket("bucket-two"));
      world.deliver();
      assertThat(world.records().toString()).contains("bucket-one").doesNotContain("bucket-two");
      assertThat(world.trails.getTrailStatus(r -> r.name("audit")).isLogging()).isFalse();
    }
  }

  @Test
  void dataEventsComeWhereTheyAreSelected() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      world.s3.createBucket(r -> r.bucket("data-bucket"));
      world.s3.putObject(r -> r.bucket("data-bucket").key("a/1"), RequestBody.fromString("x"));
      world.deliver();
      assertThat(world.eventNames()).doesNotContain("PutObject");

      world.trails.putEventSelectors(
          r ->
              r.trailName("audit")
                  .eventSelectors(
                      s ->
                          s.readWriteType("WriteOnly")
                              .includeManagementEvents(false)
                              .dataResources(
                                  d ->
                                      d.type("AWS::S3::Object")
                                          .values("arn:aws:s3:::data-bucket/a/"))));
      var before = world.records().size();
      world.s3.putObject(r -> r.bucket("data-bucket").key("a/2"), RequestBody.fromString("x"));
      world.s3.putObject(r -> r.bucket("data-bucket").key("b/3"), RequestBody.fromString("x"));
      world.s3.getObjectAsBytes(r -> r.bucket("data-bucket").key("a/2"));
      world.deliver();
      var after = world.records();
      assertThat(after.subList(before, after.size()))
          .singleElement()
          .satisfies(
              record -> {
                assertThat(record.path("eventCategory").asString()).isEqualTo("Data");
                assertThat(record.toString()).contains("data-bucket/a/2");
              });
    }
  }

  @Test
  void advancedSelectorsKnowAllOperators() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      world.trails.putEventSelectors(
          r ->
              r.trailName("audit")
                  .advancedEventSelectors(
                      AdvancedEventSelector.builder()
                          .name("users")
                          .fieldSelectors(
                              f -> f.field("eventCategory").equalsValue("Management"),
                              f -> f.field("eventSource").equalsValue("iam.amazonaws.com"),
                              f -> f.field("readOnly").equalsValue("false"),
                              f ->
                                  f.field("eventName")
                                      .startsWith("Create", "Delete")
                                      .notEndsWith("Group"))
                          .build(),
                      AdvancedEventSelector.builder()
                          .fieldSelectors(
                              f -> f.field("eventCategory").equalsValue("Data"),
                              f -> f.field("resources.type").equalsValue("AWS::S3::Object"),
                              f ->
                                  f.field("resources.ARN")
                                      .startsWith("arn:aws:s3:::data-bucket/")
                                      .notStartsWith("arn:aws:s3:::data-bucket/tmp/")
                                      .endsWith(".txt"),
                              f -> f.field("eventName").notEquals("GetObject"))
                          .build()));
      var iam = world.lab.client(IamClient.builder());
      iam.createUser(r -> r.userName("alice"));
      iam.createGroup(r -> r.groupName("group"));
      iam.listUsers();
      iam.tagUser(r -> r.userName("alice").tags(t -> t.key("a").value("b")));
      world.s3.createBucket(r -> r.bucket("data-bucket"));
      for (var key : new String[] {"a.txt", "tmp/b.txt", "c.bin"}) {
        world.s3.putObject(r -> r.bucket("data-bucket").key(key), RequestBody.fromString("x"));
      }
      world.s3.getObjectAsBytes(r -> r.bucket("data-bucket").key("a.txt"));
      world.deliver();
      assertThat(world.eventNames()).containsExactlyInAnyOrder("CreateUser", "PutObject");
      var shown = world.trails.getEventSelectors(r -> r.trailName("audit"));
      assertThat(shown.advancedEventSelectors()).hasSize(2);
      assertThat(shown.eventSelectors()).isEmpty();
      assertThat(shown.advancedEventSelectors().getFirst().fieldSelectors().getLast().notEndsWith())
          .containsExactly("Group");
    }
  }

  @Test
  void selectorsThatMakeNoSenseAreRefused() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      assertThatThrownBy(
              () ->
                  world.trails.putEventSelectors(
                      r ->
                          r.trailName("audit")
                              .eventSelectors(
                                  s ->
                                      s.dataResources(
                                          d ->
                                              d.type("AWS::S3::Object")
                                                  .values("arn:aws:s3:::no-slash")))))
          .isInstanceOf(InvalidEventSelectorsException.class)
          .hasMessageContaining("Value arn:aws:s3:::no-slash for DataResources.Values is invalid.");
      assertThatThrownBy(
              () ->
                  world.trails.putEventSelectors(
                      r ->
                          r.trailName("audit")
                              .eventSelectors(s -> s.includeManagementEvents(false))))
          .hasMessageContaining(
              "Invalid combination of parameters in EventSelectors. When includeManagementEvents is false, DataResources must not be empty.");
      assertThatThrownBy(
              () ->
                  world.trails.putEventSelectors(
                      r ->
                          r.trailName("audit")
                              .advancedEventSelectors(
                                  a ->
                                      a.fieldSelectors(
                                          f -> f.field("readOnly").equalsValue("true")))))
          .isInstanceOf(InvalidEventSelectorsException.class);
    }
  }

  @Test
  void whatCannotBeDeliveredIsDeliveredLater() {
    try (var world = new TrailWorld()) {
      world.trail("audit");
      world.s3.deleteBucketPolicy(r -> r.bucket(TrailWorld.BUCKET));
      world.s3.createBucket(r -> r.bucket("while-it-failed"));
      world.deliver();
      assertThat(world.trails.getTrailStatus(r -> r.name("audit")).latestDeliveryError())
          .isEqualTo("AccessDenied");
      world.s3.createBucket(r -> r.bucket("still-failing"));
      world.deliver();
      assertThat(world.records()).isEmpty();

      world.s3.putBucketPolicy(
          r -> r.bucket(TrailWorld.BUCKET).policy(TrailWorld.policy(TrailWorld.BUCKET)));
      world.deliver();
      world.deliver();
      assertThat(world.records().toString()).contains("while-it-failed", "still-failing");
      assertThat(world.records())
          .extracting(record -> record.path("eventID").asString())
          .doesNotHaveDuplicates();
      assertThat(world.trails.getTrailStatus(r -> r.name("audit")).latestDeliveryError()).isNull();
    }
  }

  @Test
  void aNewProcessGoesOnWhereTheLastOneEnded(@TempDir Path folder) {
    var clock = BulwarkClock.system();
    try (var world = new TrailWorld(Lab.of(folder, clock))) {
      world.makeBucket(TrailWorld.BUCKET);
      world.trail("audit");
      world.s3.createBucket(r -> r.bucket("delivered-before"));
      world.deliver();
      world.s3.createBucket(r -> r.bucket("not-delivered-yet"));
      // What it has read so far is gone with the process.
      world.lab.cloudTrail.catchUp();
    }
    try (var world = new TrailWorld(Lab.of(folder, clock))) {
      world.deliver();
      assertThat(world.records().toString()).contains("delivered-before", "not-delivered-yet");
      assertThat(world.records())
          .extracting(record -> record.path("eventID").asString())
          .doesNotHaveDuplicates();
    }
  }
}

package dev.bulwark.messaging.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.events.BusEvent;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import tools.jackson.databind.JsonNode;

/** What services tell event buses besides API calls. */
class ServiceEventsTest {
  private final Lab lab = new Lab();
  private String queue = "";

  @BeforeEach
  void listen() {
    queue =
        lab.sqs()
            .createQueue(
                r ->
                    r.queueName("q")
                        .attributes(
                            Map.of(
                                QueueAttributeName.POLICY,
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}""")))
            .queueUrl();
    lab.events()
        .putRule(
            r ->
                r.name("told")
                    .eventPattern(
                        "{\"detail-type\":[{\"prefix\":\"KMS\"},\"AWS Insight via CloudTrail\"]}"));
    lab.events()
        .putTargets(
            r ->
                r.rule("told")
                    .targets(
                        Target.builder()
                            .id("q")
                            .arn("arn:aws:sqs:us-east-1:123456789012:q")
                            .build()));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private JsonNode next() {
    var messages = lab.sqs().receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages();
    assertThat(messages).hasSize(1);
    lab.sqs()
        .deleteMessage(r -> r.queueUrl(queue).receiptHandle(messages.getFirst().receiptHandle()));
    return Json.parse(messages.getFirst().body()).orElseThrow();
  }

  @Test
  void kmsTellsOfRotationsAndDeletions() {
    var key = lab.kms().createKey().keyMetadata();
    lab.kms().rotateKeyOnDemand(r -> r.keyId(key.keyId()));
    lab.events.follow();
    var rotation = next();
    assertThat(rotation.path("detail-type").asString()).isEqualTo("KMS CMK Rotation");
    assertThat(rotation.path("source").asString()).isEqualTo("aws.kms");
    assertThat(rotation.at("/resources/0").asString()).isEqualTo(key.arn());
    assertThat(rotation.at("/detail/key-id").asString()).isEqualTo(key.keyId());

    lab.kms().enableKeyRotation(r -> r.keyId(key.keyId()).rotationPeriodInDays(90));
    lab.advance(Duration.ofDays(91));
    lab.doWhatIsDueForKeys();
    lab.events.follow();
    assertThat(next().path("detail-type").asString()).isEqualTo("KMS CMK Rotation");

    lab.kms().scheduleKeyDeletion(r -> r.keyId(key.keyId()).pendingWindowInDays(7));
    lab.advance(Duration.ofDays(8));
    lab.doWhatIsDueForKeys();
    lab.events.follow();
    var deletion = next();
    assertThat(deletion.path("detail-type").asString()).isEqualTo("KMS CMK Deletion");
    assertThat(deletion.at("/detail/key-id").asString()).isEqualTo(key.keyId());
  }

  @Test
  void whatIsToldInATransactionComesOnceItIsCommitted() {
    lab.tell(
        new BusEvent(
            Lab.ACCOUNT,
            Lab.REGION,
            Instant.parse("2026-01-01T00:00:00Z"),
            "aws.cloudtrail",
            "AWS Insight via CloudTrail",
            List.of(),
            "{\"insightDetails\":{\"state\":\"Start\"}}"));
    lab.events.follow();
    var told = next();
    assertThat(told.at("/detail/insightDetails/state").asString()).isEqualTo("Start");
    assertThat(told.path("time").asString()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(lab.streams.toBuses(10)).isEmpty();
  }
}

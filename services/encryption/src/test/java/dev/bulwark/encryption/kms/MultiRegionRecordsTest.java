package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.arn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What CloudTrail tells of multi-Region keys, and the role that accounts get with them. */
final class MultiRegionRecordsTest {
  private static final String ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys";

  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private List<JsonNode> records(String operation) {
    return lab.records(Lab.ACCOUNT, operation).stream()
        .map(record -> JsonMapper.shared().readTree(record))
        .toList();
  }

  private String replicated() {
    var key = kms.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
    kms.replicateKey(r -> r.keyId(key).replicaRegion("eu-west-3").description("there"));
    return key;
  }

  private static String arnIn(String region, String key) {
    return "arn:aws:kms:" + region + ":" + Lab.ACCOUNT + ":key/" + key;
  }

  @Test
  void aReplicaIsMadeInItsRegion() {
    var key = replicated();
    var replication = records("ReplicateKey").getFirst();
    assertThat(replication.at("/awsRegion").asString()).isEqualTo("us-east-1");
    assertThat(replication.at("/resources")).hasSize(1);
    assertThat(replication.at("/resources/0/ARN").asString()).isEqualTo(arnIn("us-east-1", key));
    var making = records("CreateKey").getLast();
    assertThat(making.at("/awsRegion").asString()).isEqualTo("eu-west-3");
    assertThat(making.at("/userIdentity/type").asString()).isEqualTo("Root");
    assertThat(making.at("/userIdentity/invokedBy").asString()).isEqualTo("kms.amazonaws.com");
    assertThat(making.at("/requestID")).isEqualTo(replication.at("/requestID"));
    assertThat(making.at("/eventID")).isNotEqualTo(replication.at("/eventID"));
    assertThat(making.at("/requestParameters/description").asString()).isEqualTo("there");
    assertThat(making.at("/requestParameters/multiRegion").asBoolean()).isTrue();
    assertThat(making.at("/resources/0/ARN").asString()).isEqualTo(arnIn("eu-west-3", key));
    assertThat(making.at("/responseElements/keyMetadata/arn").asString())
        .isEqualTo(arnIn("eu-west-3", key));
  }

  @Test
  void aPrimaryMovesInBothRegions() {
    var key = replicated();
    kms.updatePrimaryRegion(r -> r.keyId(key).primaryRegion("eu-west-3"));
    var moves = records("UpdatePrimaryRegion");
    assertThat(moves)
        .extracting(record -> record.at("/awsRegion").asString())
        .containsExactlyInAnyOrder("us-east-1", "eu-west-3");
    for (var move : moves) {
      var region = move.at("/awsRegion").asString();
      assertThat(move.at("/responseElements/keyId").asString()).isEqualTo(arnIn(region, key));
      assertThat(move.at("/requestParameters/primaryRegion").asString()).isEqualTo("eu-west-3");
      assertThat(move.at("/requestID")).isEqualTo(moves.getFirst().at("/requestID"));
    }
  }

  @Test
  void whatRegionsShareIsSynchronizedOnce() {
    var key = replicated();
    assertThat(records("SynchronizeMultiRegionKey")).isEmpty();
    kms.rotateKeyOnDemand(r -> r.keyId(key));
    assertThat(records("RotateKey"))
        .extracting(record -> record.at("/awsRegion").asString())
        .containsExactlyInAnyOrder("us-east-1", "eu-west-3");
    var synchronization = records("SynchronizeMultiRegionKey");
    assertThat(synchronization).hasSize(1);
    var record = synchronization.getFirst();
    assertThat(record.at("/awsRegion").asString()).isEqualTo("us-east-1");
    assertThat(record.at("/userIdentity/invokedBy").asString()).isEqualTo("AWS Internal");
    assertThat(record.at("/eventType").asString()).isEqualTo("AwsApiCall");
    assertThat(record.at("/requestID").asString()).isNotEmpty();
    assertThat(record.at("/resources/0/ARN").asString()).isEqualTo(arnIn("us-east-1", key));
    assertThat(record.at("/responseElements/keyId").asString()).isEqualTo(arnIn("us-east-1", key));

    kms.enableKeyRotation(r -> r.keyId(key));
    assertThat(records("SynchronizeMultiRegionKey")).hasSize(2);
    lab.advance(Duration.ofDays(366));
    lab.kms.deleteDue(lab.clock);
    assertThat(records("SynchronizeMultiRegionKey")).hasSize(3);
  }

  @Test
  void withoutReplicasNothingIsSynchronized() {
    var key = kms.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
    kms.rotateKeyOnDemand(r -> r.keyId(key));
    kms.enableKeyRotation(r -> r.keyId(key));
    assertThat(records("SynchronizeMultiRegionKey")).isEmpty();
  }

  @Test
  void theFirstMultiRegionKeyBringsTheRole() {
    kms.createKey();
    assertThat(role()).isEqualTo("none");
    kms.createKey(r -> r.multiRegion(true));
    assertThat(role()).isEqualTo(MultiRegionRole.arn(Lab.ACCOUNT));
    kms.createKey(r -> r.multiRegion(true));
    var record = records("CreateServiceLinkedRole");
    assertThat(record).hasSize(1);
    assertThat(record.getFirst().at("/userIdentity/invokedBy").asString())
        .isEqualTo("kms.amazonaws.com");
    assertThat(record.getFirst().at("/eventSource").asString()).isEqualTo("iam.amazonaws.com");
    assertThat(record.getFirst().at("/requestParameters/aWSServiceName").asString())
        .isEqualTo("mrk.kms.amazonaws.com");
    assertThat(record.getFirst().at("/responseElements/role/roleName").asString()).isEqualTo(ROLE);
  }

  private String role() {
    try {
      return lab.iam().getRole(r -> r.roleName(ROLE)).role().arn();
    } catch (NoSuchEntityException e) {
      return "none";
    }
  }

  @Test
  void whoMakesTheFirstMayMakeTheRole() {
    var bob = lab.user("Bob");
    lab.allow("Bob", "kms:CreateKey");
    assertThat(catchThrowable(() -> bob.createKey(r -> r.multiRegion(true))))
        .hasMessageContaining(
            arn("Bob") + " is not authorized to perform: iam:CreateServiceLinkedRole");
    assertThat(kms.listKeys().keys()).isEmpty();
    kms.createKey(r -> r.multiRegion(true));
    bob.createKey(r -> r.multiRegion(true));
  }
}

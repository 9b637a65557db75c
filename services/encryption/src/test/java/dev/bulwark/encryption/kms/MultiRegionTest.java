package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.arn;
import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static dev.bulwark.encryption.kms.Lab.policy;
import static dev.bulwark.encryption.kms.Lab.statement;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Keys that are one key in several Regions. */
final class MultiRegionTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void replicasOpenEachOthersCiphertexts() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata();
    assertThat(primary.keyId()).matches("mrk-[0-9a-f]{32}");
    var paris = lab.root(Region.EU_WEST_3);
    var replica =
        kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-3"))
            .replicaKeyMetadata();
    assertThat(replica.multiRegionConfiguration().multiRegionKeyTypeAsString())
        .isEqualTo("REPLICA");
    var sealed = lab.encrypt(primary.arn(), Map.of());
    assertThat(paris.decrypt(r -> r.ciphertextBlob(sealed)).keyId()).isEqualTo(replica.arn());
    kms.rotateKeyOnDemand(r -> r.keyId(primary.keyId()));
    var later = lab.encrypt(primary.arn(), Map.of());
    assertThat(paris.decrypt(r -> r.ciphertextBlob(later)).plaintext()).isEqualTo(bytes("secret"));
    assertCode(
        "AlreadyExistsException",
        () -> kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-3")));
    assertCode(
        "UnsupportedOperationException",
        () -> paris.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-1")));

    kms.updatePrimaryRegion(r -> r.keyId(primary.keyId()).primaryRegion("eu-west-3"));
    assertThat(
            paris
                .describeKey(r -> r.keyId(primary.keyId()))
                .keyMetadata()
                .multiRegionConfiguration()
                .multiRegionKeyTypeAsString())
        .isEqualTo("PRIMARY");
  }

  @Test
  void aPrimaryKeyOutlivesItsReplicas() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata();
    var paris = lab.root(Region.EU_WEST_3);
    kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-3"));
    var scheduled = kms.scheduleKeyDeletion(r -> r.keyId(primary.keyId()).pendingWindowInDays(7));
    assertThat(scheduled.keyStateAsString()).isEqualTo("PendingReplicaDeletion");
    assertThat(scheduled.deletionDate()).isNull();
    paris.scheduleKeyDeletion(r -> r.keyId(primary.keyId()).pendingWindowInDays(7));
    lab.advance(Duration.ofDays(8));
    lab.kms.deleteDue(lab.clock);
    assertThat(kms.describeKey(r -> r.keyId(primary.keyId())).keyMetadata().keyStateAsString())
        .isEqualTo("PendingDeletion");
    lab.advance(Duration.ofDays(7));
    assertCode("NotFoundException", () -> kms.describeKey(r -> r.keyId(primary.keyId())));
  }

  @Test
  void movingThePrimaryTakesThePermissionOnBothKeys() {
    var bob = lab.user("Bob");
    lab.allow("Bob", "kms:UpdatePrimaryRegion");
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
    kms.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3"));
    lab.root(Region.EU_WEST_3)
        .putKeyPolicy(
            r ->
                r.keyId(primary)
                    .policy(
                        policy(statement("Deny", arn("Bob"), "kms:UpdatePrimaryRegion", "{}"))));
    assertCode(
        "AccessDeniedException",
        () -> bob.updatePrimaryRegion(r -> r.keyId(primary).primaryRegion("eu-west-3")));
    lab.root(Region.EU_WEST_3).putKeyPolicy(r -> r.keyId(primary).policy(policy()));
    bob.updatePrimaryRegion(r -> r.keyId(primary).primaryRegion("eu-west-3"));
  }

  @Test
  void replicasCountInTheirRegion() {
    try (var small = new Lab(new KmsQuotas(1, 1, 1, 1, 1))) {
      var root = small.root();
      small.root(Region.EU_WEST_3).createKey();
      var primary = root.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
      assertCode(
          "LimitExceededException",
          () -> root.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3")));
      assertCode(
          "TagException",
          () ->
              root.replicateKey(
                  r ->
                      r.keyId(primary)
                          .replicaRegion("eu-west-1")
                          .tags(
                              t -> t.tagKey("a").tagValue("1"), t -> t.tagKey("b").tagValue("2"))));
      assertThat(small.vault.status().materials()).isEqualTo(2);
    }
  }

  /** Both make a key somewhere else than where they are called. */
  @Test
  void replicasAndNewPrimariesTakeThePermissionInTheirRegion() {
    var bob = lab.user("Bob");
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
    kms.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3"));
    var here = "{\"StringEquals\": {\"aws:RequestedRegion\": \"us-east-1\"}}";
    lab.allow("Bob", "kms:*", here);
    assertCode(
        "AccessDeniedException",
        () -> bob.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-1")));
    assertCode(
        "AccessDeniedException",
        () -> bob.updatePrimaryRegion(r -> r.keyId(primary).primaryRegion("eu-west-3")));
    lab.allow(
        "Bob",
        "kms:*",
        "{\"StringEquals\": {\"aws:RequestedRegion\": [\"us-east-1\", \"eu-west-1\", \"eu-west-3\"]}}");
    bob.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-1"));
    bob.updatePrimaryRegion(r -> r.keyId(primary).primaryRegion("eu-west-3"));
  }

  @Test
  void policiesOnMakingKeysTellReplicasFromPrimaries() {
    var bob = lab.user("Bob");
    var primary =
        kms.createKey(
                r ->
                    r.multiRegion(true)
                        .policy(policy(statement("Allow", arn("Bob"), "kms:ReplicateKey", "{}"))))
            .keyMetadata()
            .keyId();
    lab.allow(
        "Bob", "kms:CreateKey", "{\"StringEquals\": {\"kms:MultiRegionKeyType\": \"PRIMARY\"}}");
    assertCode(
        "AccessDeniedException",
        () -> bob.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3")));
    lab.allow(
        "Bob", "kms:CreateKey", "{\"StringEquals\": {\"kms:MultiRegionKeyType\": \"REPLICA\"}}");
    bob.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3"));
  }

  @Test
  void aReplicaThatComesWhileItsPrimaryGoesIsWaitedFor() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
    lab.atOnce(
        () -> kms.scheduleKeyDeletion(r -> r.keyId(primary).pendingWindowInDays(7)),
        Lab.attempt(() -> kms.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3"))));
    boolean replicated = !lab.root(Region.EU_WEST_3).listKeys().keys().isEmpty();
    assertThat(kms.describeKey(r -> r.keyId(primary)).keyMetadata().keyStateAsString())
        .isEqualTo(replicated ? "PendingReplicaDeletion" : "PendingDeletion");
  }

  @Test
  void aPrimaryThatGoesKeepsBeingThePrimary() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata().keyId();
    kms.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3"));
    lab.atOnce(
        () -> kms.scheduleKeyDeletion(r -> r.keyId(primary).pendingWindowInDays(7)),
        Lab.attempt(
            () -> kms.updatePrimaryRegion(r -> r.keyId(primary).primaryRegion("eu-west-3"))));
    var after = kms.describeKey(r -> r.keyId(primary)).keyMetadata();
    boolean moved = after.multiRegionConfiguration().multiRegionKeyTypeAsString().equals("REPLICA");
    assertThat(after.keyStateAsString())
        .isEqualTo(moved ? "PendingDeletion" : "PendingReplicaDeletion");
  }

  @Test
  void refusalsAreInAwssWords() {
    var key = kms.createKey(r -> r.multiRegion(true)).keyMetadata();
    var id = key.keyId();
    for (var region :
        Map.of(
                "us-east-1",
                "us-east-1 cannot have a replica because it contains the primary.",
                "cn-north-1",
                "The replica key Region must be in the same AWS partition as the primary key"
                    + " Region.",
                "us-invalid-1",
                "Region us-invalid-1 is not a valid Region or multi-Region keys are not supported in"
                    + " Region us-invalid-1.")
            .entrySet()) {
      assertFails(
          "ValidationException: " + region.getValue(),
          () -> kms.replicateKey(r -> r.keyId(id).replicaRegion(region.getKey())));
    }
    kms.replicateKey(r -> r.keyId(id).replicaRegion("eu-west-3"));
    assertFails(
        "AlreadyExistsException: You can create only one replica of each primary key in each AWS"
            + " Region.",
        () -> kms.replicateKey(r -> r.keyId(id).replicaRegion("eu-west-3")));
    kms.updatePrimaryRegion(r -> r.keyId(id).primaryRegion("us-east-1"));
    assertFails(
        "ValidationException: " + id + " does not have a replica key in the specified Region.",
        () -> kms.updatePrimaryRegion(r -> r.keyId(id).primaryRegion("eu-west-1")));
    var paris = lab.root(Region.EU_WEST_3);
    var replica = paris.describeKey(r -> r.keyId(id)).keyMetadata().arn();
    assertFails(
        "KMSInvalidStateException: " + replica + " is not a multi-Region primary key.",
        () -> paris.updatePrimaryRegion(r -> r.keyId(id).primaryRegion("eu-west-3")));
    assertFails(
        "UnsupportedOperationException: "
            + replica
            + " is a multi-region replica key which is not valid for EnableKeyRotation.",
        () -> paris.enableKeyRotation(r -> r.keyId(id)));
    var sealed = lab.encrypt(key.arn(), Map.of());
    assertCode(
        "IncorrectKeyException",
        () -> paris.decrypt(r -> r.ciphertextBlob(sealed).keyId(key.arn())));
    kms.scheduleKeyDeletion(r -> r.keyId(id).pendingWindowInDays(7));
    assertFails(
        "KMSInvalidStateException: " + key.arn() + " is pending replica deletion.",
        () -> kms.tagResource(r -> r.keyId(id).tags(t -> t.tagKey("a").tagValue("b"))));
  }
}

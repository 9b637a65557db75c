package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteMarkerReplication;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ReplicationRule;
import software.amazon.awssdk.services.s3.model.ReplicationStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

final class ReplicationTest {
  private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:news";
  private static final String ALL =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["s3:GetReplicationConfiguration",
      "s3:ListBucket","s3:GetObjectVersionForReplication","s3:GetObjectVersionAcl","s3:GetObjectVersionTagging",
      "s3:GetObjectRetention","s3:GetObjectLegalHold","s3:ReplicateObject","s3:ReplicateDelete","s3:ReplicateTags",
      "kms:Decrypt","kms:Encrypt"]}]}""";

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final String role = lab.role("copier", ALL);

  @BeforeEach
  void makeBuckets() {
    // The source is the bucket on whose behalf the laboratory's queues take messages.
    bucket(s3, "shelf");
    bucket(lab.root(Lab.ACCOUNT, Region.EU_WEST_1), "annex");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static void bucket(S3Client client, String name) {
    client.createBucket(
        b -> {
          b.bucket(name);
          if (name.equals("annex")) {
            b.createBucketConfiguration(c -> c.locationConstraint("eu-west-1"));
          }
        });
    client.putBucketVersioning(
        b -> b.bucket(name).versioningConfiguration(c -> c.status("Enabled")));
  }

  private void configure(Consumer<ReplicationRule.Builder> change) {
    configure("shelf", "annex", change);
  }

  private void configure(String from, String to, Consumer<ReplicationRule.Builder> change) {
    var rule =
        ReplicationRule.builder()
            .id("all")
            .priority(1)
            .status("Enabled")
            .filter(f -> f.prefix(""))
            .deleteMarkerReplication(m -> m.status("Disabled"))
            .destination(d -> d.bucket("arn:aws:s3:::" + to));
    change.accept(rule);
    s3.putBucketReplication(
        b -> b.bucket(from).replicationConfiguration(c -> c.role(role).rules(rule.build())));
  }

  private HeadObjectResponse head(String bucket, String key) {
    return s3.headObject(b -> b.bucket(bucket).key(key));
  }

  private String content(String bucket, String key) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
  }

  private void put(String key, String content) {
    s3.putObject(b -> b.bucket("shelf").key(key), RequestBody.fromString(content));
  }

  @Test
  void objectsGoWithAllThatIsKnownOfThem() {
    configure(r -> {});
    var put =
        s3.putObject(
            b -> b.bucket("shelf").key("k").metadata(Map.of("a", "b")).tagging("t=1"),
            RequestBody.fromString("hello"));
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.PENDING);
    lab.clock.advance(Duration.ofSeconds(90));
    lab.replicate();
    var source = head("shelf", "k");
    var replica = head("annex", "k");
    assertThat(source.replicationStatus()).isEqualTo(ReplicationStatus.COMPLETED);
    assertThat(replica.replicationStatus()).isEqualTo(ReplicationStatus.REPLICA);
    assertThat(replica.versionId()).isEqualTo(put.versionId());
    assertThat(replica.eTag()).isEqualTo(put.eTag());
    assertThat(replica.lastModified()).isEqualTo(source.lastModified());
    assertThat(replica.metadata()).containsEntry("a", "b");
    assertThat(replica.tagCount()).isEqualTo(1);
    assertThat(content("annex", "k")).isEqualTo("hello");
  }

  @Test
  void whatWasThereBeforeAndWhatTheFilterLeavesOutStays() {
    put("old", "1");
    configure(r -> r.filter(f -> f.prefix("in/")));
    put("out", "1");
    put("in/a", "1");
    lab.replicate();
    assertThat(head("shelf", "old").replicationStatus()).isNull();
    assertThat(head("shelf", "out").replicationStatus()).isNull();
    assertThat(s3.listObjectsV2(b -> b.bucket("annex")).contents())
        .extracting(o -> o.key())
        .containsExactly("in/a");
  }

  @Test
  void versionsKeepTheirIdsAmongOthersOfTheirKey() {
    configure(r -> {});
    var own =
        s3.putObject(b -> b.bucket("annex").key("k"), RequestBody.fromString("own")).versionId();
    var first =
        s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1")).versionId();
    var second =
        s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("2")).versionId();
    lab.replicate();
    assertThat(s3.listObjectVersions(b -> b.bucket("annex")).versions())
        .extracting(v -> v.versionId())
        .containsExactly(second, first, own);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("annex").key("k").versionId(first)).asUtf8String())
        .isEqualTo("1");
    s3.deleteObject(b -> b.bucket("annex").key("k").versionId(second));
    assertThat(head("annex", "k").versionId()).isEqualTo(first);
    s3.deleteObject(b -> b.bucket("annex").key("k").versionId(first));
    assertCode(
        "NoSuchVersion", () -> s3.getObject(b -> b.bucket("annex").key("k").versionId(first)));
    assertThat(content("annex", "k")).isEqualTo("own");
    // Nothing that is done to versions there comes back.
    assertThat(s3.listObjectVersions(b -> b.bucket("shelf")).versions()).hasSize(2);
  }

  @Test
  void bucketsThatReplicateToEachOtherDoNotGoInCircles() {
    configure(r -> {});
    configure("annex", "shelf", r -> {});
    put("k", "1");
    lab.replicate();
    lab.replicate();
    assertThat(s3.listObjectVersions(b -> b.bucket("shelf")).versions()).hasSize(1);
    assertThat(s3.listObjectVersions(b -> b.bucket("annex")).versions()).hasSize(1);
    // Nor do replicas go to a third bucket.
    bucket(s3, "attic");
    configure("annex", "attic", r -> {});
    put("l", "1");
    lab.replicate();
    lab.replicate();
    assertThat(s3.listObjectsV2(b -> b.bucket("attic")).contents()).isEmpty();
  }

  @Test
  void deleteMarkersGoWhereTheRuleSaysSo() {
    put("before", "1");
    configure(r -> r.deleteMarkerReplication(m -> m.status("Enabled")));
    put("k", "1");
    var marker = s3.deleteObject(b -> b.bucket("shelf").key("k")).versionId();
    lab.replicate();
    assertThat(s3.listObjectVersions(b -> b.bucket("annex")).deleteMarkers())
        .singleElement()
        .satisfies(m -> assertThat(m.versionId()).isEqualTo(marker))
        .satisfies(m -> assertThat(m.isLatest()).isTrue());
    configure(r -> {});
    s3.deleteObject(b -> b.bucket("shelf").key("before"));
    lab.replicate();
    assertThat(s3.listObjectVersions(b -> b.bucket("annex")).deleteMarkers()).hasSize(1);
  }

  @Test
  void changesOfTagsFollow() {
    configure(r -> {});
    put("k", "1");
    lab.replicate();
    s3.putObjectTagging(
        b -> b.bucket("shelf").key("k").tagging(t -> t.tagSet(g -> g.key("a").value("b"))));
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.PENDING);
    lab.replicate();
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.COMPLETED);
    assertThat(s3.getObjectTagging(b -> b.bucket("annex").key("k")).tagSet()).hasSize(1);
    // Changes of replicas come back where a rule of their bucket says so.
    configure(
        "annex",
        "shelf",
        r -> r.sourceSelectionCriteria(c -> c.replicaModifications(m -> m.status("Enabled"))));
    s3.deleteObjectTagging(b -> b.bucket("annex").key("k"));
    lab.replicate();
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key("k")).tagSet()).isEmpty();
  }

  @Test
  void objectsInPartsKeepTheirParts() {
    configure(r -> {});
    var part = new byte[5 * 1024 * 1024];
    var id =
        s3.createMultipartUpload(b -> b.bucket("shelf").key("big").checksumAlgorithm("SHA256"))
            .uploadId();
    var first =
        s3.uploadPart(
            b ->
                b.bucket("shelf").key("big").uploadId(id).partNumber(1).checksumAlgorithm("SHA256"),
            RequestBody.fromBytes(part));
    var second =
        s3.uploadPart(
            b ->
                b.bucket("shelf").key("big").uploadId(id).partNumber(3).checksumAlgorithm("SHA256"),
            RequestBody.fromString("end"));
    s3.completeMultipartUpload(
        b ->
            b.bucket("shelf")
                .key("big")
                .uploadId(id)
                .multipartUpload(
                    CompletedMultipartUpload.builder()
                        .parts(
                            CompletedPart.builder()
                                .partNumber(1)
                                .eTag(first.eTag())
                                .checksumSHA256(first.checksumSHA256())
                                .build(),
                            CompletedPart.builder()
                                .partNumber(3)
                                .eTag(second.eTag())
                                .checksumSHA256(second.checksumSHA256())
                                .build())
                        .build()));
    lab.replicate();
    // As programs of before left it, who made no rows for the blobs of replicas.
    lab.store.run(tx -> new S3Tables(lab.store).blobs.deleteAll(tx, ""));
    lab.restart();
    lab.restart();
    assertThat(head("annex", "big").eTag()).isEqualTo(head("shelf", "big").eTag()).endsWith("-2\"");
    assertThat(s3.getObjectAsBytes(b -> b.bucket("annex").key("big").partNumber(3)).asUtf8String())
        .isEqualTo("end");
    s3.deleteObject(b -> b.bucket("annex").key("big").versionId(head("annex", "big").versionId()));
    assertThat(lab.blobFiles()).isEqualTo(2);
  }

  @Test
  void objectsUnderKeysOfKmsGoWhereTheRuleNamesAKey() {
    configure(r -> {});
    s3.putObject(
        b -> b.bucket("shelf").key("left").serverSideEncryption(ServerSideEncryption.AWS_KMS),
        RequestBody.fromString("1"));
    assertThat(head("shelf", "left").replicationStatus()).isNull();
    configure(
        r ->
            r.sourceSelectionCriteria(c -> c.sseKmsEncryptedObjects(e -> e.status("Enabled")))
                .destination(
                    d ->
                        d.bucket("arn:aws:s3:::annex")
                            .encryptionConfiguration(
                                e -> e.replicaKmsKeyID(TestKeys.KEY + "-replica"))));
    s3.putObject(
        b -> b.bucket("shelf").key("k").serverSideEncryption(ServerSideEncryption.AWS_KMS),
        RequestBody.fromString("secret"));
    lab.replicate();
    assertThat(head("annex", "k").ssekmsKeyId()).isEqualTo(TestKeys.KEY + "-replica");
    assertThat(content("annex", "k")).isEqualTo("secret");
    lab.kms.disabled.add(TestKeys.KEY + "-replica");
    s3.putObject(
        b -> b.bucket("shelf").key("l").serverSideEncryption(ServerSideEncryption.AWS_KMS),
        RequestBody.fromString("secret"));
    lab.replicate();
    assertThat(head("shelf", "l").replicationStatus()).isEqualTo(ReplicationStatus.FAILED);
  }

  @Test
  void whatTheRoleMayNotDoFailsAndIsTold() {
    s3.putBucketNotificationConfiguration(
        b ->
            b.bucket("shelf")
                .notificationConfiguration(
                    c ->
                        c.queueConfigurations(
                            q -> q.queueArn(QUEUE).eventsWithStrings("s3:Replication:*"))));
    lab.delivered();
    configure(r -> {});
    put("k", "1");
    lab.role("copier", Lab.allow("s3:GetObjectVersion*", "*"));
    lab.replicate();
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.FAILED);
    assertCode("NoSuchKey", () -> s3.getObject(b -> b.bucket("annex").key("k")));
    assertThat(lab.delivered())
        .singleElement()
        .asString()
        .contains("\"eventName\":\"Replication:OperationFailedReplication\"")
        .contains("\"replicationRuleId\":\"all\"")
        .contains("\"destinationBucket\":\"arn:aws:s3:::annex\"")
        .contains("\"failureReason\":\"DstPutObjectNotPermitted\"");
  }

  @Test
  void lifecycleRulesWaitUntilObjectsAreElsewhere() {
    s3.putBucketLifecycleConfiguration(
        b ->
            b.bucket("shelf")
                .lifecycleConfiguration(
                    c ->
                        c.rules(
                            r ->
                                r.status("Enabled")
                                    .filter(f -> f.prefix(""))
                                    .expiration(e -> e.days(1)))));
    configure(r -> {});
    put("k", "1");
    lab.pass(Duration.ofDays(3));
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.PENDING);
    lab.replicate();
    lab.pass(Duration.ofDays(1));
    assertCode("NoSuchKey", () -> s3.getObject(b -> b.bucket("shelf").key("k")));
    assertThat(content("annex", "k")).isEqualTo("1");
  }

  @Test
  void thePolicyOfABucketOfAnotherAccountDecides() {
    var other = lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1);
    bucket(other, "theirs");
    configure("shelf", "theirs", r -> {});
    put("k", "1");
    lab.replicate();
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.FAILED);
    other.putBucketPolicy(
        b ->
            b.bucket("theirs")
                .policy(
                    Lab.policy(
                        "Allow",
                        "{\"AWS\":\"" + role + "\"}",
                        "s3:ReplicateObject",
                        "arn:aws:s3:::theirs/*")));
    put("l", "1");
    lab.replicate();
    assertThat(head("shelf", "l").replicationStatus()).isEqualTo(ReplicationStatus.COMPLETED);
    assertThat(other.getObjectAsBytes(b -> b.bucket("theirs").key("l")).asUtf8String())
        .isEqualTo("1");
  }

  @Test
  void whatWaitsSurvivesARestart() {
    configure(r -> {});
    put("k", "1");
    lab.restart();
    lab.replicate();
    assertThat(content("annex", "k")).isEqualTo("1");
    assertThat(head("shelf", "k").replicationStatus()).isEqualTo(ReplicationStatus.COMPLETED);
  }

  @Test
  void retentionGoesAlong() {
    s3.createBucket(b -> b.bucket("vault").objectLockEnabledForBucket(true));
    s3.createBucket(b -> b.bucket("vault2").objectLockEnabledForBucket(true));
    configure("vault", "vault2", r -> {});
    var until = lab.clock.instant().plus(Duration.ofDays(3));
    s3.putObject(
        b ->
            b.bucket("vault")
                .key("k")
                .objectLockMode("COMPLIANCE")
                .objectLockRetainUntilDate(until),
        RequestBody.fromString("1"));
    lab.replicate();
    assertThat(head("vault2", "k").objectLockModeAsString()).isEqualTo("COMPLIANCE");
    assertCode(
        "AccessDenied",
        () ->
            s3.deleteObject(
                b -> b.bucket("vault2").key("k").versionId(head("vault2", "k").versionId())));
  }

  // Configurations

  @Test
  void whatWasPutComesBack() {
    assertCode(
        "ReplicationConfigurationNotFoundError",
        () -> s3.getBucketReplication(b -> b.bucket("shelf")));
    configure(r -> r.id(null));
    var found = s3.getBucketReplication(b -> b.bucket("shelf")).replicationConfiguration();
    assertThat(found.role()).isEqualTo(role);
    assertThat(found.rules()).singleElement().satisfies(r -> assertThat(r.id()).isNotEmpty());
    assertCode(
        "InvalidBucketState",
        () ->
            s3.putBucketVersioning(
                b -> b.bucket("shelf").versioningConfiguration(c -> c.status("Suspended"))));
    s3.deleteBucketReplication(b -> b.bucket("shelf"));
    assertCode(
        "ReplicationConfigurationNotFoundError",
        () -> s3.getBucketReplication(b -> b.bucket("shelf")));
  }

  @Test
  void configurationsThatMakeNoSenseAreRefused() {
    refused(
        "DeleteMarkerReplication must be specified",
        r -> r.deleteMarkerReplication((DeleteMarkerReplication) null));
    refused("Priority must be specified", r -> r.priority(null));
    refused(
        "Destination bucket must exist.",
        r -> r.destination(d -> d.bucket("arn:aws:s3:::no-such-bucket")));
    refused(
        "not supported if any Tag filter",
        r ->
            r.filter(f -> f.tag(t -> t.key("a").value("b")))
                .deleteMarkerReplication(m -> m.status("Enabled")));
    refused(
        "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
        r ->
            r.destination(
                d ->
                    d.bucket("arn:aws:s3:::annex")
                        .encryptionConfiguration(e -> e.replicaKmsKeyID(TestKeys.KEY))));
    s3.createBucket(b -> b.bucket("plain"));
    refused(
        "Destination bucket must have versioning enabled.",
        r -> r.destination(d -> d.bucket("arn:aws:s3:::plain")));
    assertThatThrownBy(() -> configure("plain", "annex", r -> {}))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("Versioning must be 'Enabled' on the bucket");
  }

  private void refused(String message, Consumer<ReplicationRule.Builder> change) {
    assertThatThrownBy(() -> configure(change))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining(message);
  }

  @Test
  void whoConfiguresItPassesTheRole() {
    var clerk = lab.user(Lab.ACCOUNT, "clerk", Lab.allow("s3:PutReplicationConfiguration", "*"));
    assertThatThrownBy(
            () ->
                clerk.putBucketReplication(
                    b ->
                        b.bucket("shelf")
                            .replicationConfiguration(
                                c ->
                                    c.role(role)
                                        .rules(
                                            r ->
                                                r.status("Enabled")
                                                    .prefix("")
                                                    .destination(
                                                        d -> d.bucket("arn:aws:s3:::annex"))))))
        .hasMessageContaining("iam:PassRole");
  }
}

package dev.bulwark.audit.cloudtrail;

import static dev.bulwark.audit.cloudtrail.LakeWorld.isError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.base.BulwarkClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.GetImportResponse;
import software.amazon.awssdk.services.cloudtrail.model.ImportSource;
import software.amazon.awssdk.services.cloudtrail.model.ImportStatus;
import software.amazon.awssdk.services.cloudtrail.model.StartImportRequest;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Imports of log files into event data stores. */
final class ImportsTest {
  private static final String BUCKET = "old-logs";
  private static final String ROLE = "arn:aws:iam::123456789012:role/importer";
  private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);
  private static final String IDS =
      "SELECT eventID FROM %s WHERE eventSource = 'old.amazonaws.com' ORDER BY eventID";

  @TempDir private static Path folder;

  private final BulwarkClock clock = BulwarkClock.system();
  @AutoClose private LakeWorld world;
  private final S3Client s3;
  private final IamClient iam;

  ImportsTest(TestInfo test) {
    world = open(test);
    s3 = world.lab.client(S3Client.builder());
    iam = world.lab.client(IamClient.builder());
    s3.createBucket(r -> r.bucket(BUCKET));
    iam.createRole(
        r ->
            r.roleName("importer")
                .assumeRolePolicyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                      "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole",
                      "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}\
                    """));
    allow("s3:ListBucket", "s3:GetObject");
  }

  private void allow(String... actions) {
    iam.putRolePolicy(
        r ->
            r.roleName("importer")
                .policyName("read")
                .policyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["%s"],
                      "Resource": ["arn:aws:s3:::%s", "arn:aws:s3:::%2$s/*"]}]}\
                    """
                        .formatted(String.join("\", \"", actions), BUCKET)));
  }

  private LakeWorld open(TestInfo test) {
    return new LakeWorld(Lab.of(folder.resolve(test.getDisplayName()), clock));
  }

  private static String name(int daysAgo, int number) {
    var day = TODAY.minusDays(daysAgo);
    return "AWSLogs/123456789012/CloudTrail/us-east-1/%s/123456789012_CloudTrail_us-east-1_%sT0305Z_%d.json.gz"
        .formatted(
            day.toString().replace('-', '/'), day.format(DateTimeFormatter.BASIC_ISO_DATE), number);
  }

  private static Instant at(int daysAgo, int minute) {
    return TODAY.minusDays(daysAgo).atTime(3, minute).toInstant(ZoneOffset.UTC);
  }

  private void put(String key, String... events) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      var json = "{\"Records\":[" + String.join(",", events) + "]}";
      out.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    s3.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes.toByteArray()));
  }

  private static String event(String id, Instant time) {
    return """
    {"eventVersion":"1.11","userIdentity":{"type":"Root"},"eventTime":"%s","eventSource":"old.amazonaws.com",\
    "eventName":"Do","awsRegion":"us-east-1","eventID":"%s","eventCategory":"Management"}\
    """
        .formatted(time, id);
  }

  private static ImportSource from(String uri) {
    return ImportSource.builder()
        .s3(s -> s.s3LocationUri(uri).s3BucketRegion("us-east-1").s3BucketAccessRoleArn(ROLE))
        .build();
  }

  private static StartImportRequest.Builder into(String store, String uri) {
    return StartImportRequest.builder().destinations(store).importSource(from(uri));
  }

  private GetImportResponse run(StartImportRequest request) {
    var started = world.trails.startImport(request);
    assertThat(started.importStatus()).isEqualTo(ImportStatus.INITIALIZING);
    return await(world, started.importId());
  }

  private static GetImportResponse await(LakeWorld world, String id) {
    var until = Instant.now().plus(Duration.ofMinutes(2));
    while (Instant.now().isBefore(until)) {
      var found = world.trails.getImport(r -> r.importId(id));
      if (found.importStatus() != ImportStatus.INITIALIZING
          && found.importStatus() != ImportStatus.IN_PROGRESS) {
        return found;
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("the import does not end");
  }

  private List<String> ids(LakeWorld of, String store) {
    return of.query(IDS, store).stream().map(row -> row.getFirst().get("eventID")).toList();
  }

  @Test
  void filesOfATrailAreCopiedOnce() {
    put(name(6, 1), event("a", at(6, 0)), event("b", at(6, 1)));
    put(name(5, 1), event("c", at(5, 0)));
    put("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/d.json.gz", event("d", at(5, 0)));
    put("elsewhere/e.json.gz", event("e", at(5, 0)));
    var store =
        world
            .trails
            .createEventDataStore(r -> r.name("old").startIngestion(false))
            .eventDataStoreArn();
    var ended = run(into(store, "s3://" + BUCKET).build());
    assertThat(ended.importStatus()).isEqualTo(ImportStatus.COMPLETED);
    assertThat(ended.importStatistics().prefixesFound()).isEqualTo(2);
    assertThat(ended.importStatistics().prefixesCompleted()).isEqualTo(2);
    assertThat(ended.importStatistics().filesCompleted()).isEqualTo(2);
    assertThat(ended.importStatistics().eventsCompleted()).isEqualTo(3);
    assertThat(ended.importStatistics().failedEntries()).isZero();
    assertThat(ids(world, store)).containsExactly("a", "b", "c");
    run(into(store, "s3://" + BUCKET + "/elsewhere/").build());
    run(into(store, "s3://" + BUCKET + "/AWSLogs/").build());
    assertThat(ids(world, store)).containsExactly("a", "b", "c", "e");
    assertThat(
            world.trails.listImports(r -> r.destination(store).importStatus("COMPLETED")).imports())
        .hasSize(3);
  }

  @Test
  void timesAreBounded() {
    put(name(6, 1), event("a", at(6, 0)), event("b", at(6, 1)));
    put(name(5, 1), event("c", at(5, 0)));
    put(name(4, 1), event("d", at(4, 0)));
    put(name(4, 2), event("old", at(4000, 0)));
    var store = world.store("old");
    run(into(store, "s3://" + BUCKET).startEventTime(at(6, 1)).endEventTime(at(5, 5)).build());
    assertThat(ids(world, store)).containsExactly("b", "c");
    run(into(store, "s3://" + BUCKET).build());
    assertThat(ids(world, store)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void failuresAreListedAndTriedAgain() {
    put(name(6, 1), event("a", at(6, 0)));
    s3.putObject(r -> r.bucket(BUCKET).key(name(6, 2)), RequestBody.fromString("{}"));
    put(name(5, 1), event("c", at(5, 0)));
    var store = world.store("old");
    var ended = run(into(store, "s3://" + BUCKET).build());
    assertThat(ended.importStatus()).isEqualTo(ImportStatus.FAILED);
    assertThat(ended.importStatistics().failedEntries()).isEqualTo(1);
    var failure = world.trails.listImportFailures(r -> r.importId(ended.importId())).failures();
    assertThat(failure).hasSize(1);
    assertThat(failure.getFirst().location()).isEqualTo("s3://" + BUCKET + "/" + name(6, 2));
    assertThat(failure.getFirst().statusAsString()).isEqualTo("FAILED");
    assertThat(ids(world, store)).containsExactly("a", "c");
    allow("s3:ListBucket");
    var denied = run(StartImportRequest.builder().importId(ended.importId()).build());
    assertThat(denied.importStatus()).isEqualTo(ImportStatus.FAILED);
    assertThat(world.trails.listImportFailures(r -> r.importId(ended.importId())).failures())
        .extracting(found -> found.errorType())
        .containsExactly("AccessDenied");
    allow("s3:ListBucket", "s3:GetObject");
    put(name(6, 2), event("b", at(6, 0)));
    var again = run(StartImportRequest.builder().importId(ended.importId()).build());
    assertThat(again.importStatus()).isEqualTo(ImportStatus.COMPLETED);
    assertThat(again.importStatistics().failedEntries()).isZero();
    assertThat(world.trails.listImportFailures(r -> r.importId(ended.importId())).failures())
        .extracting(found -> found.statusAsString())
        .containsExactly("SUCCEEDED");
    assertThat(ids(world, store)).containsExactly("a", "b", "c");
  }

  @Test
  void anImportGoesOnAfterRestart(TestInfo test) {
    for (int i = 0; i < 30; i++) {
      put(name(6, i), event("e" + i, at(6, i)));
    }
    var store = world.store("old");
    var id = world.trails.startImport(into(store, "s3://" + BUCKET).build()).importId();
    world.close();
    world = open(test);
    world.lab.cloudTrail.start();
    assertThat(await(world, id).importStatus()).isEqualTo(ImportStatus.COMPLETED);
    assertThat(ids(world, store)).hasSize(30).doesNotHaveDuplicates();
  }

  @Test
  void whatCannotBeImportedIsRefused() {
    var trails = world.trails;
    var store = world.store("old");
    assertThatThrownBy(() -> trails.startImport(r -> r.destinations(store)))
        .satisfies(isError("InvalidParameterException"));
    assertThatThrownBy(() -> trails.startImport(into(store, "http://x").build()))
        .satisfies(isError("InvalidImportSourceException"));
    assertThatThrownBy(() -> trails.startImport(into(store, "s3://nobodys-bucket").build()))
        .satisfies(isError("InvalidImportSourceException"));
    allow("s3:GetObject");
    assertThatThrownBy(() -> trails.startImport(into(store, "s3://" + BUCKET).build()))
        .satisfies(isError("InvalidImportSourceException"));
    var none = store.replaceFirst("[^/]+$", "00000000-0000-0000-0000-000000000000");
    assertThatThrownBy(() -> trails.startImport(into(none, "s3://" + BUCKET).build()))
        .satisfies(isError("EventDataStoreNotFoundException"));
    var unknown = "00000000-0000-0000-0000-000000000000";
    assertThatThrownBy(() -> trails.getImport(r -> r.importId(unknown)))
        .satisfies(isError("ImportNotFoundException"));
    assertThatThrownBy(() -> trails.stopImport(r -> r.importId(unknown)))
        .satisfies(isError("ImportNotFoundException"));
    assertThatThrownBy(() -> trails.startImport(r -> r.importId(unknown)))
        .satisfies(isError("ImportNotFoundException"));
    assertThatThrownBy(() -> trails.listImportFailures(r -> r.importId(unknown)))
        .satisfies(isError("InvalidParameterException"));
    assertThat(trails.listImports(r -> {}).imports()).isEmpty();
  }

  @Test
  void theRoleHasToBePassed() {
    iam.createUser(r -> r.userName("ann"));
    iam.putUserPolicy(
        r ->
            r.userName("ann")
                .policyName("import")
                .policyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                      "Action": "cloudtrail:*", "Resource": "*"}]}\
                    """));
    var key = iam.createAccessKey(r -> r.userName("ann")).accessKey();
    var ann =
        world.lab.client(
            CloudTrailClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()),
            "us-east-1");
    var store = world.store("old");
    assertThatThrownBy(() -> ann.startImport(into(store, "s3://" + BUCKET).build()))
        .satisfies(isError("AccessDeniedException"));
  }
}

package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Principal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketLogsPermission;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LoggingEnabled;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.PartitionDateSource;
import software.amazon.awssdk.services.s3.model.Payer;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Type;

final class AccessLogsTest {
  private static final Duration SOON = Duration.ofMinutes(6);
  private static final Pattern FIELD = Pattern.compile("\\[[^]]*]|\"[^\"]*\"|\\S+");

  /** What the fields of a line are, by their place. */
  private static final List<String> FIELDS =
      List.of(
          "owner",
          "bucket",
          "time",
          "ip",
          "requester",
          "request id",
          "operation",
          "key",
          "uri",
          "status",
          "error",
          "bytes",
          "size",
          "total",
          "turn-around",
          "referrer",
          "agent",
          "version",
          "host id",
          "signature",
          "cipher",
          "authentication",
          "host",
          "tls",
          "access point",
          "acl",
          "region");

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBuckets() {
    s3.createBucket(b -> b.bucket("shop"));
    s3.createBucket(b -> b.bucket("logs"));
    allow("logs", "arn:aws:s3:::shop");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void allow(String target, String sourceArn) {
    s3.putBucketPolicy(
        b ->
            b.bucket(target)
                .policy(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                      "Principal":{"Service":"logging.s3.amazonaws.com"},
                      "Action":"s3:PutObject","Resource":"arn:aws:s3:::%s/*",
                      "Condition":{"ArnLike":{"aws:SourceArn":"%s"},
                        "StringEquals":{"aws:SourceAccount":"123456789012"}}}]}"""
                        .formatted(target, sourceArn)));
  }

  private void log(LoggingEnabled.Builder target) {
    s3.putBucketLogging(
        b -> b.bucket("shop").bucketLoggingStatus(l -> l.loggingEnabled(target.build())));
  }

  private static LoggingEnabled.Builder target(String prefix) {
    return LoggingEnabled.builder().targetBucket("logs").targetPrefix(prefix);
  }

  private List<String> keys() {
    return s3.listObjectsV2(b -> b.bucket("logs")).contents().stream().map(S3Object::key).toList();
  }

  /** The lines that have been delivered, by the names of their fields. */
  private List<Map<String, String>> lines() {
    lab.pass(SOON);
    var lines = new ArrayList<Map<String, String>>();
    for (var key : keys()) {
      s3.getObjectAsBytes(b -> b.bucket("logs").key(key))
          .asUtf8String()
          .lines()
          .forEach(line -> lines.add(fields(line)));
      s3.deleteObject(b -> b.bucket("logs").key(key));
    }
    return lines;
  }

  private static Map<String, String> fields(String line) {
    var values = FIELD.matcher(line).results().map(found -> found.group()).toList();
    assertThat(values).as(line).hasSameSizeAs(FIELDS);
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i < values.size(); i++) {
      fields.put(FIELDS.get(i), values.get(i));
    }
    return fields;
  }

  private static Map<String, String> line(List<Map<String, String>> lines, String operation) {
    var found = lines.stream().filter(line -> line.get("operation").equals(operation)).toList();
    assertThat(found).as("%s", lines).hasSize(1);
    return found.getFirst();
  }

  @Test
  void configurationsComeBack() {
    assertThat(s3.getBucketLogging(b -> b.bucket("shop")).loggingEnabled()).isNull();
    var wanted =
        target("shop/")
            .targetObjectKeyFormat(
                f ->
                    f.partitionedPrefix(
                        p -> p.partitionDateSource(PartitionDateSource.EVENT_TIME)));
    log(wanted);
    assertThat(s3.getBucketLogging(b -> b.bucket("shop")).loggingEnabled())
        .isEqualTo(wanted.build());
    s3.putBucketLogging(b -> b.bucket("shop").bucketLoggingStatus(l -> {}));
    assertThat(s3.getBucketLogging(b -> b.bucket("shop")).loggingEnabled()).isNull();
    assertCode(
        "AccessDenied",
        () -> {
          try (var user = lab.user(Lab.ACCOUNT, "u", Lab.allow("s3:GetObject", "*"))) {
            user.getBucketLogging(b -> b.bucket("shop"));
          }
        });
  }

  @Test
  void everyRequestIsALineOfAnObject() {
    log(target("shop/"));
    s3.putObject(b -> b.bucket("shop").key("a b"), RequestBody.fromString("12345"));
    s3.getObjectAsBytes(b -> b.bucket("shop").key("a b").range("bytes=1-2"));
    s3.headObject(b -> b.bucket("shop").key("a b"));
    assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket("shop").key("none")));
    s3.deleteObjects(
        b -> b.bucket("shop").delete(d -> d.objects(ObjectIdentifier.builder().key("x").build())));
    lab.pass(SOON);
    assertThat(keys())
        .singleElement()
        .asString()
        .matches("shop/\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d-[0-9A-F]{16}");
    var lines = lines();
    assertThat(line(lines, "REST.PUT.OBJECT"))
        .containsEntry("owner", CanonicalUsers.idOf(Lab.ACCOUNT))
        .containsEntry("bucket", "shop")
        .containsEntry("ip", "203.0.113.7")
        .containsEntry("requester", CanonicalUsers.idOf(Lab.ACCOUNT))
        .containsEntry("key", "a%20b")
        .containsEntry("uri", "\"PUT /shop/a%20b HTTP/1.1\"")
        .containsEntry("status", "200")
        .containsEntry("error", "-")
        .containsEntry("bytes", "-")
        .containsEntry("size", "5")
        .containsEntry("referrer", "\"-\"")
        .containsEntry("version", "-")
        .containsEntry("signature", "SigV4")
        .containsEntry("authentication", "AuthHeader")
        .containsEntry("host", "localhost:4566")
        .containsEntry("cipher", "-")
        .containsEntry("tls", "-")
        .containsEntry("acl", "-")
        .hasEntrySatisfying("time", time -> assertThat(time).matches("\\[.*/.*/.* \\+0000]"))
        .hasEntrySatisfying("agent", agent -> assertThat(agent).startsWith("\"aws-sdk-java/"));
    assertThat(lines.stream().filter(l -> l.get("operation").equals("REST.GET.OBJECT")))
        .extracting(l -> l.get("status") + ' ' + l.get("error"))
        .containsExactly("206 -", "404 NoSuchKey");
    assertThat(lines.stream().filter(l -> l.get("status").equals("206")))
        .singleElement()
        .satisfies(l -> assertThat(l).containsEntry("bytes", "2").containsEntry("size", "5"));
    assertThat(line(lines, "REST.HEAD.OBJECT"))
        .containsEntry("bytes", "-")
        .containsEntry("size", "5");
    line(lines, "REST.POST.MULTI_OBJECT_DELETE");
    assertThat(line(lines, "BATCH.DELETE.OBJECT"))
        .containsEntry("key", "x")
        .containsEntry("status", "204");
  }

  /** The status of an unsigned request whose answer is read. */
  private int status(String path, Map<String, String> headers) throws IOException {
    var answer = lab.send("GET", path, headers);
    answer.body().writeTo(OutputStream.nullOutputStream());
    return answer.status();
  }

  @Test
  void whoIsRefusedIsLogged() throws IOException {
    log(target(""));
    assertThat(status("/shop/secret%22?x=%0a", Map.of("user-agent", "a \"b\""))).isEqualTo(403);
    try (var user = lab.user(Lab.ACCOUNT, "u", Lab.allow("s3:ListAllMyBuckets", "*"))) {
      assertCode("AccessDenied", () -> user.deleteObject(b -> b.bucket("shop").key("k")));
    }
    assertThat(status("/shop/k", Map.of("authorization", "AWS4-HMAC-SHA256 Credential=nobody/x")))
        .isGreaterThanOrEqualTo(400);
    var lines = lines();
    // The first is that of PutBucketLogging.
    assertThat(lines.get(1))
        .containsEntry("requester", "-")
        .containsEntry("uri", "\"GET /shop/secret%22?x=%0a HTTP/1.1\"")
        .containsEntry("status", "403")
        .containsEntry("error", "AccessDenied")
        .containsEntry("signature", "-")
        .containsEntry("authentication", "-")
        .containsEntry("cipher", "TLS_AES_128_GCM_SHA256")
        .containsEntry("tls", "TLSv1.3")
        .containsEntry("agent", "\"a %22b%22\"");
    assertThat(line(lines, "REST.DELETE.OBJECT"))
        .containsEntry("requester", "arn:aws:iam::123456789012:user/u")
        .containsEntry("error", "AccessDenied");
    assertThat(lines.getLast()).containsEntry("requester", "-").containsEntry("key", "k");
  }

  @Test
  void copiesAreLoggedWhereTheyComeFromToo() {
    s3.createBucket(b -> b.bucket("other"));
    s3.putObject(b -> b.bucket("shop").key("k"), RequestBody.fromString("1"));
    log(target(""));
    s3.copyObject(
        b -> b.sourceBucket("shop").sourceKey("k").destinationBucket("other").destinationKey("to"));
    assertThat(line(lines(), "REST.COPY.OBJECT_GET")).containsEntry("key", "k");
  }

  @Test
  void whoComesThroughAnAccessPointIsLoggedInItsBucket() throws IOException {
    var made =
        lab.control(
            new Principal.AccountRoot(Lab.ACCOUNT),
            "PUT",
            Lab.ACCOUNT,
            "/v20180820/accesspoint/desk",
            "",
            "<CreateAccessPointRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Bucket>shop</Bucket>"
                + "</CreateAccessPointRequest>");
    assertThat(made.status()).isEqualTo(200);
    var arn = "arn:aws:s3:us-east-1:" + Lab.ACCOUNT + ":accesspoint/desk";
    log(target(""));
    var byHost = lab.rootByHost(Lab.ACCOUNT);
    byHost.putObject(b -> b.bucket(arn).key("k"), RequestBody.fromString("1"));
    assertThat(line(lines(), "REST.PUT.OBJECT"))
        .containsEntry("bucket", "shop")
        .containsEntry("key", "k")
        .containsEntry("access point", arn);
  }

  @Test
  void listsLetTheDeliveryInAndGrantWhatItSays() {
    s3.createBucket(
        b -> b.bucket("old-logs").objectOwnership(ObjectOwnership.BUCKET_OWNER_PREFERRED));
    var target =
        LoggingEnabled.builder()
            .targetBucket("old-logs")
            .targetPrefix("p-")
            .targetGrants(
                g ->
                    g.permission(BucketLogsPermission.READ)
                        .grantee(
                            w ->
                                w.type(Type.CANONICAL_USER)
                                    .id(CanonicalUsers.idOf(Lab.OTHER_ACCOUNT))));
    assertCode("InvalidTargetBucketForLogging", () -> log(target));
    s3.putBucketAcl(b -> b.bucket("old-logs").acl("log-delivery-write"));
    log(target);
    s3.headBucket(b -> b.bucket("shop"));
    lab.pass(SOON);
    var key = s3.listObjectsV2(b -> b.bucket("old-logs")).contents().getFirst().key();
    assertThat(s3.getObjectAcl(b -> b.bucket("old-logs").key(key)).grants())
        .extracting(grant -> grant.grantee().id() + ' ' + grant.permissionAsString())
        .contains(CanonicalUsers.idOf(Lab.OTHER_ACCOUNT) + " READ");
  }

  @Test
  void whatAListAloneGrantedIsMarked() {
    s3.putBucketOwnershipControls(
        b ->
            b.bucket("shop")
                .ownershipControls(
                    o -> o.rules(r -> r.objectOwnership(ObjectOwnership.OBJECT_WRITER))));
    s3.deletePublicAccessBlock(b -> b.bucket("shop"));
    s3.putObject(
        b -> b.bucket("shop").key("open").acl(ObjectCannedACL.PUBLIC_READ),
        RequestBody.fromString("1"));
    log(target(""));
    try (var nobody = lab.anonymous()) {
      nobody.getObjectAsBytes(b -> b.bucket("shop").key("open"));
    }
    s3.headObject(b -> b.bucket("shop").key("open"));
    var lines = lines();
    assertThat(line(lines, "REST.GET.OBJECT"))
        .containsEntry("acl", "Yes")
        .containsEntry("requester", "-");
    assertThat(line(lines, "REST.HEAD.OBJECT")).containsEntry("acl", "-");
  }

  @Test
  void targetsAreChecked() {
    assertCode(
        "InvalidTargetBucketForLogging", () -> log(target("").targetBucket("no-such-bucket")));
    s3.createBucket(b -> b.bucket("shut"));
    assertCode("InvalidTargetBucketForLogging", () -> log(target("").targetBucket("shut")));
    allow("logs", "arn:aws:s3:::another");
    assertCode("InvalidTargetBucketForLogging", () -> log(target("")));
    allow("logs", "arn:aws:s3:::*");
    log(target(""));
    try (var far = lab.root(Lab.ACCOUNT, Region.EU_WEST_1);
        var other = lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1)) {
      far.createBucket(
          b -> b.bucket("far").createBucketConfiguration(c -> c.locationConstraint("eu-west-1")));
      assertCode("CrossLocationLoggingProhibitted", () -> log(target("").targetBucket("far")));
      other.createBucket(b -> b.bucket("theirs"));
      assertCode("InvalidTargetBucketForLogging", () -> log(target("").targetBucket("theirs")));
    }
    assertCode(
        "AccessControlListNotSupported",
        () ->
            log(
                target("")
                    .targetGrants(
                        g ->
                            g.permission(BucketLogsPermission.READ)
                                .grantee(
                                    w ->
                                        w.type(Type.CANONICAL_USER)
                                            .id(CanonicalUsers.idOf(Lab.ACCOUNT))))));
    assertCode(
        "MalformedXML",
        () ->
            log(
                target("")
                    .targetObjectKeyFormat(
                        f -> f.partitionedPrefix(p -> p.partitionDateSource("Never")))));
    s3.putBucketRequestPayment(
        b -> b.bucket("logs").requestPaymentConfiguration(p -> p.payer(Payer.REQUESTER)));
    assertCode("InvalidTargetBucketForLogging", () -> log(target("")));
  }

  @Test
  void partitionedPrefixesTellWhereLogsComeFrom() {
    log(
        target("p/")
            .targetObjectKeyFormat(
                f ->
                    f.partitionedPrefix(
                        p -> p.partitionDateSource(PartitionDateSource.EVENT_TIME))));
    s3.headBucket(b -> b.bucket("shop"));
    lab.pass(SOON);
    assertThat(keys())
        .allSatisfy(
            key ->
                assertThat(key)
                    .matches(
                        "p/123456789012/us-east-1/shop/\\d{4}/\\d\\d/\\d\\d/"
                            + "\\d{4}-\\d\\d-\\d\\d-00-00-00-[0-9A-F]{16}"));
  }

  @Test
  void lifecycleRulesAreLogged() {
    s3.putObject(b -> b.bucket("shop").key("old"), RequestBody.fromString("123"));
    log(target(""));
    s3.putBucketLifecycleConfiguration(
        b ->
            b.bucket("shop")
                .lifecycleConfiguration(
                    c ->
                        c.rules(
                            r ->
                                r.status(ExpirationStatus.ENABLED)
                                    .filter(f -> f.prefix(""))
                                    .expiration(e -> e.days(1)))));
    lab.pass(Duration.ofDays(3));
    assertThat(line(lines(), "S3.EXPIRE.OBJECT"))
        .containsEntry("requester", "AmazonS3")
        .containsEntry("ip", "-")
        .containsEntry("key", "old")
        .containsEntry("status", "-")
        .containsEntry("size", "3");
  }

  @Test
  void whatWaitsOutlivesARestart() {
    log(target(""));
    s3.headBucket(b -> b.bucket("shop"));
    // Puts what waits into rows, and is too early to deliver it.
    lab.pass(Duration.ofSeconds(1));
    assertThat(keys()).isEmpty();
    lab.restart();
    lab.pass(SOON);
    assertThat(keys()).hasSize(1);
  }

  @Test
  void whatTheTargetRefusesIsDropped() {
    log(target(""));
    s3.headBucket(b -> b.bucket("shop"));
    s3.deleteBucketPolicy(b -> b.bucket("logs"));
    lab.pass(SOON);
    allow("logs", "*");
    lab.pass(SOON);
    assertThat(keys()).isEmpty();
  }
}

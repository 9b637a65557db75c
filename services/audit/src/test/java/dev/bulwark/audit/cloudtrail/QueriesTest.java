package dev.bulwark.audit.cloudtrail;

import static dev.bulwark.audit.cloudtrail.LakeWorld.isError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.PublicKey;
import software.amazon.awssdk.services.cloudtrail.model.QueryStatus;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.json.JsonMapper;

/** Queries over event data stores. */
final class QueriesTest {
  private static final String USERS =
      "SELECT requestParameters['userName'] AS who, userIdentity.type FROM %s WHERE eventName ="
          + " 'CreateUser' ORDER BY 1";

  @AutoClose private final LakeWorld world = new LakeWorld(new Lab());
  private final CloudTrailClient trails = world.trails;
  private final S3Client s3 = world.lab.client(S3Client.builder());
  private final IamClient iam = world.lab.client(IamClient.builder());
  private String store = "";

  @BeforeEach
  void makeUsers() {
    store = world.store("audit");
    for (var name : List.of("anna", "bert", "carl")) {
      iam.createUser(r -> r.userName(name));
    }
  }

  @Test
  void resultsComeInPages() {
    var query = world.start(USERS, store);
    var ended = world.await(query);
    assertThat(ended.queryStatus()).as(ended.errorMessage()).isEqualTo(QueryStatus.FINISHED);
    assertThat(ended.queryStatistics().eventsMatched()).isEqualTo(3);
    assertThat(ended.queryStatistics().eventsScanned()).isPositive();
    assertThat(ended.queryStatistics().bytesScanned()).isPositive();
    assertThat(ended.queryString()).isEqualTo(USERS.formatted(LakeWorld.id(store)));
    var first = trails.getQueryResults(r -> r.queryId(query).maxQueryResults(2));
    assertThat(first.queryStatistics().resultsCount()).isEqualTo(2);
    assertThat(first.queryStatistics().totalResultsCount()).isEqualTo(3);
    assertThat(first.queryResultRows())
        .containsExactly(
            List.of(Map.of("who", "anna"), Map.of("type", "Root")),
            List.of(Map.of("who", "bert"), Map.of("type", "Root")));
    var second =
        trails.getQueryResults(
            r -> r.queryId(query).maxQueryResults(2).nextToken(first.nextToken()));
    assertThat(second.queryResultRows())
        .containsExactly(List.of(Map.of("who", "carl"), Map.of("type", "Root")));
    assertThat(second.nextToken()).isNull();
    assertThat(trails.listQueries(r -> r.eventDataStore(store)).queries())
        .extracting(found -> found.queryId())
        .containsExactly(query);
    assertThat(
            trails
                .listQueries(r -> r.eventDataStore(store).queryStatus(QueryStatus.FAILED))
                .queries())
        .isEmpty();
    assertThatThrownBy(() -> trails.cancelQuery(r -> r.queryId(query)))
        .satisfies(isError("InactiveQueryException"));
    assertThatThrownBy(
            () -> trails.getQueryResults(r -> r.queryId(query).nextToken("bm8gdG9rZW4=")))
        .satisfies(isError("InvalidNextTokenException"));
  }

  @Test
  void whatIsNoQueryIsRefused() {
    for (var sql :
        List.of(
            "SELECT nothing FROM %s",
            "DELETE FROM %s", "SELECT * FROM %s, read_text('/etc/passwd')", "SELECT 1")) {
      assertThatThrownBy(() -> world.start(sql, store))
          .satisfies(isError("InvalidQueryStatementException"));
    }
    assertThatThrownBy(
            () ->
                trails.startQuery(
                    r ->
                        r.queryStatement(
                            "SELECT eventID FROM 0b2f1a9c-1111-4222-8333-444455556666")))
        .satisfies(isError("EventDataStoreNotFoundException"));
    assertThatThrownBy(() -> trails.startQuery(r -> r.deliveryS3Uri("s3://some-bucket")))
        .satisfies(isError("InvalidParameterException"));
    assertThatThrownBy(
            () -> trails.describeQuery(r -> r.queryId("0b2f1a9c-1111-4222-8333-444455556666")))
        .satisfies(isError("QueryIdNotFoundException"));
  }

  @Test
  void aQueryThatFailsSaysWhy() {
    var ended = world.await(world.start("SELECT CAST(eventName AS bigint) AS n FROM %s", store));
    assertThat(ended.queryStatus()).isEqualTo(QueryStatus.FAILED);
    assertThat(ended.errorMessage()).contains("INT64");
  }

  @Test
  void policiesDecide() {
    iam.createUser(r -> r.userName("dora"));
    var key = iam.createAccessKey(r -> r.userName("dora")).accessKey();
    iam.putUserPolicy(
        r ->
            r.userName("dora")
                .policyName("ask")
                .policyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                      "Action": ["cloudtrail:StartQuery", "cloudtrail:DescribeQuery"], "Resource": "%s"}]}\
                    """
                        .formatted(store)));
    var dora =
        world.lab.client(
            CloudTrailClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()),
            "us-east-1");
    var other = LakeWorld.id(world.store("other"));
    var mine = LakeWorld.id(store);
    var query = dora.startQuery(r -> r.queryStatement("SELECT eventID FROM " + mine)).queryId();
    assertThat(dora.describeQuery(r -> r.queryId(query)).queryId()).isEqualTo(query);
    assertThatThrownBy(() -> dora.getQueryResults(r -> r.queryId(query)))
        .satisfies(isError("AccessDeniedException"));
    assertThatThrownBy(
            () ->
                dora.startQuery(
                    r ->
                        r.queryStatement(
                            "SELECT a.eventID FROM %s a JOIN \"%s\" b ON a.eventID = b.eventID"
                                .formatted(mine, other))))
        .satisfies(isError("AccessDeniedException"));
    var ofBoth =
        trails
            .startQuery(
                r ->
                    r.queryStatement(
                        "SELECT a.eventID FROM %s a JOIN \"%s\" b ON a.eventID = b.eventID"
                            .formatted(mine, other)))
            .queryId();
    assertThatThrownBy(() -> dora.describeQuery(r -> r.queryId(ofBoth)))
        .satisfies(isError("AccessDeniedException"));
    assertThatThrownBy(() -> dora.describeQuery(r -> r.eventDataStore(store).queryId(ofBoth)))
        .satisfies(isError("AccessDeniedException"));
  }

  @Test
  void resultsAreDeliveredAndSigned() throws Exception {
    var uri = "s3://lake-results/some/prefix";
    var sql = USERS.formatted(LakeWorld.id(store));
    assertThatThrownBy(() -> trails.startQuery(r -> r.queryStatement(sql).deliveryS3Uri(uri)))
        .satisfies(isError("S3BucketDoesNotExistException"));
    s3.createBucket(r -> r.bucket("lake-results"));
    assertThatThrownBy(() -> trails.startQuery(r -> r.queryStatement(sql).deliveryS3Uri(uri)))
        .satisfies(isError("InsufficientS3BucketPolicyException"));
    s3.putBucketPolicy(r -> r.bucket("lake-results").policy(policy("s3:GetBucketAcl")));
    var denied = trails.startQuery(r -> r.queryStatement(sql).deliveryS3Uri(uri)).queryId();
    assertThat(world.await(denied).deliveryStatusAsString()).isEqualTo("ACCESS_DENIED");
    s3.putBucketPolicy(
        r -> r.bucket("lake-results").policy(policy("s3:GetBucketAcl\", \"s3:PutObject")));
    var query = trails.startQuery(r -> r.queryStatement(sql).deliveryS3Uri(uri)).queryId();
    assertThat(world.await(query).deliveryStatusAsString()).isEqualTo("SUCCESS");
    var keys =
        s3.listObjectsV2(r -> r.bucket("lake-results")).contents().stream()
            .map(object -> object.key())
            .toList();
    assertThat(keys).hasSize(2);
    assertThat(keys.getFirst())
        .matches(
            "some/prefix/AWSLogs/123456789012/CloudTrail-Lake/Query/\\d{4}/\\d{2}/\\d{2}/"
                + query
                + "/result_1.csv.gz");
    var file = get(keys.getFirst());
    try (var in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("\"who\",\"type\"\n\"anna\",\"Root\"\n\"bert\",\"Root\"\n\"carl\",\"Root\"\n");
    }
    var sign = JsonMapper.shared().readTree(get(keys.getLast()));
    var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    assertThat(sign.path("files").get(0).path("fileHashValue").asString()).isEqualTo(hash);
    var key =
        trails.listPublicKeys().publicKeyList().stream()
            .filter(one -> one.fingerprint().equals(sign.path("publicKeyFingerprint").asString()))
            .findFirst()
            .orElseThrow();
    var verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(publicKey(key));
    verifier.update(hash.getBytes(StandardCharsets.UTF_8));
    assertThat(verifier.verify(HexFormat.of().parseHex(sign.path("hashSignature").asString())))
        .isTrue();
  }

  private byte[] get(String key) {
    return s3.getObjectAsBytes(r -> r.bucket("lake-results").key(key)).asByteArray();
  }

  private static String policy(String actions) {
    return """
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": ["%s"],
      "Resource": ["arn:aws:s3:::lake-results", "arn:aws:s3:::lake-results/*"],
      "Condition": {"StringLike": {"aws:SourceAccount": "123456789012",
        "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/*"}}}]}\
    """
        .formatted(actions);
  }

  /** PKCS #1: a sequence of two numbers. */
  private static java.security.PublicKey publicKey(PublicKey key) throws Exception {
    var der = key.value().asByteArray();
    var modulus = new BigInteger(1, der, der.length - 5 - 256, 256);
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)));
  }
}

package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.InventoryFormat;
import software.amazon.awssdk.services.s3.model.InventoryFrequency;
import software.amazon.awssdk.services.s3.model.InventoryIncludedObjectVersions;
import software.amazon.awssdk.services.s3.model.InventoryOptionalField;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.StorageClass;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class InventoryTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBuckets() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.createBucket(b -> b.bucket("lists"));
    s3.putBucketPolicy(
        b ->
            b.bucket("lists")
                .policy(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                      "Principal":{"Service":"s3.amazonaws.com"},
                      "Action":"s3:PutObject","Resource":"arn:aws:s3:::lists/*",
                      "Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::shelf"},
                        "StringEquals":{"aws:SourceAccount":"123456789012",
                          "s3:x-amz-acl":"bucket-owner-full-control"}}}]}"""));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static InventoryConfiguration.Builder configuration(String id) {
    return InventoryConfiguration.builder()
        .id(id)
        .isEnabled(true)
        .includedObjectVersions(InventoryIncludedObjectVersions.CURRENT)
        .schedule(s -> s.frequency(InventoryFrequency.DAILY))
        .destination(
            d ->
                d.s3BucketDestination(
                    t ->
                        t.accountId(Lab.ACCOUNT)
                            .bucket("arn:aws:s3:::lists")
                            .prefix("inv")
                            .format(InventoryFormat.CSV)));
  }

  private void configure(InventoryConfiguration configuration) {
    s3.putBucketInventoryConfiguration(
        b -> b.bucket("shelf").id(configuration.id()).inventoryConfiguration(configuration));
  }

  private List<String> keys(String suffix) {
    return s3.listObjectsV2(b -> b.bucket("lists")).contents().stream()
        .map(S3Object::key)
        .filter(key -> key.endsWith(suffix))
        .toList();
  }

  private byte[] bytes(String key) {
    return s3.getObjectAsBytes(b -> b.bucket("lists").key(key)).asByteArray();
  }

  private JsonNode manifest() {
    var keys = keys("/manifest.json");
    return JsonMapper.shared().readTree(bytes(keys.getLast()));
  }

  private List<String> lines(JsonNode manifest) throws IOException {
    var key = manifest.get("files").get(0).get("key").asString();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes(key)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void currentObjectsAreListedWithTheirManifest() throws IOException {
    s3.putObject(
        b -> b.bucket("shelf").key("a b/ü").storageClass(StorageClass.STANDARD_IA),
        RequestBody.fromString("12345"));
    s3.putObject(b -> b.bucket("shelf").key("gone"), RequestBody.fromString("1"));
    s3.deleteObject(b -> b.bucket("shelf").key("gone"));
    configure(
        configuration("daily")
            .optionalFields(
                InventoryOptionalField.STORAGE_CLASS,
                InventoryOptionalField.SIZE,
                InventoryOptionalField.E_TAG,
                InventoryOptionalField.ENCRYPTION_STATUS)
            .build());
    lab.pass(DAY);
    var manifestKey = keys("/manifest.json").getFirst();
    assertThat(manifestKey)
        .matches("inv/shelf/daily/\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\dZ/manifest\\.json");
    var manifest = manifest();
    assertThat(manifest.get("sourceBucket").asString()).isEqualTo("shelf");
    assertThat(manifest.get("destinationBucket").asString()).isEqualTo("arn:aws:s3:::lists");
    assertThat(manifest.get("fileFormat").asString()).isEqualTo("CSV");
    assertThat(manifest.get("fileSchema").asString())
        .isEqualTo("Bucket, Key, Size, ETag, StorageClass, EncryptionStatus");
    assertThat(lines(manifest))
        .containsExactly(
            "\"shelf\",\"a%20b/%C3%BC\",\"5\",\"827ccb0eea8a706c4c34a16891f84e7b\","
                + "\"STANDARD_IA\",\"SSE-S3\"");
    var file = manifest.get("files").get(0);
    var data = bytes(file.get("key").asString());
    assertThat(file.get("key").asString()).matches("inv/shelf/daily/data/[0-9a-f-]{36}\\.csv\\.gz");
    assertThat(file.get("size").asInt()).isEqualTo(data.length);
    assertThat(file.get("MD5checksum").asString()).isEqualTo(md5(data));
    assertThat(new String(bytes(keys("/manifest.checksum").getFirst()), StandardCharsets.US_ASCII))
        .isEqualTo(md5(bytes(manifestKey)));
    assertThat(new String(bytes(keys("/symlink.txt").getFirst()), StandardCharsets.US_ASCII))
        .isEqualTo("s3://lists/" + file.get("key").asString());
    assertThat(keys("/symlink.txt").getFirst())
        .matches("inv/shelf/daily/hive/dt=\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d/symlink\\.txt");
    // Once a day, whatever happens.
    lab.restart();
    lab.pass(Duration.ofSeconds(1));
    assertThat(keys("/manifest.json")).hasSize(1);
    lab.pass(DAY);
    assertThat(keys("/manifest.json")).hasSize(2);
  }

  private static String md5(byte[] bytes) {
    return HexFormat.of().formatHex(ChecksumAlgorithm.messageDigest("MD5").digest(bytes));
  }

  @Test
  void allVersionsAreListedWithAllThatCanBeTold() throws IOException {
    s3.putBucketVersioning(
        b -> b.bucket("shelf").versioningConfiguration(v -> v.status("Enabled")));
    var version =
        s3.putObject(
                b -> b.bucket("shelf").key("in/k").storageClass(StorageClass.INTELLIGENT_TIERING),
                RequestBody.fromString("1"))
            .versionId();
    var marker = s3.deleteObject(b -> b.bucket("shelf").key("in/k")).versionId();
    s3.putObject(b -> b.bucket("shelf").key("out/k"), RequestBody.fromString("1"));
    configure(
        configuration("weekly")
            .includedObjectVersions(InventoryIncludedObjectVersions.ALL)
            .schedule(s -> s.frequency(InventoryFrequency.WEEKLY))
            .filter(f -> f.prefix("in/"))
            .optionalFields(
                Arrays.stream(InventoryOptionalField.values())
                    .filter(field -> field != InventoryOptionalField.UNKNOWN_TO_SDK_VERSION)
                    .toList())
            .build());
    lab.pass(DAY);
    var manifest = manifest();
    assertThat(manifest.get("fileSchema").asString())
        .startsWith("Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ");
    var lines = lines(manifest);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .startsWith("\"shelf\",\"in/k\",\"" + marker + "\",\"true\",\"true\",\"\",");
    assertThat(lines.get(1))
        .startsWith("\"shelf\",\"in/k\",\"" + version + "\",\"false\",\"false\",\"1\",")
        .contains(",\"INTELLIGENT_TIERING\",", ",\"FREQUENT\",\"DISABLED\",");
    lab.pass(DAY);
    assertThat(keys("/manifest.json").size()).isLessThanOrEqualTo(2);
    lab.pass(Duration.ofDays(7));
    assertThat(keys("/manifest.json").size()).isBetween(2, 3);
  }

  @Test
  void whatTheDestinationRefusesIsMadeLater() {
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    configure(configuration("daily").build());
    var policy = s3.getBucketPolicy(b -> b.bucket("lists")).policy();
    s3.deleteBucketPolicy(b -> b.bucket("lists"));
    lab.pass(DAY);
    assertThat(keys("")).isEmpty();
    s3.putBucketPolicy(b -> b.bucket("lists").policy(policy));
    lab.pass(Duration.ofSeconds(1));
    assertThat(keys("/manifest.json")).hasSize(1);
  }

  @Test
  void configurationsArePutListedAndDeleted() {
    var wanted =
        configuration("one").isEnabled(false).optionalFields(InventoryOptionalField.SIZE).build();
    configure(wanted);
    assertThat(
            s3.getBucketInventoryConfiguration(b -> b.bucket("shelf").id("one"))
                .inventoryConfiguration())
        .isEqualTo(wanted);
    assertThat(
            s3.listBucketInventoryConfigurations(b -> b.bucket("shelf"))
                .inventoryConfigurationList())
        .containsExactly(wanted);
    lab.pass(DAY);
    assertThat(keys("")).isEmpty();
    s3.deleteBucketInventoryConfiguration(b -> b.bucket("shelf").id("one"));
    assertCode(
        "NoSuchConfiguration",
        () -> s3.getBucketInventoryConfiguration(b -> b.bucket("shelf").id("one")));
  }

  @Test
  void badConfigurationsAreRefused() {
    assertCode(
        "NotImplemented",
        () ->
            configure(
                configuration("orc")
                    .destination(
                        d ->
                            d.s3BucketDestination(
                                t -> t.bucket("arn:aws:s3:::lists").format(InventoryFormat.ORC)))
                    .build()));
    assertCode(
        "InvalidArgument",
        () ->
            configure(
                configuration("name")
                    .destination(d -> d.s3BucketDestination(t -> t.bucket("lists").format("CSV")))
                    .build()));
    assertCode(
        "MalformedXML",
        () -> configure(configuration("f").optionalFieldsWithStrings("Colour").build()));
    assertCode(
        "MalformedXML",
        () -> configure(configuration("s").schedule(s -> s.frequency("Hourly")).build()));
  }

  @Test
  void policiesSeeWhichFieldsAreAskedFor() {
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutInventoryConfiguration",
          "Resource":"*","Condition":{"ForAllValues:StringNotEquals":
            {"s3:InventoryAccessibleOptionalFields":["ObjectAccessControlList"]}}}]}""";
    try (var user = lab.user(Lab.ACCOUNT, "u", policy)) {
      var allowed = configuration("one").optionalFields(InventoryOptionalField.SIZE).build();
      user.putBucketInventoryConfiguration(
          b -> b.bucket("shelf").id("one").inventoryConfiguration(allowed));
      assertCode(
          "AccessDenied",
          () ->
              user.putBucketInventoryConfiguration(
                  b ->
                      b.bucket("shelf")
                          .id("two")
                          .inventoryConfiguration(
                              configuration("two")
                                  .optionalFields(InventoryOptionalField.OBJECT_ACCESS_CONTROL_LIST)
                                  .build())));
    }
  }
}

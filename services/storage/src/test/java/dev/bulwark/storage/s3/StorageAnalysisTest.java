package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AnalyticsConfiguration;
import software.amazon.awssdk.services.s3.model.AnalyticsS3ExportFileFormat;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.StorageClassAnalysisSchemaVersion;

final class StorageAnalysisTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final int SIZE = 512 * 1024;

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBuckets() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.createBucket(b -> b.bucket("reports"));
    s3.putBucketPolicy(
        b ->
            b.bucket("reports")
                .policy(
                    Lab.policy(
                        "Allow",
                        "{\"Service\":\"s3.amazonaws.com\"}",
                        "s3:PutObject",
                        "arn:aws:s3:::reports/*")));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static AnalyticsConfiguration.Builder configuration(String id) {
    return AnalyticsConfiguration.builder()
        .id(id)
        .storageClassAnalysis(
            a ->
                a.dataExport(
                    e ->
                        e.outputSchemaVersion(StorageClassAnalysisSchemaVersion.V_1)
                            .destination(
                                d ->
                                    d.s3BucketDestination(
                                        t ->
                                            t.bucket("arn:aws:s3:::reports")
                                                .prefix("use")
                                                .format(AnalyticsS3ExportFileFormat.CSV)))));
  }

  private void configure(AnalyticsConfiguration configuration) {
    s3.putBucketAnalyticsConfiguration(
        b -> b.bucket("shelf").id(configuration.id()).analyticsConfiguration(configuration));
  }

  private List<String> report(String id) {
    return s3.getObjectAsBytes(b -> b.bucket("reports").key("use/shelf/" + id + ".csv"))
        .asUtf8String()
        .lines()
        .toList();
  }

  @Test
  void useIsReportedByAgeEachDay() {
    configure(configuration("docs").filter(f -> f.prefix("in/")).build());
    s3.putObject(b -> b.bucket("shelf").key("in/a"), RequestBody.fromBytes(new byte[SIZE]));
    s3.putObject(b -> b.bucket("shelf").key("in/small"), RequestBody.fromBytes(new byte[1024]));
    s3.putObject(
        b -> b.bucket("shelf").key("in/ia").storageClass(StorageClass.STANDARD_IA),
        RequestBody.fromBytes(new byte[SIZE]));
    s3.putObject(b -> b.bucket("shelf").key("out"), RequestBody.fromBytes(new byte[SIZE]));
    s3.getObjectAsBytes(b -> b.bucket("shelf").key("in/a"));
    s3.getObjectAsBytes(b -> b.bucket("shelf").key("out"));
    lab.pass(DAY);
    var first = report("docs");
    assertThat(first.getFirst())
        .isEqualTo(
            "Date,ConfigId,Filter,StorageClass,ObjectAge,ObjectCount,DataUploaded_MB,Storage_MB,"
                + "DataRetrieved_MB,GetRequestCount,CumulativeAccessRatio,ObjectAgeForSIATransition,"
                + "RecommendedObjectAgeForSIATransition");
    assertThat(first)
        .anyMatch(l -> l.endsWith(",docs,prefix=in/,STANDARD,000-014,1,0.5,0.5,0.5,1,1,,"))
        .anyMatch(l -> l.endsWith(",docs,prefix=in/,STANDARD_IA,000-014,1,0.5,0.5,0,0,0,,"))
        .anyMatch(l -> l.endsWith(",STANDARD,015-029,0,0,0,0,0,,,"));
    assertThat(first.get(first.size() - 2))
        .matches("\\d\\d-\\d\\d-\\d{4},docs,prefix=in/,STANDARD,ALL,2,.*");
    assertThat(first.getLast()).contains(",STANDARD_IA,ALL,1,");
    lab.pass(Duration.ofDays(20));
    assertThat(report("docs"))
        .hasSize(1 + 2 * (first.size() - 1))
        .anyMatch(l -> l.endsWith(",docs,prefix=in/,STANDARD,015-029,1,0,0.5,0,0,0,,"));
  }

  @Test
  void whatWasCountedGoesWithItsConfiguration() {
    configure(configuration("docs").build());
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    lab.pass(DAY);
    s3.deleteBucketAnalyticsConfiguration(b -> b.bucket("shelf").id("docs"));
    lab.pass(DAY);
    configure(configuration("docs").build());
    lab.pass(DAY);
    // The header, and the day on which it was there again.
    assertThat(report("docs").stream().filter(l -> l.contains(",ALL,"))).hasSize(1);
  }

  @Test
  void configurationsArePutListedAndDeleted() {
    var wanted =
        configuration("one")
            .filter(f -> f.and(a -> a.prefix("p").tags(t -> t.key("k").value("v"))))
            .build();
    configure(wanted);
    configure(AnalyticsConfiguration.builder().id("plain").storageClassAnalysis(a -> {}).build());
    assertThat(
            s3.getBucketAnalyticsConfiguration(b -> b.bucket("shelf").id("one"))
                .analyticsConfiguration())
        .isEqualTo(wanted);
    assertThat(
            s3.listBucketAnalyticsConfigurations(b -> b.bucket("shelf"))
                .analyticsConfigurationList())
        .extracting(AnalyticsConfiguration::id)
        .containsExactly("one", "plain");
    s3.deleteBucketAnalyticsConfiguration(b -> b.bucket("shelf").id("one"));
    assertCode(
        "NoSuchConfiguration",
        () -> s3.getBucketAnalyticsConfiguration(b -> b.bucket("shelf").id("one")));
    assertCode(
        "InvalidArgument",
        () ->
            configure(
                AnalyticsConfiguration.builder()
                    .id("bad")
                    .storageClassAnalysis(
                        a ->
                            a.dataExport(
                                e ->
                                    e.outputSchemaVersion(StorageClassAnalysisSchemaVersion.V_1)
                                        .destination(
                                            d ->
                                                d.s3BucketDestination(
                                                    t -> t.bucket("reports").format("CSV")))))
                    .build()));
    try (var user = lab.user(Lab.ACCOUNT, "u", Lab.allow("s3:GetObject", "*"))) {
      assertCode(
          "AccessDenied", () -> user.listBucketAnalyticsConfigurations(b -> b.bucket("shelf")));
    }
  }
}

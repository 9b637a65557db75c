package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MetricsConfiguration;

final class RequestMetricsTest {
  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void configure(MetricsConfiguration configuration) {
    s3.putBucketMetricsConfiguration(
        b -> b.bucket("shelf").id(configuration.id()).metricsConfiguration(configuration));
  }

  /** What was told under the id of a configuration: names and values, but for latencies. */
  private static List<String> told(List<TestMetrics.Sample> samples, String id) {
    return samples.stream()
        .filter(sample -> sample.dimension().equals(id) && !sample.metric().contains("Latency"))
        .map(sample -> sample.metric().substring("AWS/S3/".length()) + ' ' + sample.value())
        .toList();
  }

  @Test
  void requestsAreToldByConfiguration() {
    configure(MetricsConfiguration.builder().id("all").build());
    configure(MetricsConfiguration.builder().id("in").filter(f -> f.prefix("in/")).build());
    configure(
        MetricsConfiguration.builder()
            .id("tagged")
            .filter(f -> f.tag(t -> t.key("k").value("v")))
            .build());
    lab.metrics.take();
    s3.putObject(
        b -> b.bucket("shelf").key("in/a").tagging("k=v"), RequestBody.fromString("12345"));
    var put = lab.metrics.take();
    var expected =
        List.of(
            "AllRequests 1.0",
            "PutRequests 1.0",
            "4xxErrors 0.0",
            "5xxErrors 0.0",
            "BytesUploaded 5.0");
    assertThat(told(put, "all")).isEqualTo(expected);
    assertThat(told(put, "in")).isEqualTo(expected);
    assertThat(told(put, "tagged")).isEqualTo(expected);
    assertThat(put)
        .extracting(TestMetrics.Sample::metric)
        .contains("AWS/S3/FirstByteLatency", "AWS/S3/TotalRequestLatency");
    s3.getObjectAsBytes(b -> b.bucket("shelf").key("in/a"));
    assertThat(told(lab.metrics.take(), "in")).contains("GetRequests 1.0", "BytesDownloaded 5.0");
    assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket("shelf").key("out")));
    var missing = lab.metrics.take();
    assertThat(told(missing, "all")).contains("GetRequests 1.0", "4xxErrors 1.0");
    assertThat(told(missing, "in")).isEmpty();
    assertThat(told(missing, "tagged")).isEmpty();
    s3.listObjectsV2(b -> b.bucket("shelf"));
    var listed = lab.metrics.take();
    assertThat(told(listed, "all")).contains("ListRequests 1.0");
    assertThat(told(listed, "in")).isEmpty();
    s3.deleteBucketMetricsConfiguration(b -> b.bucket("shelf").id("all"));
    lab.metrics.take();
    s3.headBucket(b -> b.bucket("shelf"));
    assertThat(lab.metrics.take()).isEmpty();
  }

  @Test
  void configurationsArePutListedAndDeleted() {
    var wanted =
        MetricsConfiguration.builder()
            .id("one")
            .filter(f -> f.and(a -> a.prefix("p").tags(t -> t.key("k").value("v"))))
            .build();
    configure(wanted);
    assertThat(
            s3.getBucketMetricsConfiguration(b -> b.bucket("shelf").id("one"))
                .metricsConfiguration())
        .isEqualTo(wanted);
    assertThat(
            s3.listBucketMetricsConfigurations(b -> b.bucket("shelf")).metricsConfigurationList())
        .containsExactly(wanted);
    s3.deleteBucketMetricsConfiguration(b -> b.bucket("shelf").id("one"));
    assertCode(
        "NoSuchConfiguration",
        () -> s3.getBucketMetricsConfiguration(b -> b.bucket("shelf").id("one")));
    assertCode(
        "MalformedXML",
        () -> configure(wanted.toBuilder().filter(f -> f.and(a -> a.prefix("p"))).build()));
    assertCode("InvalidArgument", () -> configure(wanted.toBuilder().id("not so").build()));
    assertCode(
        "NotImplemented",
        () ->
            configure(
                wanted.toBuilder()
                    .filter(
                        f -> f.accessPointArn("arn:aws:s3:us-east-1:123456789012:accesspoint/door"))
                    .build()));
    try (var user = lab.user(Lab.ACCOUNT, "u", Lab.allow("s3:GetObject", "*"))) {
      assertCode(
          "AccessDenied", () -> user.listBucketMetricsConfigurations(b -> b.bucket("shelf")));
    }
  }
}

package dev.bulwark.storage.s3;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what S3 tells CloudWatch. */
final class TestMetrics implements MetricPublisher {
  /** A sample; the dimensions but for the bucket's name, which all have. */
  record Sample(String account, String metric, String bucket, String dimension, double value) {}

  private final List<Sample> samples = new CopyOnWriteArrayList<>();

  @Override
  public void add(Source source, ServiceMetric metric, double value) {
    var dimensions = new TreeMap<>(source.dimensions());
    var bucket = String.valueOf(dimensions.remove("BucketName"));
    samples.add(
        new Sample(
            source.accountId(),
            metric.namespace() + '/' + metric.name(),
            bucket,
            String.join(",", dimensions.values()),
            value));
  }

  @Override
  public void everyMinute(Runnable reading) {}

  List<Sample> take() {
    var taken = List.copyOf(samples);
    samples.clear();
    return taken;
  }

  /** What was last told of a bucket's sizes, by their storage type. */
  Map<String, Double> sizes(String bucket) {
    var sizes = new TreeMap<String, Double>();
    for (var sample : take()) {
      if (sample.metric().equals("AWS/S3/BucketSizeBytes") && sample.bucket().equals(bucket)) {
        sizes.put(sample.dimension(), sample.value());
      }
    }
    return sizes;
  }
}

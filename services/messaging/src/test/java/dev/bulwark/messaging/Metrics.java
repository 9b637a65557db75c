package dev.bulwark.messaging;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes what services tell of themselves in place of CloudWatch. */
public final class Metrics implements MetricPublisher {
  private record Sample(Source source, ServiceMetric metric, double value) {}

  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final List<Runnable> readings = new CopyOnWriteArrayList<>();

  @Override
  public void add(Source source, ServiceMetric metric, double value) {
    samples.add(new Sample(source, metric, value));
  }

  @Override
  public void everyMinute(Runnable reading) {
    readings.add(reading);
  }

  /** Reads what is read once a minute. */
  public void readAll() {
    readings.forEach(Runnable::run);
  }

  /** The values of a metric with just these dimensions. */
  public List<Double> values(String namespace, String name, Map<String, String> dimensions) {
    return samples.stream()
        .filter(sample -> sample.metric().namespace().equals(namespace))
        .filter(sample -> sample.metric().name().equals(name))
        .filter(sample -> sample.source().dimensions().equals(dimensions))
        .map(Sample::value)
        .toList();
  }
}

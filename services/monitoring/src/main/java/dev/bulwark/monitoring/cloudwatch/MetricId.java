package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.Dimension;
import dev.bulwark.state.Key;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What sets a metric apart: whose it is, where, its names and its dimensions. */
record MetricId(
    String accountId,
    String region,
    String namespace,
    String name,
    Map<String, String> dimensions) {

  MetricId {
    dimensions = Map.copyOf(dimensions);
  }

  /**
   * @throws dev.bulwark.schema.ApiException InvalidParameterValue for a dimension that is named
   *     twice
   */
  static Map<String, String> dimensions(@Nullable List<Dimension> given) {
    var dimensions = new TreeMap<String, String>();
    for (var dimension : given == null ? List.<Dimension>of() : given) {
      if (dimensions.put(dimension.name(), dimension.value()) != null) {
        throw CloudWatchErrors.invalidValue("No metric may specify the same dimension name twice.");
      }
    }
    return dimensions;
  }

  /** The key of its row; those of a namespace, and of a name in it, are together. */
  String key() {
    var key = new StringBuilder(Key.prefix(accountId, region, namespace, name));
    new TreeMap<>(dimensions).forEach((name, value) -> key.append(Key.prefix(name, value)));
    return key.toString();
  }

  List<Dimension> view() {
    return new TreeMap<>(dimensions)
        .entrySet().stream().map(one -> new Dimension(one.getKey(), one.getValue())).toList();
  }
}

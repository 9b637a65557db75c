package dev.bulwark.monitoring.cloudwatch;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is computed of the samples of a period. */
record Statistic(String name, Kind kind, double percent) {
  enum Kind {
    SAMPLE_COUNT,
    AVERAGE,
    SUM,
    MINIMUM,
    MAXIMUM,
    PERCENTILE
  }

  private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,10})?|100)");

  /**
   * A statistic by its name: one of the five, or a percentile as {@code p99.9}.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameterValue
   */
  static Statistic of(String name) {
    var kind =
        switch (name) {
          case "SampleCount" -> Kind.SAMPLE_COUNT;
          case "Average" -> Kind.AVERAGE;
          case "Sum" -> Kind.SUM;
          case "Minimum" -> Kind.MINIMUM;
          case "Maximum" -> Kind.MAXIMUM;
          default -> null;
        };
    if (kind != null) {
      return new Statistic(name, kind, 0);
    }
    var matcher = PERCENTILE.matcher(name);
    if (!matcher.matches()) {
      throw CloudWatchErrors.invalidStatistic(name);
    }
    return new Statistic(name, Kind.PERCENTILE, Double.parseDouble(matcher.group(1)));
  }

  @Nullable Double of(Samples samples) {
    return switch (kind) {
      case SAMPLE_COUNT -> samples.count();
      case AVERAGE -> samples.sum() / samples.count();
      case SUM -> samples.sum();
      case MINIMUM -> samples.minimum();
      case MAXIMUM -> samples.maximum();
      case PERCENTILE -> samples.percentile(percent);
    };
  }
}

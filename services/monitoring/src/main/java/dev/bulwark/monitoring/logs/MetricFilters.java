package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.DeleteMetricFilterRequest;
import dev.bulwark.api.logs.DescribeMetricFiltersRequest;
import dev.bulwark.api.logs.DescribeMetricFiltersResponse;
import dev.bulwark.api.logs.MetricFilter;
import dev.bulwark.api.logs.MetricFilterMatchRecord;
import dev.bulwark.api.logs.MetricTransformation;
import dev.bulwark.api.logs.PutMetricFilterRequest;
import dev.bulwark.api.logs.TestMetricFilterRequest;
import dev.bulwark.api.logs.TestMetricFilterResponse;
import dev.bulwark.logs.filter.FilterPattern;
import dev.bulwark.logs.filter.InvalidPatternException;
import dev.bulwark.monitoring.logs.LogsTables.MetricFilterRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metric filters: what matches their pattern becomes values of a metric. */
final class MetricFilters {
  private static final int PAGE = 50;
  private static final int MOST_OF_GROUP = 100;
  private static final int MOST_DIMENSIONS = 3;
  private static final int MOST_CACHED = 1000;

  /** A filter that is ready to work. */
  private record Compiled(MetricFilterRecord filter, FilterPattern pattern) {}

  private final LogsTables tables;
  private final Groups groups;
  private final MetricSink sink;
  private final StoreCache<List<Compiled>> compiled;

  MetricFilters(LogsTables tables, Groups groups, MetricSink sink) {
    this.tables = tables;
    this.groups = groups;
    this.sink = sink;
    this.compiled = tables.store().cache(MOST_CACHED, this::load, tables.metricFilters());
  }

  private List<Compiled> load(ReadTx tx, String groupPrefix) {
    return tables.metricFilters().scan(tx, Scan.prefix(groupPrefix)).stream()
        .map(row -> new Compiled(row.value(), LogEvents.pattern(row.value().pattern())))
        .toList();
  }

  /** Makes metrics of events that have come in. */
  void feed(LogGroupRecord group, List<SegmentCodec.Entry> events) {
    var filters = compiled.get(Key.prefix(group.accountId(), group.region(), group.name()));
    if (filters == null || filters.isEmpty()) {
      return;
    }
    for (var filter : filters) {
      for (var event : events) {
        feed(group, filter, event);
      }
    }
  }

  private void feed(LogGroupRecord group, Compiled compiled, SegmentCodec.Entry event) {
    var filter = compiled.filter();
    if (!compiled.pattern().matches(event.message())) {
      if (filter.defaultValue() != null) {
        put(group, filter, Map.of(), filter.defaultValue(), event.timestamp());
      }
      return;
    }
    var value = number(filter.metricValue(), compiled.pattern(), event.message());
    if (value == null) {
      return;
    }
    var dimensions = new HashMap<String, String>();
    for (var dimension : filter.dimensions().entrySet()) {
      var found = compiled.pattern().value(event.message(), dimension.getValue());
      // A metric lacks the dimensions that the event does.
      if (found != null && !found.isEmpty()) {
        dimensions.put(dimension.getKey(), found);
      }
    }
    put(group, filter, dimensions, value, event.timestamp());
  }

  private static @Nullable Double number(String value, FilterPattern pattern, String message) {
    var text = value.startsWith("$") ? pattern.value(message, value) : value;
    try {
      return text == null ? null : Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void put(
      LogGroupRecord group,
      MetricFilterRecord filter,
      Map<String, String> dimensions,
      double value,
      long time) {
    sink.put(
        group.accountId(),
        group.region(),
        filter.metricNamespace(),
        filter.metricName(),
        dimensions,
        value,
        filter.unit(),
        time);
  }

  Unit put(PutMetricFilterRequest in, Call call) {
    pattern(in.filterPattern());
    var transformation = checked(in.metricTransformations().getFirst());
    return call.write(
        tx -> {
          var group = groups.require(tx, in.logGroupName(), call);
          var scope = Key.prefix(group.accountId(), group.region(), group.name());
          var key = scope + in.filterName();
          if (!tables.metricFilters().contains(tx, key)
              && tables.metricFilters().count(tx, scope) >= MOST_OF_GROUP) {
            throw LogsErrors.limitExceeded();
          }
          tables
              .metricFilters()
              .put(
                  tx,
                  key,
                  new MetricFilterRecord(
                      group.name(),
                      in.filterName(),
                      in.filterPattern(),
                      transformation.metricName(),
                      transformation.metricNamespace(),
                      transformation.metricValue(),
                      transformation.defaultValue(),
                      transformation.dimensions() == null ? Map.of() : transformation.dimensions(),
                      transformation.unit(),
                      call.time().toEpochMilli()));
          return Unit.UNIT;
        });
  }

  /** The pattern, refused without the reason, which AWS tells only where events are filtered. */
  private static FilterPattern pattern(String text) {
    try {
      return FilterPattern.parse(text);
    } catch (InvalidPatternException e) {
      throw LogsErrors.invalid("Invalid metric filter pattern");
    }
  }

  private static MetricTransformation checked(MetricTransformation in) {
    var value = in.metricValue();
    if (!value.startsWith("$")) {
      try {
        Double.parseDouble(value);
      } catch (NumberFormatException e) {
        throw LogsErrors.invalid("Invalid metric transformation: metricValue is no number.");
      }
    }
    var dimensions = in.dimensions();
    if (dimensions != null && !dimensions.isEmpty()) {
      if (dimensions.size() > MOST_DIMENSIONS) {
        throw LogsErrors.invalid("Invalid metric transformation: too many dimensions.");
      }
      if (in.defaultValue() != null) {
        throw LogsErrors.invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties.");
      }
    }
    return in;
  }

  Unit delete(DeleteMetricFilterRequest in, Call call) {
    return call.write(
        tx -> {
          var group = groups.require(tx, in.logGroupName(), call);
          var key = Key.prefix(group.accountId(), group.region(), group.name()) + in.filterName();
          if (!tables.metricFilters().delete(tx, key)) {
            throw LogsErrors.noFilter();
          }
          return Unit.UNIT;
        });
  }

  DescribeMetricFiltersResponse describe(DescribeMetricFiltersRequest in, Call call) {
    var group = in.logGroupName();
    var region = Key.prefix(call.accountId(), call.region());
    var scope = group == null ? region : Key.prefix(call.accountId(), call.region(), group);
    var prefix = in.filterNamePrefix() == null ? "" : in.filterNamePrefix();
    if (group == null && !prefix.isEmpty()) {
      throw LogsErrors.invalid("filterNamePrefix requires logGroupName.");
    }
    var after = Pages.read(in.nextToken());
    return tables
        .store()
        .read(
            tx -> {
              if (group != null) {
                groups.require(tx, group, call);
              }
              var page =
                  Pages.of(
                      tables.metricFilters(),
                      tx,
                      Scan.prefix(scope + prefix).after(after == null ? null : region + after),
                      in.limit() == null ? PAGE : in.limit(),
                      filter ->
                          (in.metricName() == null || in.metricName().equals(filter.metricName()))
                              && (in.metricNamespace() == null
                                  || in.metricNamespace().equals(filter.metricNamespace())));
              return new DescribeMetricFiltersResponse(
                  page.rows().stream().map(row -> view(row.value())).toList(),
                  page.more()
                      ? Pages.write(page.rows().getLast().key().substring(region.length()))
                      : null);
            });
  }

  private static MetricFilter view(MetricFilterRecord filter) {
    return new MetricFilter(
        filter.name(),
        filter.pattern(),
        List.of(
            new MetricTransformation(
                filter.metricName(),
                filter.metricNamespace(),
                filter.metricValue(),
                filter.defaultValue(),
                filter.dimensions().isEmpty() ? null : filter.dimensions(),
                filter.unit())),
        filter.created(),
        filter.groupName());
  }

  TestMetricFilterResponse test(TestMetricFilterRequest in, Call call) {
    var pattern = pattern(in.filterPattern());
    var matches = new ArrayList<MetricFilterMatchRecord>();
    for (int i = 0; i < in.logEventMessages().size(); i++) {
      var message = in.logEventMessages().get(i);
      long number = i + 1;
      pattern
          .match(message)
          .ifPresent(values -> matches.add(new MetricFilterMatchRecord(number, message, values)));
    }
    return new TestMetricFilterResponse(matches);
  }
}

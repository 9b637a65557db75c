package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.GetInsightSelectorsRequest;
import dev.bulwark.api.cloudtrail.GetInsightSelectorsResponse;
import dev.bulwark.api.cloudtrail.InsightSelector;
import dev.bulwark.api.cloudtrail.PutInsightSelectorsRequest;
import dev.bulwark.api.cloudtrail.PutInsightSelectorsResponse;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadFunction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which Insights trails have. */
final class InsightSelectors {
  private final TrailTables tables;
  private final TrailFinder finder;
  private final InsightDetector detector;

  InsightSelectors(TrailTables tables, TrailFinder finder, InsightDetector detector) {
    this.tables = tables;
    this.finder = finder;
    this.detector = detector;
  }

  PutInsightSelectorsResponse put(PutInsightSelectorsRequest in, Call call) {
    if (in.eventDataStore() != null || in.insightsDestination() != null) {
      if (in.trailName() != null) {
        throw CloudTrailErrors.trailOrStore();
      }
      throw CloudTrailErrors.noStores();
    }
    var name = in.trailName();
    if (name == null) {
      throw CloudTrailErrors.trailOrStore();
    }
    var types = types(in.insightSelectors());
    return call.write(
        tx -> {
          var trail = finder.requireOwn(tx, name, call);
          requireEvents(trail, types);
          detector.begin(tx, call.time());
          var changed = trail.withInsights(types, call.time());
          tables.put(tx, call, trail, changed);
          return PutInsightSelectorsResponse.builder()
              .trailARN(trail.arn())
              .insightSelectors(view(changed))
              .build();
        });
  }

  private static List<String> types(List<InsightSelector> selectors) {
    var types = new ArrayList<String>();
    for (var selector : selectors) {
      var type = selector.insightType();
      if (type == null || types.contains(type)) {
        throw CloudTrailErrors.invalidInsights(
            "The InsightSelectors parameter must name each Insights type at most once.");
      }
      types.add(type);
    }
    return types;
  }

  /** Insights are found in events that the trail logs. */
  private static void requireEvents(TrailRecord trail, List<String> types) {
    if (types.contains(InsightSeries.CALLS) && !logsManagement(trail, false)) {
      throw CloudTrailErrors.invalidInsights(
          "The trail must log write management events to log Insights events on API call rate.");
    }
    if (types.contains(InsightSeries.ERRORS)
        && !logsManagement(trail, false)
        && !logsManagement(trail, true)) {
      throw CloudTrailErrors.invalidInsights(
          "The trail must log management events to log Insights events on API error rate.");
    }
  }

  private static boolean logsManagement(TrailRecord trail, boolean reads) {
    if (!trail.hasSelectors()) {
      return true;
    }
    var way = reads ? "ReadOnly" : "WriteOnly";
    return trail.basicSelectors().stream()
            .anyMatch(
                one ->
                    one.management()
                        && (one.readWriteType().equals("All") || one.readWriteType().equals(way)))
        || trail.advancedSelectors().stream().anyMatch(one -> logsManagement(one, reads));
  }

  private static boolean logsManagement(TrailRecord.AdvancedSelector selector, boolean reads) {
    boolean management = false;
    for (var condition : selector.conditions()) {
      switch (condition.field()) {
        case "eventCategory" -> management |= condition.values().contains("Management");
        case "readOnly" -> {
          boolean wanted = condition.values().contains(Boolean.toString(reads));
          if (wanted != (condition.operator() == TrailRecord.Operator.EQUALS)) {
            return false;
          }
        }
        default -> {}
      }
    }
    return management;
  }

  GetInsightSelectorsResponse get(GetInsightSelectorsRequest in, Call call) {
    var name = in.trailName();
    if (name == null || in.eventDataStore() != null) {
      throw CloudTrailErrors.trailOrStore();
    }
    ReadFunction<TrailRecord, RuntimeException> find = tx -> finder.require(tx, name, call);
    var trail = tables.store().read(find);
    if (trail.insights().isEmpty()) {
      throw CloudTrailErrors.noInsights(trail.arn());
    }
    return GetInsightSelectorsResponse.builder()
        .trailARN(trail.arn())
        .insightSelectors(view(trail))
        .build();
  }

  private static @Nullable List<InsightSelector> view(TrailRecord trail) {
    return trail.insights().stream().map(InsightSelector::new).toList();
  }
}

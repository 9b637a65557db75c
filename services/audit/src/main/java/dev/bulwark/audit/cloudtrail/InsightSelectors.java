package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.GetInsightSelectorsRequest;
import dev.bulwark.api.cloudtrail.GetInsightSelectorsResponse;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadFunction;

/** Insights, which no trail has: they cannot be switched on. */
final class InsightSelectors {
  private final TrailTables tables;
  private final TrailFinder finder;

  InsightSelectors(TrailTables tables, TrailFinder finder) {
    this.tables = tables;
    this.finder = finder;
  }

  GetInsightSelectorsResponse get(GetInsightSelectorsRequest in, Call call) {
    var name = in.trailName();
    if (name == null || in.eventDataStore() != null) {
      throw CloudTrailErrors.trailOrStore();
    }
    ReadFunction<TrailRecord, RuntimeException> find = tx -> finder.require(tx, name, call);
    throw CloudTrailErrors.noInsights(tables.store().read(find).name());
  }
}

package dev.bulwark.audit.cloudtrail;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trail as stored.
 *
 * @param homeRegion where it was made, and where alone it is changed
 * @param basicSelectors at most one kind of selectors is set; none is AWS's default, all management
 *     events
 * @param started when logging was switched on last
 * @param stopped when logging was switched off last
 * @param insights the types of Insights that it has
 * @param insightsSince when it got the first of them; null where it has none
 */
record TrailRecord(
    String accountId,
    String name,
    String homeRegion,
    TrailSettings settings,
    List<BasicSelector> basicSelectors,
    List<AdvancedSelector> advancedSelectors,
    Map<String, String> tags,
    boolean logging,
    @Nullable Instant started,
    @Nullable Instant stopped,
    List<String> insights,
    @Nullable Instant insightsSince) {

  static final String TYPE = "AWS::CloudTrail::Trail";

  /** A selector of the first kind. */
  record BasicSelector(
      String readWriteType,
      boolean management,
      List<DataSelector> dataResources,
      List<String> excludedSources) {
    BasicSelector {
      dataResources = List.copyOf(dataResources);
      excludedSources = List.copyOf(excludedSources);
    }
  }

  /** Resources of a type, by the beginnings of their ARNs. */
  record DataSelector(String type, List<String> values) {
    DataSelector {
      values = List.copyOf(values);
    }
  }

  /** A selector of the second kind: its conditions must all hold. */
  record AdvancedSelector(@Nullable String name, List<FieldCondition> conditions) {
    AdvancedSelector {
      conditions = List.copyOf(conditions);
    }
  }

  /** What a field has to be like, for one operator: like any of the values, or like none. */
  record FieldCondition(String field, Operator operator, List<String> values) {
    FieldCondition {
      values = List.copyOf(values);
    }
  }

  /** The operators of advanced selectors. */
  enum Operator {
    EQUALS,
    STARTS_WITH,
    ENDS_WITH,
    NOT_EQUALS,
    NOT_STARTS_WITH,
    NOT_ENDS_WITH
  }

  TrailRecord {
    basicSelectors = List.copyOf(basicSelectors);
    advancedSelectors = List.copyOf(advancedSelectors);
    tags = Map.copyOf(tags);
    // Trails of before there were Insights are stored without.
    insights = insights == null ? List.of() : List.copyOf(insights);
  }

  static TrailRecord of(
      String accountId,
      String name,
      String homeRegion,
      TrailSettings settings,
      Map<String, String> tags) {
    return new TrailRecord(
        accountId,
        name,
        homeRegion,
        settings,
        List.of(),
        List.of(),
        tags,
        false,
        null,
        null,
        List.of(),
        null);
  }

  String arn() {
    return arn(homeRegion, accountId, name);
  }

  static String arn(String region, String accountId, String name) {
    return "arn:aws:cloudtrail:" + region + ":" + accountId + ":trail/" + name;
  }

  /** Whether it was switched on at that time, as far as that is known. */
  boolean loggedAt(Instant time) {
    if (started == null || time.isBefore(started)) {
      return false;
    }
    return logging || (stopped != null && !time.isAfter(stopped));
  }

  boolean hasSelectors() {
    return !basicSelectors.isEmpty() || !advancedSelectors.isEmpty();
  }

  TrailRecord withSettings(TrailSettings changed) {
    return new TrailRecord(
        accountId,
        name,
        homeRegion,
        changed,
        basicSelectors,
        advancedSelectors,
        tags,
        logging,
        started,
        stopped,
        insights,
        insightsSince);
  }

  TrailRecord withSelectors(List<BasicSelector> basic, List<AdvancedSelector> advanced) {
    return new TrailRecord(
        accountId,
        name,
        homeRegion,
        settings,
        basic,
        advanced,
        tags,
        logging,
        started,
        stopped,
        insights,
        insightsSince);
  }

  TrailRecord withTags(Map<String, String> changed) {
    return new TrailRecord(
        accountId,
        name,
        homeRegion,
        settings,
        basicSelectors,
        advancedSelectors,
        changed,
        logging,
        started,
        stopped,
        insights,
        insightsSince);
  }

  /** Switched on or off; it stays as it is where it is so already. */
  TrailRecord withLogging(boolean on, Instant now) {
    // As exact as the times of events, so that the call that does it is logged.
    var time = now.truncatedTo(ChronoUnit.MILLIS);
    return on == logging
        ? this
        : new TrailRecord(
            accountId,
            name,
            homeRegion,
            settings,
            basicSelectors,
            advancedSelectors,
            tags,
            on,
            on ? time : started,
            on ? stopped : time,
            insights,
            insightsSince);
  }

  /** With other Insights; what was counted for those that it had goes on to be of use. */
  TrailRecord withInsights(List<String> types, Instant now) {
    return new TrailRecord(
        accountId,
        name,
        homeRegion,
        settings,
        basicSelectors,
        advancedSelectors,
        tags,
        logging,
        started,
        stopped,
        types,
        types.isEmpty() ? null : insightsSince == null ? now : insightsSince);
  }
}

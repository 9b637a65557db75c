package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.Event;
import dev.bulwark.api.cloudtrail.EventCategory;
import dev.bulwark.api.cloudtrail.LookupAttribute;
import dev.bulwark.api.cloudtrail.LookupAttributeKey;
import dev.bulwark.api.cloudtrail.LookupEventsRequest;
import dev.bulwark.api.cloudtrail.LookupEventsResponse;
import dev.bulwark.api.cloudtrail.Resource;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.EventStreams.Attribute;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The management events of an account in a Region, for 90 days: LookupEvents.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html">LookupEvents</a>
 */
final class EventHistory {
  private static final Duration KEPT = Duration.ofDays(90);

  /** By how much a client's clock may be ahead. */
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  private static final int LARGEST_PAGE = 50;
  private static final int LONGEST_VALUE = 2000;
  private static final Set<LookupAttributeKey> OF_INSIGHTS =
      EnumSet.of(
          LookupAttributeKey.EVENT_ID,
          LookupAttributeKey.EVENT_NAME,
          LookupAttributeKey.EVENT_SOURCE);

  private final EventStreams streams;
  private final PageTokens tokens;
  private final LookupRate rate;
  private final InsightHistory insightHistory;

  EventHistory(
      EventStreams streams, PageTokens tokens, LookupRate rate, InsightHistory insightHistory) {
    this.streams = streams;
    this.tokens = tokens;
    this.rate = rate;
    this.insightHistory = insightHistory;
  }

  LookupEventsResponse lookup(LookupEventsRequest in, Call call) {
    rate.take(call);
    var insights = insights(in.eventCategory());
    var attribute = attribute(in.lookupAttributes());
    var key = attribute == null ? null : key(attribute, insights);
    var limit = limit(in.maxResults());
    var query = query(in, attribute, key, call);
    var identity = identity(in, query);
    var from = tokens.read(in.nextToken(), identity);
    if (insights) {
      var found = insightHistory.lookup(query, from, limit);
      return new LookupEventsResponse(found.events(), tokens.write(found.next(), identity));
    }
    var page = streams.lookup(query, from, limit);
    return new LookupEventsResponse(
        page.calls().stream().map(EventHistory::event).toList(),
        tokens.write(page.next(), identity));
  }

  private static boolean insights(@Nullable String category) {
    if (category == null) {
      return false;
    }
    if (!category.equals(EventCategory.INSIGHT.value())) {
      throw CloudTrailErrors.invalidEventCategory(category);
    }
    return true;
  }

  private static @Nullable LookupAttribute attribute(@Nullable List<LookupAttribute> attributes) {
    if (attributes == null || attributes.isEmpty()) {
      return null;
    }
    if (attributes.size() > 1) {
      throw CloudTrailErrors.tooManyLookupAttributes();
    }
    return attributes.getFirst();
  }

  private static LookupAttributeKey key(LookupAttribute attribute, boolean insights) {
    var key = LookupAttributeKey.fromValue(attribute.attributeKey());
    if (key == null || (insights && !OF_INSIGHTS.contains(key))) {
      throw CloudTrailErrors.invalidLookupAttribute(attribute.attributeKey());
    }
    if (attribute.attributeValue().length() > LONGEST_VALUE) {
      throw CloudTrailErrors.invalidLookupValue();
    }
    if (key == LookupAttributeKey.READ_ONLY
        && !Set.of("true", "false").contains(attribute.attributeValue())) {
      throw CloudTrailErrors.invalidReadOnly();
    }
    return key;
  }

  private static int limit(@Nullable Integer maxResults) {
    if (maxResults == null) {
      return LARGEST_PAGE;
    }
    if (maxResults < 1 || maxResults > LARGEST_PAGE) {
      throw CloudTrailErrors.invalidMaxResults();
    }
    return maxResults;
  }

  /** CloudTrail's times are in whole seconds, and both ends of a range belong to it. */
  private static Query query(
      LookupEventsRequest in,
      @Nullable LookupAttribute attribute,
      @Nullable LookupAttributeKey key,
      Call call) {
    var oldest = call.time().minus(KEPT);
    var start = in.startTime();
    var end = in.endTime();
    if (start != null && end != null && start.isAfter(end)) {
      throw CloudTrailErrors.startAfterEnd();
    }
    if ((end != null && end.isBefore(oldest))
        || (start != null && start.isAfter(call.time().plus(CLOCKS)))) {
      throw CloudTrailErrors.timeOutOfRange();
    }
    return new Query(
        call.accountId(),
        call.region(),
        key == null ? null : streamAttribute(key),
        attribute == null ? null : attribute.attributeValue(),
        start == null || start.isBefore(oldest) ? oldest : start.truncatedTo(ChronoUnit.SECONDS),
        end == null ? Instant.MAX : end.truncatedTo(ChronoUnit.SECONDS).plusMillis(999));
  }

  private static Attribute streamAttribute(LookupAttributeKey key) {
    return switch (key) {
      case EVENT_ID -> Attribute.EVENT_ID;
      case EVENT_NAME -> Attribute.EVENT_NAME;
      case READ_ONLY -> Attribute.READ_ONLY;
      case USERNAME -> Attribute.USERNAME;
      case RESOURCE_TYPE -> Attribute.RESOURCE_TYPE;
      case RESOURCE_NAME -> Attribute.RESOURCE_NAME;
      case EVENT_SOURCE -> Attribute.EVENT_SOURCE;
      case ACCESS_KEY_ID -> Attribute.ACCESS_KEY_ID;
    };
  }

  /**
   * What all pages of a query have in common. Times as the request gives them, since the 90 days
   * move on from page to page.
   */
  private static String identity(LookupEventsRequest in, Query query) {
    return Key.of(
        query.accountId(),
        query.region(),
        query.attribute() == null ? "" : query.attribute().name(),
        text(query.value()),
        text(in.startTime()),
        text(in.endTime()),
        text(in.eventCategory()));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static Event event(ApiCall call) {
    return Event.builder()
        .eventId(call.eventId())
        .eventName(call.eventName())
        .readOnly(Boolean.toString(call.readOnly()))
        .accessKeyId(call.accessKeyId())
        .eventTime(call.time().truncatedTo(ChronoUnit.SECONDS))
        .eventSource(call.eventSource())
        .username(call.userName())
        .resources(
            call.resources().stream()
                .map(resource -> new Resource(resource.type(), resource.name()))
                .toList())
        .cloudTrailEvent(new String(call.record(), StandardCharsets.UTF_8))
        .build();
  }
}

package dev.bulwark.audit.cloudtrail;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A channel, through which events from elsewhere come.
 *
 * @param source who sends them
 * @param destinations ARNs of the event data stores that keep them
 */
record ChannelRecord(
    String accountId,
    String region,
    String id,
    String name,
    String source,
    List<String> destinations,
    Map<String, String> tags) {

  static final String TYPE = "AWS::CloudTrail::Channel";

  /** What GetChannel tells of the events that came last. */
  record Status(
      @Nullable Instant succeeded,
      @Nullable String succeededId,
      @Nullable String error,
      Instant attempted,
      String attemptedId) {}

  ChannelRecord {
    destinations = List.copyOf(destinations);
    tags = Map.copyOf(tags);
  }

  String arn() {
    return arn(region, accountId, id);
  }

  static String arn(String region, String accountId, String id) {
    return "arn:aws:cloudtrail:" + region + ":" + accountId + ":channel/" + id;
  }

  ChannelRecord with(String changedName, List<String> changedDestinations) {
    return new ChannelRecord(accountId, region, id, changedName, source, changedDestinations, tags);
  }

  ChannelRecord withTags(Map<String, String> changed) {
    return new ChannelRecord(accountId, region, id, name, source, destinations, changed);
  }
}

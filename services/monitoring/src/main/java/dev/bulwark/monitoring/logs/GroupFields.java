package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.GetLogGroupFieldsRequest;
import dev.bulwark.api.logs.GetLogGroupFieldsResponse;
import dev.bulwark.api.logs.LogGroupField;
import dev.bulwark.logs.query.LogEvent;
import dev.bulwark.service.Call;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which fields the events of a group have, and how many of the events have each. */
final class GroupFields {
  private static final Duration LATEST = Duration.ofMinutes(15);
  private static final Duration AROUND = Duration.ofMinutes(8);
  private static final List<String> ALWAYS =
      List.of("@timestamp", "@ingestionTime", "@message", "@logStream", "@log");

  /** Looked at, of those in the range. */
  private static final int MOST_EVENTS = 10_000;

  private static final int MOST_FIELDS = 1_000;

  private final Groups groups;
  private final EventStore events;

  GroupFields(Groups groups, EventStore events) {
    this.groups = groups;
    this.events = events;
  }

  GetLogGroupFieldsResponse get(GetLogGroupFieldsRequest in, Call call) {
    var group = groups.require(Groups.name(in.logGroupName(), in.logGroupIdentifier()), call);
    long now = call.time().toEpochMilli();
    long from = now - LATEST.toMillis();
    long until = now + 1;
    if (in.time() != null) {
      long center = Queries.seconds(in.time()) * 1000;
      from = center - AROUND.toMillis();
      until = center + AROUND.toMillis();
    }
    var seen = new HashMap<String, Integer>();
    var count = new int[1];
    events.forward(
        group,
        null,
        Position.before(Math.max(from, group.keptFrom(call.time()))),
        until,
        event -> {
          for (var field : LogEvent.discoveredFields(event.message())) {
            if (seen.containsKey(field) || seen.size() < MOST_FIELDS) {
              seen.merge(field, 1, Integer::sum);
            }
          }
          return ++count[0] < MOST_EVENTS;
        });
    if (count[0] > 0) {
      ALWAYS.forEach(field -> seen.put(field, count[0]));
    }
    return new GetLogGroupFieldsResponse(
        seen.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
            .map(
                field ->
                    new LogGroupField(field.getKey(), (int) (field.getValue() * 100L / count[0])))
            .toList());
  }
}

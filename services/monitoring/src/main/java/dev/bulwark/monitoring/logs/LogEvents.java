package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.FilterLogEventsRequest;
import dev.bulwark.api.logs.FilterLogEventsResponse;
import dev.bulwark.api.logs.FilteredLogEvent;
import dev.bulwark.api.logs.GetLogEventsRequest;
import dev.bulwark.api.logs.GetLogEventsResponse;
import dev.bulwark.api.logs.OutputLogEvent;
import dev.bulwark.logs.filter.FilterPattern;
import dev.bulwark.logs.filter.InvalidPatternException;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Log events read: from one stream, or searched for in a group. */
final class LogEvents {
  private static final int PAGE = 10_000;
  private static final int PAGE_BYTES = 1 << 20;

  /** A search that has looked at so many gives back what it has. */
  private static final int MOST_SEARCHED = 200_000;

  private final LogsTables tables;
  private final Groups groups;
  private final EventStore store;
  private final DataProtections protections;

  LogEvents(LogsTables tables, Groups groups, EventStore store, DataProtections protections) {
    this.tables = tables;
    this.groups = groups;
    this.store = store;
    this.protections = protections;
  }

  /** What a page takes. */
  private static final class Page {
    private final int limit;
    private final List<StoredEvent> events = new ArrayList<>();
    private int bytes;
    private boolean full;

    Page(@Nullable Integer limit) {
      this.limit = limit == null ? PAGE : limit;
    }

    /** Takes an event, and tells whether there is room for another. */
    boolean add(StoredEvent event) {
      if (!events.isEmpty() && bytes + event.message().length() > PAGE_BYTES) {
        full = true;
        return false;
      }
      events.add(event);
      bytes += event.message().length();
      full = events.size() == limit;
      return !full;
    }
  }

  GetLogEventsResponse get(GetLogEventsRequest in, Call call) {
    var group = groups.require(Groups.name(in.logGroupName(), in.logGroupIdentifier()), call);
    if (tables.streams().get(Key.of(group.id(), in.logStreamName())) == null) {
      throw LogsErrors.noStream();
    }
    long from = from(group, in.startTime(), call);
    // Here an end is the first time that is too late.
    long until = in.endTime() == null ? Long.MAX_VALUE : in.endTime();
    var token = in.nextToken();
    boolean forward =
        token == null ? in.startFromHead() != null && in.startFromHead() : token.startsWith("f/");
    var given = token == null ? null : position(token);
    var page = new Page(in.limit());
    var masking = protections.of(group, in.unmask());
    if (forward) {
      var after = later(given, Position.before(from));
      store.forward(
          group, in.logStreamName(), after, until, event -> page.add(masking.shown(event)));
      return response(page.events, after, after);
    }
    var end = Position.before(until);
    var before = given != null && given.compareTo(end) < 0 ? given : end;
    store.backward(
        group, in.logStreamName(), before, from, event -> page.add(masking.shown(event)));
    return response(page.events.reversed(), given == null ? Position.before(from) : given, before);
  }

  /** A stream's end gives the same token again, so that what comes later is found with it. */
  private static GetLogEventsResponse response(
      List<StoredEvent> events, Position forward, Position backward) {
    var last = events.isEmpty() ? forward : events.getLast().position();
    var first = events.isEmpty() ? backward : events.getFirst().position();
    return new GetLogEventsResponse(
        events.stream()
            .map(event -> new OutputLogEvent(event.timestamp(), event.message(), event.ingestion()))
            .toList(),
        "f/" + last.text() + "/s",
        "b/" + first.text() + "/s");
  }

  private static Position position(String token) {
    var bare = token.endsWith("/s") ? token.substring(0, token.length() - 2) : token;
    if (!bare.startsWith("f/") && !bare.startsWith("b/")) {
      throw LogsErrors.invalidToken();
    }
    return Position.parse(bare.substring(2));
  }

  private static Position later(@Nullable Position one, Position other) {
    return one == null || one.compareTo(other) < 0 ? other : one;
  }

  private static long from(LogGroupRecord group, @Nullable Long startTime, Call call) {
    long kept = group.keptFrom(call.time());
    return startTime == null ? kept : Math.max(startTime, kept);
  }

  FilterLogEventsResponse filter(FilterLogEventsRequest in, Call call) {
    var group = groups.require(Groups.name(in.logGroupName(), in.logGroupIdentifier()), call);
    if (in.logStreamNames() != null && in.logStreamNamePrefix() != null) {
      throw LogsErrors.invalid(
          "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
    }
    var streams = streams(group, in.logStreamNames());
    var prefix = in.logStreamNamePrefix() == null ? "" : in.logStreamNamePrefix();
    var pattern = pattern(in.filterPattern() == null ? "" : in.filterPattern());
    // Here the end belongs to the range.
    long until = in.endTime() == null ? Long.MAX_VALUE : in.endTime() + 1;
    var after =
        later(
            in.nextToken() == null ? null : Position.parse(in.nextToken()),
            Position.before(from(group, in.startTime(), call)));
    var page = new Page(in.limit());
    var searched = new Searched();
    var masking = protections.of(group, in.unmask());
    store.forward(
        group,
        streams != null && streams.size() == 1 ? streams.iterator().next() : null,
        after,
        until,
        stored -> {
          var event = masking.shown(stored);
          if ((streams == null || streams.contains(event.stream()))
              && event.stream().startsWith(prefix)
              && pattern.matches(event.message())
              && !page.add(event)) {
            // What did not fit is looked at again.
            searched.last = page.events.getLast().position();
            return false;
          }
          searched.last = event.position();
          return ++searched.events < MOST_SEARCHED;
        });
    boolean more = page.full || searched.events >= MOST_SEARCHED;
    return new FilterLogEventsResponse(
        page.events.stream()
            .map(
                event ->
                    new FilteredLogEvent(
                        event.stream(),
                        event.timestamp(),
                        event.message(),
                        event.ingestion(),
                        event.position().text()))
            .toList(),
        List.of(),
        more && searched.last != null ? searched.last.text() : null);
  }

  /** How far a search has come. */
  private static final class Searched {
    private @Nullable Position last;
    private int events;
  }

  private @Nullable Set<String> streams(LogGroupRecord group, @Nullable List<String> names) {
    if (names == null) {
      return null;
    }
    for (var name : names) {
      if (tables.streams().get(Key.of(group.id(), name)) == null) {
        throw LogsErrors.noStream();
      }
    }
    return new HashSet<>(names);
  }

  /**
   * @throws dev.bulwark.schema.ApiException InvalidParameterException
   */
  static FilterPattern pattern(String text) {
    try {
      return FilterPattern.parse(text);
    } catch (InvalidPatternException e) {
      throw LogsErrors.invalid("Invalid filter pattern: " + e.getMessage());
    }
  }
}

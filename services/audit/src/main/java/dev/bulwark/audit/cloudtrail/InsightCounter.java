package dev.bulwark.audit.cloudtrail;

import dev.bulwark.events.ApiCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Counts calls by series and minute until their minutes are over. In memory, and bounded. */
final class InsightCounter {
  private static final int LONGEST_VALUE = 256;
  private static final int SECONDS = 60;

  /** Sessions of a role are counted together, as AWS does. */
  private static final Pattern SESSION =
      Pattern.compile("(arn:[^:]*:sts::[^:]*:assumed-role/[^/]*)/.*");

  private final InsightWatch watch;

  /** Minutes that are not over, and in each what was counted of each series. */
  private final TreeMap<Long, Minute> minutes = new TreeMap<>();

  private int calls;

  /** A minute that is not over, and the first call in it. */
  private static final class Minute {
    private final Map<InsightSeries, MinuteCounts> counts = new java.util.HashMap<>();
    private long first = Long.MAX_VALUE;
  }

  /** What was counted of a series in a minute. */
  record Counted(InsightSeries series, long minute, MinuteCounts counts) {}

  InsightCounter(InsightWatch watch) {
    this.watch = watch;
  }

  /**
   * Counts a call.
   *
   * @param from calls of minutes before have been counted
   */
  void count(ApiCall call, long from) {
    long minute = Math.floorDiv(call.time().getEpochSecond(), SECONDS);
    if (!call.management() || minute < from) {
      return;
    }
    boolean ofCalls = !call.readOnly() && isWatched(call, InsightSeries.CALLS);
    boolean ofErrors = call.errorCode() != null && isWatched(call, InsightSeries.ERRORS);
    if (!ofCalls && !ofErrors) {
      return;
    }
    var counts = MinuteCounts.of(attributes(call));
    if (ofCalls) {
      add(minute, series(call, InsightSeries.CALLS, ""), counts, call.sequence());
    }
    if (ofErrors) {
      add(
          minute,
          series(call, InsightSeries.ERRORS, Objects.requireNonNull(call.errorCode())),
          counts,
          call.sequence());
    }
  }

  private boolean isWatched(ApiCall call, String type) {
    var since = watch.since(call.accountId(), call.region(), type);
    return since != null && !call.time().isBefore(since);
  }

  private static InsightSeries series(ApiCall call, String type, String error) {
    return new InsightSeries(
        call.accountId(), call.region(), type, call.eventSource(), call.eventName(), error);
  }

  private void add(long minute, InsightSeries series, MinuteCounts counts, long sequence) {
    var of = minutes.computeIfAbsent(minute, any -> new Minute());
    of.counts.merge(series, counts, MinuteCounts::plus);
    of.first = Math.min(of.first, sequence);
    calls++;
  }

  /** How many calls wait for the end of their minute. */
  int waiting() {
    return calls;
  }

  /**
   * The place in the stream before every call of a minute and of those after it.
   *
   * @param read up to which the stream was read
   */
  long safePlace(long from, long read) {
    long safe = read;
    for (var minute : minutes.tailMap(from).values()) {
      safe = Math.min(safe, minute.first - 1);
    }
    return safe;
  }

  /** What was counted in the minutes before one, in their order. */
  List<Counted> before(long end) {
    var found = new ArrayList<Counted>();
    minutes
        .headMap(end)
        .forEach(
            (minute, of) ->
                of.counts.forEach(
                    (series, counts) -> found.add(new Counted(series, minute, counts))));
    return found;
  }

  /** What was counted in the minutes before one is kept elsewhere. */
  void forgetBefore(long end) {
    for (var minute : minutes.headMap(end).values()) {
      calls -= (int) minute.counts.values().stream().mapToLong(MinuteCounts::count).sum();
    }
    minutes.headMap(end).clear();
  }

  private static Map<String, String> attributes(ApiCall call) {
    var record = record(call);
    var identity = record.path("userIdentity");
    var arn = identity.path("arn").asString(identity.path("invokedBy").asString(""));
    var session = SESSION.matcher(arn);
    return Map.of(
        "userIdentityArn",
        cut(session.matches() ? session.group(1) : arn),
        "userAgent",
        cut(record.path("userAgent").asString("")),
        "errorCode",
        call.errorCode() == null ? "null" : cut(call.errorCode()));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE);
  }

  private static JsonNode record(ApiCall call) {
    try {
      return JsonMapper.shared().readTree(call.record());
    } catch (JacksonException e) {
      throw new IllegalStateException("the record of event " + call.eventId(), e);
    }
  }
}

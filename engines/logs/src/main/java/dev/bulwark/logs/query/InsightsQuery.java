package dev.bulwark.logs.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A compiled query of Logs Insights. */
public final class InsightsQuery {
  /** The longest query, in characters. */
  public static final int LONGEST = 10_000;

  /** The most results of a query. */
  public static final int MOST_RESULTS = 10_000;

  /** How many events a command that has to see all may have to hold. */
  private static final int MOST_HELD = 200_000;

  /**
   * How much text a query may hold: of messages, groups and values together, about. Where there is
   * more it tells of less.
   */
  public static final int MOST_CHARACTERS = 16 << 20;

  private static final List<String> DEFAULT_FIELDS = List.of("@timestamp", "@message");

  private final List<Command> commands;
  private final List<String> shown;
  private final boolean grouped;

  private InsightsQuery(List<Command> commands) {
    this.commands = commands;
    this.grouped = commands.stream().anyMatch(Command.Stats.class::isInstance);
    this.shown = shown(commands);
  }

  /**
   * Compiles a query.
   *
   * @throws MalformedQueryException if it is none
   */
  public static InsightsQuery parse(String text) throws MalformedQueryException {
    return new InsightsQuery(List.copyOf(QueryParser.parse(text)));
  }

  private static List<String> shown(List<Command> commands) {
    var shown = new ArrayList<String>();
    for (var command : commands) {
      switch (command) {
        case Command.Fields fields -> addNames(fields.fields(), shown);
        case Command.Display display -> {
          shown.clear();
          addNames(display.fields(), shown);
        }
        case Command.Stats stats -> {
          shown.clear();
          addNames(stats.groups(), shown);
          stats.aggregates().forEach(aggregate -> shown.add(aggregate.name()));
        }
        default -> {}
      }
    }
    return List.copyOf(shown.isEmpty() ? DEFAULT_FIELDS : shown);
  }

  private static void addNames(List<Command.Named> fields, List<String> names) {
    fields.stream()
        .map(Command.Named::name)
        .filter(name -> !names.contains(name))
        .forEach(names::add);
  }

  /** What a query has found, as far as it has run. */
  public final class Run {
    private final int limit;
    private final int firstOfAll;
    private final Command.@Nullable Grouping grouping;
    private final List<LogRecord> held = new ArrayList<>();

    /** Of those that are shown by time alone, the newest. */
    private final PriorityQueue<LogRecord> newest =
        new PriorityQueue<>(
            (one, other) -> Values.compare(one.get("@timestamp"), other.get("@timestamp")));

    private final Room room = new Room(MOST_CHARACTERS);
    private long scanned;
    private long matched;

    private Run(int limit) {
      this.limit = limit;
      int first = 0;
      while (first < commands.size() && !commands.get(first).needsAll()) {
        first++;
      }
      this.firstOfAll = first;
      this.grouping =
          first < commands.size() && commands.get(first) instanceof Command.Stats stats
              ? new Command.Grouping(stats, room)
              : null;
    }

    /**
     * Takes in an event.
     *
     * @return false where it would have to hold more than it can
     */
    public boolean add(LogEvent event) {
      scanned++;
      var record = new LogRecord(event);
      for (int i = 0; i < firstOfAll; i++) {
        if (!commands.get(i).keeps(record)) {
          return true;
        }
      }
      matched++;
      if (grouping != null) {
        grouping.add(record);
        return true;
      }
      if (firstOfAll == commands.size()) {
        newest.add(record);
        room.use(record.size());
        while (newest.size() > limit || (room.isExceeded() && newest.size() > 1)) {
          room.giveBack(newest.remove().size());
        }
        return true;
      }
      held.add(record);
      room.use(record.size());
      return held.size() < MOST_HELD && !room.isExceeded();
    }

    /** How many events it has looked at. */
    public long scanned() {
      return scanned;
    }

    /** How many of them fit the query. */
    public long matched() {
      return matched;
    }

    /** The results: of each its fields in the order in which they are shown. */
    public List<Map<String, String>> results() {
      List<LogRecord> records;
      int next = firstOfAll;
      if (grouping != null) {
        records = grouping.results();
        next++;
      } else {
        records = new ArrayList<>(next == commands.size() ? newest : held);
        // Without a sort of its own the newest come first.
        records.sort(
            (one, other) -> Values.compare(other.get("@timestamp"), one.get("@timestamp")));
      }
      for (; next < commands.size(); next++) {
        records = commands.get(next).all(records);
      }
      return records.stream().limit(limit).map(this::show).toList();
    }

    private Map<String, String> show(LogRecord record) {
      var result = new LinkedHashMap<String, String>();
      for (var field : shown) {
        var text = Values.text(record.get(field));
        if (text != null) {
          result.put(field, text);
        }
      }
      if (!grouped) {
        result.put("@ptr", String.valueOf(record.get("@ptr")));
      }
      return result;
    }
  }

  /**
   * Begins to run it.
   *
   * @param limit results at the most, where the query says nothing less
   */
  public Run run(int limit) {
    return new Run(Math.min(limit, MOST_RESULTS));
  }
}

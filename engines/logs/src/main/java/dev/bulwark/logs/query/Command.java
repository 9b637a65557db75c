package dev.bulwark.logs.query;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command of a query, which makes of records others. */
sealed interface Command {

  /** Commands before the first that has to see all records work on one at a time. */
  default boolean keeps(LogRecord record) {
    return true;
  }

  /** What becomes of all records; most commands work on each alone. */
  default List<LogRecord> all(List<LogRecord> records) {
    return records.stream().filter(this::keeps).toList();
  }

  /** Whether it has to see all records before it lets one through. */
  default boolean needsAll() {
    return false;
  }

  /** A value and what it is called. */
  record Named(Expression value, String name) {}

  /** {@code fields}: values to show, and to go on with. */
  record Fields(List<Named> fields) implements Command {
    @Override
    public boolean keeps(LogRecord record) {
      for (var field : fields) {
        if (!(field.value() instanceof Expression.Field same && same.name().equals(field.name()))) {
          record.put(field.name(), field.value().of(record));
        }
      }
      return true;
    }
  }

  /** {@code display}: values to show alone. */
  record Display(List<Named> fields) implements Command {
    @Override
    public boolean keeps(LogRecord record) {
      return new Fields(fields).keeps(record);
    }
  }

  /** {@code filter}. */
  record Filter(Expression condition) implements Command {
    @Override
    public boolean keeps(LogRecord record) {
      return Values.truth(condition.of(record));
    }
  }

  /** {@code parse}: new fields out of a text, by an expression's groups. */
  record Parse(Expression source, Pattern pattern, List<String> names) implements Command {
    @Override
    public boolean keeps(LogRecord record) {
      var text = Values.text(source.of(record));
      var matcher = pattern.matcher(text == null ? "" : text);
      if (matcher.find()) {
        for (int i = 0; i < names.size() && i < matcher.groupCount(); i++) {
          record.put(names.get(i), matcher.group(i + 1));
        }
      }
      return true;
    }
  }

  /** {@code limit}. */
  record Limit(int most) implements Command {
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public List<LogRecord> all(List<LogRecord> records) {
      return records.subList(0, Math.min(most, records.size()));
    }
  }

  /** {@code dedup}: the first record of each combination of values. */
  record Dedup(List<Named> fields) implements Command {
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public List<LogRecord> all(List<LogRecord> records) {
      var seen = new HashSet<List<@Nullable String>>();
      var first = new ArrayList<LogRecord>();
      for (var record : records) {
        var values = new ArrayList<@Nullable String>();
        fields.forEach(field -> values.add(Values.text(field.value().of(record))));
        if (!values.contains(null) && seen.add(values)) {
          first.add(record);
        }
      }
      return first;
    }
  }

  /** What to sort by. */
  record Key(Expression value, boolean descending) {}

  /** {@code sort}. */
  record Sort(List<Key> keys) implements Command {
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public List<LogRecord> all(List<LogRecord> records) {
      Comparator<LogRecord> order = (one, other) -> 0;
      for (var key : keys) {
        Comparator<LogRecord> next =
            (one, other) -> Values.compare(key.value().of(one), key.value().of(other));
        order = order.thenComparing(key.descending() ? next.reversed() : next);
      }
      return records.stream().sorted(order).toList();
    }
  }

  /** {@code stats … by …}. */
  record Stats(List<Aggregate> aggregates, List<Named> groups) implements Command {
    static final int MOST_GROUPS = 100_000;

    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public List<LogRecord> all(List<LogRecord> records) {
      var grouping = new Grouping(this, new Room(InsightsQuery.MOST_CHARACTERS));
      records.forEach(grouping::add);
      return grouping.results();
    }
  }

  /** The groups of {@code stats}, with their aggregates as far as they are. */
  final class Grouping {
    private record Group(List<@Nullable Object> values, List<Aggregate.Running> running) {}

    private final Stats stats;
    private static final int OVERHEAD = 200;
    private final Room room;
    private final Map<List<@Nullable String>, Group> groups = new LinkedHashMap<>();

    Grouping(Stats stats, Room room) {
      this.stats = stats;
      this.room = room;
    }

    private Group begin(List<@Nullable Object> values) {
      return new Group(
          values, stats.aggregates.stream().map(aggregate -> aggregate.begin(room)).toList());
    }

    void add(LogRecord record) {
      var values = new ArrayList<@Nullable Object>(stats.groups.size());
      var key = new ArrayList<@Nullable String>(stats.groups.size());
      for (var group : stats.groups) {
        var value = group.value().of(record);
        values.add(value);
        key.add(Values.text(value));
      }
      var group = groups.get(key);
      if (group == null) {
        if (groups.size() >= Stats.MOST_GROUPS || !room.take(size(key))) {
          return;
        }
        group = begin(values);
        groups.put(key, group);
      }
      group.running().forEach(running -> running.add(record));
    }

    private static long size(List<@Nullable String> key) {
      long size = OVERHEAD;
      for (var text : key) {
        size += text == null ? 0 : text.length();
      }
      return size;
    }

    List<LogRecord> results() {
      if (groups.isEmpty() && stats.groups.isEmpty()) {
        groups.put(List.of(), begin(List.of()));
      }
      var results = new ArrayList<LogRecord>(groups.size());
      for (var group : groups.values()) {
        var record = new LogRecord(new LogEvent(0, 0, "", "", "", ""));
        for (int i = 0; i < stats.groups.size(); i++) {
          record.put(stats.groups.get(i).name(), group.values().get(i));
        }
        for (int i = 0; i < stats.aggregates.size(); i++) {
          record.put(stats.aggregates.get(i).name(), group.running().get(i).result());
        }
        results.add(record);
      }
      return results;
    }
  }
}

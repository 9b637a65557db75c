package dev.bulwark.logs.query;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code stats} computes over the records of a group.
 *
 * @param argument null for {@code count(*)}
 * @param percentile of {@code pct}
 */
record Aggregate(Kind kind, @Nullable Expression argument, double percentile, String name) {
  /** The functions. */
  enum Kind {
    COUNT,
    COUNT_DISTINCT,
    SUM,
    AVG,
    MIN,
    MAX,
    STDDEV,
    PCT,
    EARLIEST,
    LATEST,
    SORTSFIRST,
    SORTSLAST;

    static @Nullable Kind find(String name) {
      var upper = name.toUpperCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(kind -> kind.name().equals(upper))
          .findFirst()
          .orElse(upper.equals("MEDIAN") ? PCT : null);
    }
  }

  /** Beyond so many values a set of distinct ones or a percentile takes no more in. */
  private static final int MOST_VALUES = 1_000_000;

  /** Of a value in a set, about. */
  private static final int OVERHEAD = 50;

  /**
   * Begins.
   *
   * @param room for the values that it has to keep
   */
  Running begin(Room room) {
    return new Running(this, room);
  }

  /** The state of an aggregate. */
  static final class Running {
    private final Aggregate aggregate;
    private final Room room;
    private final Set<String> distinct = new HashSet<>();
    private double[] values = new double[16];
    private int kept;
    private long count;
    private double sum;
    private double squares;
    private @Nullable Object best;
    private @Nullable Double bestTime;

    private Running(Aggregate aggregate, Room room) {
      this.aggregate = aggregate;
      this.room = room;
    }

    void add(LogRecord record) {
      var value = aggregate.argument == null ? "*" : aggregate.argument.of(record);
      if (value == null) {
        return;
      }
      switch (aggregate.kind) {
        case COUNT -> count++;
        case COUNT_DISTINCT -> {
          var text = String.valueOf(Values.text(value));
          if (distinct.size() < MOST_VALUES
              && !distinct.contains(text)
              && room.take(OVERHEAD + text.length())) {
            distinct.add(text);
          }
        }
        case SUM, AVG, STDDEV, PCT -> addNumber(Values.number(value));
        case MIN, SORTSFIRST -> {
          if (best == null ? hasRoom(value) : Values.compare(value, best) < 0) {
            best = value;
          }
        }
        case MAX, SORTSLAST -> {
          if (best == null ? hasRoom(value) : Values.compare(value, best) > 0) {
            best = value;
          }
        }
        case EARLIEST, LATEST -> addTimed(value, Values.number(record.get("@timestamp")));
      }
    }

    /** Others are compared with the first: all are about as long. */
    private boolean hasRoom(Object value) {
      return !(value instanceof String text) || room.take(text.length());
    }

    private void addNumber(@Nullable Double number) {
      if (number == null) {
        return;
      }
      count++;
      sum += number;
      squares += number * number;
      if (aggregate.kind == Kind.PCT && kept < MOST_VALUES) {
        if (kept == values.length && room.take((long) kept * Double.BYTES)) {
          values = Arrays.copyOf(values, kept * 2);
        }
        if (kept < values.length) {
          values[kept++] = number;
        }
      }
    }

    private void addTimed(Object value, @Nullable Double time) {
      if (time == null) {
        return;
      }
      boolean better =
          bestTime == null
              ? hasRoom(value)
              : aggregate.kind == Kind.EARLIEST ? time < bestTime : time > bestTime;
      if (better) {
        bestTime = time;
        best = value;
      }
    }

    @Nullable Object result() {
      return switch (aggregate.kind) {
        case COUNT -> (double) count;
        case COUNT_DISTINCT -> (double) distinct.size();
        case SUM -> sum;
        case AVG -> count == 0 ? null : (Object) (sum / count);
        case STDDEV ->
            count == 0
                ? null
                : (Object) Math.sqrt(Math.max(0, squares / count - sum / count * sum / count));
        case PCT -> percentile();
        case MIN, MAX, SORTSFIRST, SORTSLAST, EARLIEST, LATEST -> best;
      };
    }

    /** The nearest rank. */
    private @Nullable Object percentile() {
      if (kept == 0) {
        return null;
      }
      Arrays.sort(values, 0, kept);
      int rank = (int) Math.ceil(aggregate.percentile / 100 * kept);
      return values[Math.max(0, Math.min(kept, rank) - 1)];
    }
  }
}

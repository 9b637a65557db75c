package dev.bulwark.messaging;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an outbox knows in memory of its lanes: how many deliveries wait in each, which are under
 * way, and when to look at a lane again. Not thread-safe.
 */
final class OutboxLanes {
  /** Deliveries of all lanes that may be under way at a time. */
  static final int MOST_AT_ONCE = 256;

  /** Of one lane; only one where half of all turns are taken, so that there are some for others. */
  private static final int MOST_OF_LANE = 8;

  private static final class Lane {
    private final String name;
    private final Set<String> underWay = new HashSet<>(2);
    private long waiting;
    private boolean ready;
    private long alarm = Long.MAX_VALUE;

    Lane(String name) {
      this.name = name;
    }
  }

  /** A time at which a lane is to be looked at. */
  private record Alarm(long time, String lane) {}

  private final Map<String, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Lane> ready = new ArrayDeque<>();
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::time));
  private long waiting;
  private int underWay;

  /** Deliveries that wait, in all lanes. */
  long waiting() {
    return waiting;
  }

  /** Deliveries that wait in a lane. */
  long waiting(String name) {
    var lane = lanes.get(name);
    return lane == null ? 0 : lane.waiting;
  }

  /** Deliveries that wait, by lane. */
  Map<String, Long> all() {
    var all = new HashMap<String, Long>();
    lanes.forEach((name, lane) -> all.put(name, lane.waiting));
    return all;
  }

  /** A delivery is in the store, and is to be looked at. */
  void added(String name) {
    var lane = lanes.computeIfAbsent(name, Lane::new);
    lane.waiting++;
    waiting++;
    look(lane);
  }

  private void look(Lane lane) {
    if (!lane.ready) {
      lane.ready = true;
      ready.add(lane);
    }
  }

  /** Nothing is in the store of a lane that was thought to have so much, and has not got more. */
  void forget(String name, long known) {
    var lane = lanes.get(name);
    if (lane != null && lane.waiting == known && lane.underWay.isEmpty()) {
      waiting -= known;
      lanes.remove(name);
    }
  }

  /** A lane is to be looked at then. */
  void lookAt(long time, String name) {
    var lane = lanes.get(name);
    if (lane != null && time < lane.alarm) {
      lane.alarm = time;
      alarms.add(new Alarm(time, name));
    }
  }

  /** When the next lane is to be looked at. */
  long next(long now) {
    ring(now);
    if (!ready.isEmpty() && underWay < MOST_AT_ONCE) {
      return now;
    }
    return alarms.isEmpty() ? Long.MAX_VALUE : alarms.peek().time();
  }

  private void ring(long now) {
    while (!alarms.isEmpty() && alarms.peek().time() <= now) {
      var lane = lanes.get(alarms.poll().lane());
      if (lane != null) {
        lane.alarm = Long.MAX_VALUE;
        look(lane);
      }
    }
  }

  /** A lane that is to be looked at now; null where there is none, or no turn for it. */
  @Nullable String takeReady(long now) {
    ring(now);
    while (!ready.isEmpty() && underWay < MOST_AT_ONCE) {
      var lane = ready.poll();
      lane.ready = false;
      // One without a turn is looked at again when one of its deliveries has ended.
      if (room(lane.name) > 0) {
        return lane.name;
      }
    }
    return null;
  }

  /** How many more deliveries of a lane may be under way. */
  int room(String name) {
    var lane = lanes.get(name);
    if (lane == null) {
      return 0;
    }
    int most = underWay < MOST_AT_ONCE / 2 ? MOST_OF_LANE : 1;
    return Math.min(most - lane.underWay.size(), MOST_AT_ONCE - underWay);
  }

  int underWay(String name) {
    var lane = lanes.get(name);
    return lane == null ? 0 : lane.underWay.size();
  }

  /** Whether a delivery gets a turn; false where it has one already. */
  boolean enter(String name, String key) {
    var lane = lanes.get(name);
    if (lane == null || !lane.underWay.add(key)) {
      return false;
    }
    underWay++;
    return true;
  }

  /** A delivery gives its turn to another lane; in its own it is still under way. */
  void rest() {
    underWay--;
  }

  /** A delivery takes the turn again that it gave away. */
  void resume() {
    underWay++;
  }

  /**
   * A delivery has had its turn.
   *
   * @param gone whether it has left the store
   */
  void leave(String name, String key, boolean gone) {
    var lane = lanes.get(name);
    if (lane == null || !lane.underWay.remove(key)) {
      return;
    }
    underWay--;
    if (gone) {
      lane.waiting--;
      waiting--;
    }
    if (lane.waiting <= 0 && lane.underWay.isEmpty()) {
      lanes.remove(name);
    } else if (lane.waiting > lane.underWay.size()) {
      look(lane);
    }
  }
}

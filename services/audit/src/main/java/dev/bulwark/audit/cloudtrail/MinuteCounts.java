package dev.bulwark.audit.cloudtrail;

import java.util.HashMap;
import java.util.Map;

/**
 * Calls that were counted, and who made them with what and to what avail: the counts of the most
 * frequent values of each attribute, as far as there is room.
 *
 * @param count of all calls
 * @param attributes counts by attribute and value
 */
record MinuteCounts(long count, Map<String, Map<String, Long>> attributes) {
  static final MinuteCounts NONE = new MinuteCounts(0, Map.of());

  /** Values of an attribute beyond these are in the count of all calls alone. */
  private static final int MOST_VALUES = 20;

  static MinuteCounts of(Map<String, String> attributes) {
    var counted = new HashMap<String, Map<String, Long>>();
    attributes.forEach((attribute, value) -> counted.put(attribute, Map.of(value, 1L)));
    return new MinuteCounts(1, counted);
  }

  MinuteCounts plus(MinuteCounts other) {
    var sums = new HashMap<String, Map<String, Long>>();
    attributes.forEach((attribute, values) -> sums.put(attribute, new HashMap<>(values)));
    other.attributes.forEach(
        (attribute, values) -> {
          var all = sums.computeIfAbsent(attribute, any -> new HashMap<>());
          values.forEach(
              (value, times) -> {
                if (all.containsKey(value) || all.size() < MOST_VALUES) {
                  all.merge(value, times, Long::sum);
                }
              });
        });
    return new MinuteCounts(count + other.count, sums);
  }
}

package dev.bulwark.analysis.validate;

import java.util.ArrayList;
import java.util.List;

/** Collects what checks find, up to a number that nobody reads through. */
final class Findings {
  static final int MOST = 1_000;

  private final List<Finding> all = new ArrayList<>();

  /** Adds an issue whose message has no values. */
  void add(Issue issue, Location... locations) {
    add(issue, List.of(locations));
  }

  /** Adds an issue; names and values of its message by turns. */
  void add(Issue issue, List<Location> locations, String... namesAndValues) {
    addVariant(issue, "", locations, namesAndValues);
  }

  /** Adds an issue in another wording, {@code .SUGGESTED} for instance. */
  void addVariant(Issue issue, String variant, List<Location> locations, String... namesAndValues) {
    if (!isFull()) {
      var message = Messages.of(issue.name() + variant);
      all.add(new Finding(issue, message.fill(namesAndValues), List.copyOf(locations)));
    }
  }

  /** Whether no more are taken. */
  boolean isFull() {
    return all.size() >= MOST;
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}

package dev.bulwark.analysis.validate;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a policy, by its path and by its place in the text.
 *
 * @param start the offset of its first character
 * @param end the offset of one past its last character
 */
public record Location(List<Step> path, int start, int end) {

  /** The same place, one step further. */
  Location at(Step step, int from, int to) {
    List<Step> longer = new ArrayList<>(path.size() + 1);
    longer.addAll(path);
    longer.add(step);
    return new Location(List.copyOf(longer), from, to);
  }
}

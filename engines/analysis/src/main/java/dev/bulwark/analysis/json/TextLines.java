package dev.bulwark.analysis.json;

import java.util.Arrays;

/** Finds the line and column of places in a text. */
public final class TextLines {
  private final int[] starts;

  /** The lines of a text. */
  public TextLines(String text) {
    var found = new int[16];
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        if (count == found.length) {
          found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = i + 1;
      }
    }
    starts = Arrays.copyOf(found, count);
  }

  /** The place of an offset. */
  public TextPosition at(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new TextPosition(line + 1, offset - starts[line], offset);
  }
}

package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import dev.bulwark.patterns.EventPattern;
import dev.bulwark.patterns.PatternException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Patterns of rules and archives. */
final class EventPatterns {
  private static final int LONGEST = 4096;
  private static final int MOST_COMBINATIONS = 1_000_000;

  private EventPatterns() {}

  /**
   * A pattern that a client gave.
   *
   * @throws dev.bulwark.schema.ApiException InvalidEventPatternException
   */
  static EventPattern parse(String text) {
    if (text.length() > LONGEST) {
      throw EventErrors.badPattern("Event pattern is too long");
    }
    try {
      var pattern =
          EventPattern.parse(
              Json.parse(text).orElseThrow(() -> EventErrors.badPattern(Json.complaint(text))));
      if (pattern.combinations() > MOST_COMBINATIONS) {
        throw EventErrors.badPattern("Rule is too complex - try using fewer values");
      }
      return pattern;
    } catch (PatternException e) {
      throw EventErrors.badPattern(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Whether a stored pattern has wildcards; none has no pattern. One that an earlier program took,
   * and that is none any more, has none either: it shall not keep the store from being opened.
   */
  static boolean usesWildcards(@Nullable String stored) {
    if (stored == null) {
      return false;
    }
    try {
      return EventPattern.parse(Json.parse(stored).orElseThrow()).usesWildcards();
    } catch (PatternException | NoSuchElementException e) {
      return false;
    }
  }

  /** A stored pattern, which was checked when it came. */
  static EventPattern compiled(String stored) {
    try {
      return EventPattern.parse(Json.parse(stored).orElseThrow());
    } catch (PatternException e) {
      throw new IllegalStateException("a stored pattern", e);
    }
  }
}

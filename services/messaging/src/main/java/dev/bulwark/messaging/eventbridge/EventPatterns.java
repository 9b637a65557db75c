package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import dev.bulwark.patterns.EventPattern;
import dev.bulwark.patterns.PatternException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Patterns of rules and archives. */
final class EventPatterns {
  private static final System.Logger LOG = System.getLogger(EventPatterns.class.getName());

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
   * A stored pattern. Empty for one that an earlier program took, and that is none any more: one
   * rule that matches nothing shall not hold up all the others.
   */
  static Optional<EventPattern> stored(String text) {
    var json = Json.parse(text);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(EventPattern.parse(json.get()));
    } catch (PatternException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a pattern of EventBridge matches nothing, as it is not valid any more: {0}: {1}",
          text,
          e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether a stored pattern has wildcards; none has no pattern. */
  static boolean usesWildcards(@Nullable String stored) {
    return stored != null && stored(stored).filter(EventPattern::usesWildcards).isPresent();
  }
}

package dev.bulwark.logs.filter;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled filter pattern: of terms, of the members of JSON, or of fields set apart by spaces.
 */
public interface FilterPattern {
  /** The longest pattern, in characters. */
  int LONGEST = 1024;

  /**
   * What a message that matches holds in the fields that the pattern names: members of JSON as
   * {@code $.name}, fields as {@code $name}; empty where it does not match.
   */
  Optional<Map<String, String>> match(String message);

  /** Whether a message matches. */
  default boolean matches(String message) {
    return match(message).isPresent();
  }

  /**
   * What a message that matches holds where a selector such as {@code $.latency} or {@code $bytes}
   * points; null where that is nothing.
   */
  @Nullable String value(String message, String selector);

  /**
   * Compiles a pattern.
   *
   * @throws InvalidPatternException if it is none
   */
  static FilterPattern parse(String pattern) throws InvalidPatternException {
    if (pattern.length() > LONGEST) {
      throw new InvalidPatternException("A filter pattern has 1024 characters at the most");
    }
    var text = pattern.strip();
    if (text.startsWith("{")) {
      return JsonPattern.parse(text);
    }
    if (text.startsWith("[")) {
      return SpacePattern.parse(text);
    }
    return TermsPattern.parse(text);
  }
}

package dev.bulwark.wire;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The models' regular expressions: compiled when first needed, and stopped where they take too
 * long.
 */
final class Patterns {
  private static final System.Logger LOG = System.getLogger(Patterns.class.getName());
  private static final Map<String, Optional<Pattern>> CACHE = new ConcurrentHashMap<>();

  /** Steps that every match may take; a backtracking disaster takes more within milliseconds. */
  private static final long BASE_STEPS = 500_000;

  /** Further steps for each character of the text. */
  private static final long STEPS_PER_CHARACTER = 200;

  private Patterns() {}

  /**
   * Whether the whole text matches. Expressions that Java does not know hold for everything; one
   * that takes too many steps or too much stack holds for nothing.
   */
  static boolean matches(String expression, String text) {
    var compiled = CACHE.get(expression);
    if (compiled == null) {
      compiled = CACHE.computeIfAbsent(expression, Patterns::compile);
    }
    if (compiled.isEmpty()) {
      return true;
    }
    try {
      return compiled.get().matcher(new Metered(text)).matches();
    } catch (TooManySteps | StackOverflowError e) {
      return false;
    }
  }

  private static Optional<Pattern> compile(String expression) {
    try {
      return Optional.of(Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      LOG.log(
          System.Logger.Level.WARNING, "a pattern of the models is not checked: {0}", expression);
      return Optional.empty();
    }
  }

  private static final class TooManySteps extends RuntimeException {
    TooManySteps() {
      super(null, null, false, false);
    }
  }

  /** Counts how often the matcher looks at a character. */
  private static final class Metered implements CharSequence {
    private final String text;
    private long left;

    Metered(String text) {
      this.text = text;
      this.left = BASE_STEPS + STEPS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

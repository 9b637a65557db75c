package dev.bulwark.logs.filter;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Terms that a message holds: all of them, none of those with a minus, one of those with a question
 * mark. Whether AWS finds a term within a word its documentation leaves open; here it is found.
 *
 * @param optional counts where nothing is required
 */
record TermsPattern(List<Term> required, List<Term> optional, List<Term> excluded)
    implements FilterPattern {

  /** A text to be found, or an expression. */
  record Term(@Nullable String text, @Nullable Pattern expression) {
    boolean isIn(String message) {
      return expression != null
          ? expression.matcher(message).find()
          : text != null && message.contains(text);
    }
  }

  static TermsPattern parse(String text) throws InvalidPatternException {
    var required = new ArrayList<Term>();
    var optional = new ArrayList<Term>();
    var excluded = new ArrayList<Term>();
    var tokens = new Tokens(text);
    while (!tokens.atEnd()) {
      var list = tokens.take("?") ? optional : tokens.take("-") ? excluded : required;
      list.add(term(tokens));
    }
    return new TermsPattern(List.copyOf(required), List.copyOf(optional), List.copyOf(excluded));
  }

  private static Term term(Tokens tokens) throws InvalidPatternException {
    switch (tokens.peek()) {
      case '"' -> {
        return new Term(tokens.delimited('"'), null);
      }
      case '%' -> {
        return new Term(null, ValueTest.expression(tokens.delimited('%')));
      }
      default -> {
        var word = tokens.until("");
        for (var i = 0; i < word.length(); i++) {
          char c = word.charAt(i);
          if (!Character.isLetterOrDigit(c) && c != '_') {
            throw new InvalidPatternException("Invalid character(s) in term '" + word + "'");
          }
        }
        if (word.isEmpty()) {
          throw tokens.problem("expected a term");
        }
        return new Term(word, null);
      }
    }
  }

  @Override
  public Optional<Map<String, String>> match(String message) {
    for (var term : excluded) {
      if (term.isIn(message)) {
        return Optional.empty();
      }
    }
    for (var term : required) {
      if (!term.isIn(message)) {
        return Optional.empty();
      }
    }
    boolean one =
        !required.isEmpty()
            || optional.isEmpty()
            || optional.stream().anyMatch(term -> term.isIn(message));
    return one ? Optional.of(Map.of()) : Optional.empty();
  }

  /** Terms have no fields. */
  @Override
  public @Nullable String value(String message, String selector) {
    return null;
  }
}

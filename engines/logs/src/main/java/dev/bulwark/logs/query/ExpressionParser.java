package dev.bulwark.logs.query;

import dev.bulwark.logs.query.Lexer.Kind;
import dev.bulwark.logs.query.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads expressions, by precedence: or, and, not, comparison, sum, product, power. */
final class ExpressionParser {
  private static final int DEEPEST = 64;

  private final String text;
  private final List<Token> tokens;
  private int at;
  private int depth;

  ExpressionParser(String text, List<Token> tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  // Tokens

  private Token peek() {
    return tokens.get(at);
  }

  boolean atEnd() {
    return peek().kind() == Kind.END;
  }

  boolean take(String word) {
    if (peek().is(word)) {
      at++;
      return true;
    }
    return false;
  }

  private void require(String word) throws MalformedQueryException {
    if (!take(word)) {
      throw unexpected();
    }
  }

  String name() throws MalformedQueryException {
    if (peek().kind() != Kind.NAME) {
      throw unexpected();
    }
    return tokens.get(at++).text();
  }

  String text() throws MalformedQueryException {
    if (peek().kind() != Kind.TEXT) {
      throw unexpected();
    }
    return tokens.get(at++).text();
  }

  double number() throws MalformedQueryException {
    if (peek().kind() != Kind.NUMBER) {
      throw unexpected();
    }
    return toNumber(tokens.get(at++));
  }

  boolean isPattern() {
    return peek().kind() == Kind.TEXT || peek().kind() == Kind.REGEX;
  }

  @Nullable String regex() {
    return peek().kind() == Kind.REGEX ? tokens.get(at++).text() : null;
  }

  MalformedQueryException unexpected() {
    var token = peek();
    return new MalformedQueryException(
        token.kind() == Kind.END
            ? "unexpected end of query"
            : "unexpected symbol found " + token.text() + " at position " + token.at(),
        token.at());
  }

  MalformedQueryException unexpectedBefore(String name) {
    return new MalformedQueryException("unexpected symbol found " + name, tokens.get(at - 1).at());
  }

  MalformedQueryException problem(String message) {
    return new MalformedQueryException(message, peek().at());
  }

  // Expressions

  /** A value, and what it is called: by itself, as it was written. */
  Command.Named named() throws MalformedQueryException {
    int from = at;
    var value = expression();
    if (take("as")) {
      return new Command.Named(value, name());
    }
    return new Command.Named(
        value, value instanceof Expression.Field field ? field.name() : written(from));
  }

  private String written(int from) {
    var last = tokens.get(at - 1);
    int end = Math.max(last.at() + last.text().length(), tokens.get(from).at());
    var next = tokens.get(at).at();
    return text.substring(tokens.get(from).at(), Math.min(next, Math.max(end, next))).strip();
  }

  Aggregate aggregate() throws MalformedQueryException {
    int from = at;
    var kind = Aggregate.Kind.find(name());
    if (kind == null) {
      at--;
      throw unexpected();
    }
    boolean median = tokens.get(from).is("median");
    double percentile = 50;
    Expression argument = null;
    require("(");
    if (!peek().is(")") && !take("*")) {
      argument = expression();
      if (kind == Aggregate.Kind.PCT && !median) {
        require(",");
        percentile = number();
      }
    }
    require(")");
    if (argument == null && kind != Aggregate.Kind.COUNT) {
      throw problem("expected an argument");
    }
    var name = take("as") ? name() : written(from);
    return new Aggregate(kind, argument, percentile, name);
  }

  Expression expression() throws MalformedQueryException {
    if (++depth > DEEPEST) {
      throw problem("the query is nested too deeply");
    }
    var value = and();
    while (take("or")) {
      value = new Expression.Logic(false, value, and());
    }
    depth--;
    return value;
  }

  private Expression and() throws MalformedQueryException {
    var value = not();
    while (take("and")) {
      value = new Expression.Logic(true, value, not());
    }
    return value;
  }

  private Expression not() throws MalformedQueryException {
    boolean negated = false;
    while (take("not")) {
      negated = !negated;
    }
    var value = comparison();
    return negated ? new Expression.Not(value) : value;
  }

  private Expression comparison() throws MalformedQueryException {
    var value = sum();
    boolean negated = take("not");
    if (take("like") || take("=~")) {
      var regex = regex();
      var like =
          regex == null
              ? new Expression.Like(value, text(), null)
              : new Expression.Like(value, null, QueryParser.compile(regex, this));
      return negated ? new Expression.Not(like) : like;
    }
    if (take("in")) {
      require("[");
      var values = new ArrayList<Expression>();
      do {
        values.add(sum());
      } while (take(","));
      require("]");
      var in = new Expression.In(value, List.copyOf(values));
      return negated ? new Expression.Not(in) : in;
    }
    if (negated) {
      throw unexpected();
    }
    for (var operator : List.of("=", "!=", "<=", ">=", "<", ">")) {
      if (take(operator)) {
        return new Expression.Comparison(operator, value, sum());
      }
    }
    return value;
  }

  private Expression sum() throws MalformedQueryException {
    var value = product();
    while (peek().is("+") || peek().is("-")) {
      char operator = tokens.get(at++).text().charAt(0);
      value = new Expression.Calculation(operator, value, product());
    }
    return value;
  }

  private Expression product() throws MalformedQueryException {
    var value = power();
    while (peek().is("*") || peek().is("/") || peek().is("%")) {
      char operator = tokens.get(at++).text().charAt(0);
      value = new Expression.Calculation(operator, value, power());
    }
    return value;
  }

  private Expression power() throws MalformedQueryException {
    var value = single();
    return take("^") ? new Expression.Calculation('^', value, single()) : value;
  }

  private Expression single() throws MalformedQueryException {
    if (take("(")) {
      var value = expression();
      require(")");
      return value;
    }
    if (take("-")) {
      return new Expression.Calculation('-', new Expression.Constant(0.0), single());
    }
    var token = peek();
    switch (token.kind()) {
      case NUMBER -> {
        return new Expression.Constant(number());
      }
      case DURATION -> {
        at++;
        return new Expression.Constant(period(token));
      }
      case TEXT -> {
        return new Expression.Constant(text());
      }
      case NAME -> {
        at++;
        return !token.quoted() && peek().is("(")
            ? applied(token)
            : new Expression.Field(token.text());
      }
      default -> throw unexpected();
    }
  }

  private Expression applied(Token token) throws MalformedQueryException {
    require("(");
    var arguments = new ArrayList<Expression>();
    if (!peek().is(")")) {
      do {
        arguments.add(expression());
      } while (take(","));
    }
    require(")");
    if (token.is("bin")) {
      arguments.addFirst(new Expression.Field("@timestamp"));
    }
    var function = Functions.find(token.is("bin") ? "datefloor" : token.text());
    if (function == null) {
      throw new MalformedQueryException("unknown function " + token.text(), token.at());
    }
    if (arguments.size() < function.least() || arguments.size() > function.most()) {
      throw new MalformedQueryException("wrong number of arguments of " + token.text(), token.at());
    }
    return new Expression.Applied(function.function(), List.copyOf(arguments));
  }

  private static double toNumber(Token token) throws MalformedQueryException {
    try {
      return Double.parseDouble(token.text());
    } catch (NumberFormatException e) {
      throw new MalformedQueryException("not a number: " + token.text(), token.at());
    }
  }

  /** A period in milliseconds. */
  private static double period(Token token) throws MalformedQueryException {
    int unit = 0;
    while (Character.isDigit(token.text().charAt(unit)) || token.text().charAt(unit) == '.') {
      unit++;
    }
    double count =
        toNumber(new Token(Kind.NUMBER, token.text().substring(0, unit), token.at(), false));
    double length =
        switch (token.text().substring(unit).toLowerCase(Locale.ROOT)) {
          case "ms", "msec" -> 1;
          case "s", "sec" -> 1000;
          case "m", "min" -> 60_000;
          case "h", "hr" -> 3_600_000;
          case "d" -> 86_400_000;
          case "w" -> 7.0 * 86_400_000;
          case "mo", "mon" -> 30.0 * 86_400_000;
          case "q" -> 91.0 * 86_400_000;
          case "y", "yr" -> 365.0 * 86_400_000;
          default ->
              throw new MalformedQueryException("unknown unit of " + token.text(), token.at());
        };
    return count * length;
  }
}

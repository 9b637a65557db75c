package dev.bulwark.logs.query;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the commands of a query. */
final class QueryParser {
  private static final int MOST_LIMIT = 10_000;

  private final ExpressionParser expressions;

  private QueryParser(ExpressionParser expressions) {
    this.expressions = expressions;
  }

  static List<Command> parse(String text) throws MalformedQueryException {
    var parser = new QueryParser(new ExpressionParser(text, Lexer.tokens(text)));
    var commands = new ArrayList<Command>();
    do {
      if (!parser.expressions.atEnd()) {
        commands.add(parser.command());
      }
    } while (parser.expressions.take("|"));
    if (!parser.expressions.atEnd()) {
      throw parser.expressions.unexpected();
    }
    return commands;
  }

  private Command command() throws MalformedQueryException {
    var name = expressions.name().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "fields" -> new Command.Fields(named());
      case "display" -> new Command.Display(named());
      case "filter", "where" -> new Command.Filter(expressions.expression());
      case "dedup" -> new Command.Dedup(named());
      case "limit" -> limit();
      case "sort" -> sort();
      case "stats" -> stats();
      case "parse" -> parse();
      default -> throw expressions.unexpectedBefore(name);
    };
  }

  private List<Command.Named> named() throws MalformedQueryException {
    var fields = new ArrayList<Command.Named>();
    do {
      fields.add(expressions.named());
    } while (expressions.take(","));
    return List.copyOf(fields);
  }

  private Command limit() throws MalformedQueryException {
    int most = (int) expressions.number();
    if (most < 1 || most > MOST_LIMIT) {
      throw expressions.problem("limit is 1 to " + MOST_LIMIT);
    }
    return new Command.Limit(most);
  }

  private Command sort() throws MalformedQueryException {
    var keys = new ArrayList<Command.Key>();
    do {
      var value = expressions.expression();
      boolean descending = expressions.take("desc");
      if (!descending) {
        expressions.take("asc");
      }
      keys.add(new Command.Key(value, descending));
    } while (expressions.take(","));
    return new Command.Sort(List.copyOf(keys));
  }

  private Command stats() throws MalformedQueryException {
    var aggregates = new ArrayList<Aggregate>();
    do {
      aggregates.add(expressions.aggregate());
    } while (expressions.take(","));
    return new Command.Stats(List.copyOf(aggregates), expressions.take("by") ? named() : List.of());
  }

  private Command parse() throws MalformedQueryException {
    Expression source = new Expression.Field("@message");
    if (!expressions.isPattern()) {
      source = expressions.expression();
    }
    var regex = expressions.regex();
    if (regex != null) {
      var pattern = compile(regex);
      return new Command.Parse(source, pattern, groupNames(pattern));
    }
    var glob = expressions.text();
    if (!expressions.take("as")) {
      throw expressions.problem("expected as");
    }
    var names = new ArrayList<String>();
    do {
      names.add(expressions.name());
    } while (expressions.take(","));
    return new Command.Parse(source, glob(glob), List.copyOf(names));
  }

  Pattern compile(String regex) throws MalformedQueryException {
    return compile(regex, expressions);
  }

  static Pattern compile(String regex, ExpressionParser at) throws MalformedQueryException {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw at.problem("invalid regular expression: " + e.getDescription());
    }
  }

  private static List<String> groupNames(Pattern pattern) {
    var names = new ArrayList<String>();
    for (int i = 0; i < pattern.groupCount(); i++) {
      names.add("");
    }
    pattern.namedGroups().forEach((name, number) -> names.set(number - 1, name));
    return List.copyOf(names);
  }

  /** Each star stands for a field. */
  private static Pattern glob(String text) {
    var expression = new StringBuilder("(?s)");
    var parts = text.split("\\*", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        // The last one takes what is left.
        expression.append(i == parts.length - 1 && parts[i].isEmpty() ? "(.*)" : "(.*?)");
      }
      expression.append("(?:").append(Pattern.quote(parts[i])).append(')');
    }
    return Pattern.compile(expression.toString());
  }
}

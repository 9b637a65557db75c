package dev.bulwark.logs.query;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that has a value for each record. */
sealed interface Expression {

  @Nullable Object of(LogRecord record);

  /** A field. */
  record Field(String name) implements Expression {
    @Override
    public @Nullable Object of(LogRecord record) {
      return record.get(name);
    }
  }

  /** A text or number. */
  record Constant(Object value) implements Expression {
    @Override
    public Object of(LogRecord record) {
      return value;
    }
  }

  /** Arithmetic. */
  record Calculation(char operator, Expression one, Expression other) implements Expression {
    @Override
    public @Nullable Object of(LogRecord record) {
      var left = Values.number(one.of(record));
      var right = Values.number(other.of(record));
      if (left == null || right == null) {
        return null;
      }
      return switch (operator) {
        case '+' -> left + right;
        case '-' -> left - right;
        case '*' -> left * right;
        case '/' -> right == 0 ? null : (Object) (left / right);
        case '%' -> right == 0 ? null : (Object) (left % right);
        default -> Math.pow(left, right);
      };
    }
  }

  /** Comparison. */
  record Comparison(String operator, Expression one, Expression other) implements Expression {
    @Override
    public Object of(LogRecord record) {
      var left = one.of(record);
      var right = other.of(record);
      if (operator.equals("!=")) {
        return !Values.same(left, right);
      }
      if (left == null || right == null) {
        return false;
      }
      int order = Values.compare(left, right);
      return switch (operator) {
        case "=" -> order == 0;
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        default -> order >= 0;
      };
    }
  }

  /** Whether a text is found, or an expression. */
  record Like(Expression value, @Nullable String text, @Nullable Pattern pattern)
      implements Expression {
    @Override
    public Object of(LogRecord record) {
      var actual = Values.text(value.of(record));
      return actual != null
          && (pattern != null
              ? pattern.matcher(actual).find()
              : text != null && actual.contains(text));
    }
  }

  /** Whether a value is one of several. */
  record In(Expression value, List<Expression> values) implements Expression {
    @Override
    public Object of(LogRecord record) {
      var actual = value.of(record);
      return values.stream().anyMatch(one -> Values.same(actual, one.of(record)));
    }
  }

  /** Not. */
  record Not(Expression value) implements Expression {
    @Override
    public Object of(LogRecord record) {
      return !Values.truth(value.of(record));
    }
  }

  /** And, or. */
  record Logic(boolean and, Expression one, Expression other) implements Expression {
    @Override
    public Object of(LogRecord record) {
      return and
          ? Values.truth(one.of(record)) && Values.truth(other.of(record))
          : Values.truth(one.of(record)) || Values.truth(other.of(record));
    }
  }

  /** A function of other values. */
  record Applied(Functions.Function function, List<Expression> arguments) implements Expression {
    @Override
    public @Nullable Object of(LogRecord record) {
      var values = new ArrayList<@Nullable Object>(arguments.size());
      for (var argument : arguments) {
        values.add(argument.of(record));
      }
      return function.of(values);
    }
  }
}

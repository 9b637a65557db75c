package dev.bulwark.policy;

import dev.bulwark.policy.Condition.Quantifier;
import dev.bulwark.policy.ConditionTest.Order;
import dev.bulwark.policy.PolicyException.Problem;
import dev.bulwark.policy.RawPolicy.RawCondition;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns condition blocks into {@link Condition}s, checks their values, and compiles them into
 * {@link ConditionTest}s.
 */
final class ConditionCompiler {
  private static final Map<String, ConditionOperator> OPERATORS = new HashMap<>();

  static {
    for (var operator : ConditionOperator.values()) {
      OPERATORS.put(operator.text(), operator);
    }
  }

  private static final String IF_EXISTS = "IfExists";

  private ConditionCompiler() {}

  static List<Condition> read(List<RawCondition> raw) throws PolicyException {
    List<Condition> conditions = new ArrayList<>(raw.size());
    for (var condition : raw) {
      conditions.add(read(condition));
    }
    return List.copyOf(conditions);
  }

  private static Condition read(RawCondition raw) throws PolicyException {
    var name = raw.operator();
    var quantifier = Quantifier.NONE;
    if (name.startsWith("ForAllValues:")) {
      quantifier = Quantifier.FOR_ALL_VALUES;
      name = name.substring("ForAllValues:".length());
    } else if (name.startsWith("ForAnyValue:")) {
      quantifier = Quantifier.FOR_ANY_VALUE;
      name = name.substring("ForAnyValue:".length());
    }
    boolean ifExists = name.endsWith(IF_EXISTS);
    var operator =
        OPERATORS.get(ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name);
    boolean plainNull =
        operator == ConditionOperator.NULL && (ifExists || quantifier != Quantifier.NONE);
    if (operator == null || plainNull || raw.key().isEmpty()) {
      throw new PolicyException(Problem.INVALID_CONDITION, "Syntax errors in policy.");
    }
    return new Condition(quantifier, operator, ifExists, raw.key(), raw.values());
  }

  /** Compiles and drops the result: fails for the first value that its operator cannot use. */
  static void checkValues(List<Condition> conditions, boolean variables) throws PolicyException {
    for (var condition : conditions) {
      compile(condition, variables, false);
    }
  }

  /**
   * Fails for the first value that IAM takes in no document that it stores, though conditions can
   * be evaluated with it.
   */
  static void checkStorable(List<Condition> conditions, boolean variables) throws PolicyException {
    for (var condition : conditions) {
      for (var value : condition.values()) {
        boolean storable =
            switch (condition.operator()) {
              case IP_ADDRESS, NOT_IP_ADDRESS -> IpRange.isStorable(value);
              case ARN_EQUALS, ARN_NOT_EQUALS, ARN_LIKE, ARN_NOT_LIKE ->
                  ArnPattern.isStorable(value, variables);
              default -> true;
            };
        if (!storable) {
          throw legacy();
        }
      }
    }
  }

  /**
   * Compiles a condition.
   *
   * @param denies whether it stands in a statement that denies
   */
  static ConditionTest compile(Condition condition, boolean variables, boolean denies)
      throws PolicyException {
    var values = condition.values();
    return switch (condition.operator()) {
      case STRING_EQUALS, STRING_NOT_EQUALS ->
          new ConditionTest.Text(condition, templates(values, variables), false);
      case STRING_EQUALS_IGNORE_CASE, STRING_NOT_EQUALS_IGNORE_CASE ->
          new ConditionTest.Text(condition, templates(values, variables), true);
      case STRING_LIKE, STRING_NOT_LIKE ->
          new ConditionTest.Like(
              condition,
              values.stream().map(v -> TextPattern.of(v, variables)).toArray(TextPattern[]::new));
      case ARN_EQUALS, ARN_NOT_EQUALS, ARN_LIKE, ARN_NOT_LIKE ->
          new ConditionTest.Arn(
              condition,
              values.stream().map(v -> ArnPattern.of(v, variables)).toArray(ArnPattern[]::new),
              denies);
      case NUMERIC_EQUALS, NUMERIC_NOT_EQUALS -> numeric(condition, Order.EQUAL);
      case NUMERIC_LESS_THAN -> numeric(condition, Order.LESS);
      case NUMERIC_LESS_THAN_EQUALS -> numeric(condition, Order.LESS_OR_EQUAL);
      case NUMERIC_GREATER_THAN -> numeric(condition, Order.GREATER);
      case NUMERIC_GREATER_THAN_EQUALS -> numeric(condition, Order.GREATER_OR_EQUAL);
      case DATE_EQUALS, DATE_NOT_EQUALS -> date(condition, Order.EQUAL);
      case DATE_LESS_THAN -> date(condition, Order.LESS);
      case DATE_LESS_THAN_EQUALS -> date(condition, Order.LESS_OR_EQUAL);
      case DATE_GREATER_THAN -> date(condition, Order.GREATER);
      case DATE_GREATER_THAN_EQUALS -> date(condition, Order.GREATER_OR_EQUAL);
      case BOOL -> new ConditionTest.Bool(condition, templates(values, variables));
      case BINARY_EQUALS -> binary(condition);
      case IP_ADDRESS, NOT_IP_ADDRESS -> ip(condition);
      case NULL -> missing(condition);
    };
  }

  private static Template[] templates(List<String> values, boolean variables) {
    return values.stream()
        .map(value -> Template.of(value, variables, false))
        .toArray(Template[]::new);
  }

  private static ConditionTest numeric(Condition condition, Order order) throws PolicyException {
    List<BigDecimal> numbers = new ArrayList<>();
    for (var value : condition.values()) {
      numbers.add(usable(ConditionTest.Numeric.parse(value)));
    }
    return new ConditionTest.Numeric(condition, numbers.toArray(BigDecimal[]::new), order);
  }

  private static ConditionTest date(Condition condition, Order order) throws PolicyException {
    List<Instant> instants = new ArrayList<>();
    for (var value : condition.values()) {
      instants.add(usable(Dates.parse(value)));
    }
    return new ConditionTest.Date(condition, instants.toArray(Instant[]::new), order);
  }

  private static ConditionTest binary(Condition condition) throws PolicyException {
    List<String> encoded = new ArrayList<>();
    for (var value : condition.values()) {
      try {
        encoded.add(Base64.getEncoder().encodeToString(Base64.getDecoder().decode(value)));
      } catch (IllegalArgumentException e) {
        throw legacy();
      }
    }
    return new ConditionTest.Binary(condition, encoded.toArray(String[]::new));
  }

  private static ConditionTest ip(Condition condition) throws PolicyException {
    List<IpRange> ranges = new ArrayList<>();
    for (var value : condition.values()) {
      ranges.add(usable(IpRange.parse(value)));
    }
    return new ConditionTest.Ip(condition, ranges.toArray(IpRange[]::new));
  }

  private static ConditionTest missing(Condition condition) {
    boolean whenMissing = false;
    boolean whenPresent = false;
    for (var value : condition.values()) {
      if (Boolean.parseBoolean(value)) {
        whenMissing = true;
      } else {
        whenPresent = true;
      }
    }
    return new ConditionTest.Missing(condition, whenMissing, whenPresent);
  }

  private static <T> T usable(@Nullable T value) throws PolicyException {
    if (value == null) {
      throw legacy();
    }
    return value;
  }

  private static PolicyException legacy() {
    return new PolicyException(Problem.INVALID_CONDITION, PolicyWording.legacy());
  }
}

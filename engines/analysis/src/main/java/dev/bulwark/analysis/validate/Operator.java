package dev.bulwark.analysis.validate;

import dev.bulwark.policy.ConditionOperator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition operator as a policy writes it.
 *
 * @param qualifier {@code ForAllValues}, {@code ForAnyValue}, or empty
 */
record Operator(String text, String qualifier, ConditionOperator base, boolean ifExists) {
  private static final Map<String, ConditionOperator> BASES = new HashMap<>();
  private static final String IF_EXISTS = "IfExists";

  static {
    for (var operator : ConditionOperator.values()) {
      BASES.put(operator.text(), operator);
    }
  }

  /** What kind of values an operator compares. */
  enum Family {
    STRING("String"),
    NUMERIC("Numeric"),
    DATE("Date"),
    BOOLEAN("Boolean"),
    BINARY("Binary"),
    IP_ADDRESS("IP address"),
    ARN("ARN"),
    NULL("Null");

    private final String title;

    Family(String title) {
      this.title = title;
    }

    /** As messages name it. */
    String title() {
      return title;
    }
  }

  /** The operator of a name, null where there is none such. */
  static @Nullable Operator of(String text) {
    int colon = text.indexOf(':');
    var qualifier = colon < 0 ? "" : text.substring(0, colon);
    if (!qualifier.isEmpty()
        && !qualifier.equals("ForAllValues")
        && !qualifier.equals("ForAnyValue")) {
      return null;
    }
    var name = text.substring(colon + 1);
    boolean ifExists = name.endsWith(IF_EXISTS);
    var base = BASES.get(ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name);
    return base == null ? null : new Operator(text, qualifier, base, ifExists);
  }

  Family family() {
    return switch (base) {
      case STRING_EQUALS,
          STRING_NOT_EQUALS,
          STRING_EQUALS_IGNORE_CASE,
          STRING_NOT_EQUALS_IGNORE_CASE,
          STRING_LIKE,
          STRING_NOT_LIKE ->
          Family.STRING;
      case NUMERIC_EQUALS,
          NUMERIC_NOT_EQUALS,
          NUMERIC_LESS_THAN,
          NUMERIC_LESS_THAN_EQUALS,
          NUMERIC_GREATER_THAN,
          NUMERIC_GREATER_THAN_EQUALS ->
          Family.NUMERIC;
      case DATE_EQUALS,
          DATE_NOT_EQUALS,
          DATE_LESS_THAN,
          DATE_LESS_THAN_EQUALS,
          DATE_GREATER_THAN,
          DATE_GREATER_THAN_EQUALS ->
          Family.DATE;
      case BOOL -> Family.BOOLEAN;
      case BINARY_EQUALS -> Family.BINARY;
      case IP_ADDRESS, NOT_IP_ADDRESS -> Family.IP_ADDRESS;
      case ARN_EQUALS, ARN_NOT_EQUALS, ARN_LIKE, ARN_NOT_LIKE -> Family.ARN;
      case NULL -> Family.NULL;
    };
  }

  boolean isForAllValues() {
    return qualifier.equals("ForAllValues");
  }

  boolean isForAnyValue() {
    return qualifier.equals("ForAnyValue");
  }

  /** Whether {@code *} and {@code ?} are wildcards in its values. */
  boolean takesWildcards() {
    return base == ConditionOperator.STRING_LIKE
        || base == ConditionOperator.STRING_NOT_LIKE
        || family() == Family.ARN;
  }

  /** Whether it holds only for requests that have the key, with a value that is listed. */
  boolean demandsValue() {
    return !base.negated() && !ifExists && !isForAllValues() && base != ConditionOperator.NULL;
  }
}

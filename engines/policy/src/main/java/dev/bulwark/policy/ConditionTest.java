package dev.bulwark.policy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A condition, compiled. This class holds what all operators share: missing keys, several values,
 * negation; its subclasses compare one value of the request with the values of the policy.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">IAM
 *     condition operators</a>
 */
abstract sealed class ConditionTest {
  final String key;
  private final Condition.Quantifier quantifier;
  private final boolean negated;
  private final boolean ifExists;

  private ConditionTest(Condition condition) {
    this.key = Shared.text(condition.key().toLowerCase(Locale.ROOT));
    this.quantifier = condition.quantifier();
    this.negated = condition.operator().negated();
    this.ifExists = condition.ifExists();
  }

  /** Whether one value of the request matches any value of the policy, before negation. */
  abstract boolean matchesAny(String value, Context context);

  boolean holds(Query query) {
    var found = query.lookup(key);
    var context = query.request().context();
    var values = found == null ? List.<String>of() : found.values();
    return switch (quantifier) {
      case NONE ->
          switch (values.size()) {
            case 0 -> ifExists || negated;
            case 1 -> negated != matchesAny(values.getFirst(), context);
            default -> negated != anyMatches(values, context);
          };
      case FOR_ALL_VALUES -> {
        if (isEmptySet(values)) {
          yield true;
        }
        for (int i = 0; i < values.size(); i++) {
          if (negated == matchesAny(values.get(i), context)) {
            yield false;
          }
        }
        yield true;
      }
      case FOR_ANY_VALUE -> {
        if (isEmptySet(values)) {
          yield ifExists && values.isEmpty();
        }
        for (int i = 0; i < values.size(); i++) {
          if (negated != matchesAny(values.get(i), context)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  private boolean anyMatches(List<String> values, Context context) {
    for (int i = 0; i < values.size(); i++) {
      if (matchesAny(values.get(i), context)) {
        return true;
      }
    }
    return false;
  }

  /** The set operators treat a lone empty string as no value at all. */
  private static boolean isEmptySet(List<String> values) {
    return values.isEmpty() || (values.size() == 1 && values.getFirst().isEmpty());
  }

  /** StringEquals and its negation, with and without regard to case. */
  static final class Text extends ConditionTest {
    private final Template[] templates;
    private final boolean ignoreCase;

    /** The only value, where it is one without variables and case matters: the common case. */
    private final @Nullable String only;

    Text(Condition condition, Template[] templates, boolean ignoreCase) {
      super(condition);
      this.templates = templates;
      this.ignoreCase = ignoreCase;
      this.only = templates.length == 1 && !ignoreCase ? templates[0].fixed() : null;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      if (only != null) {
        return only.equals(value);
      }
      for (var template : templates) {
        var text = template.expand(context);
        if (text != null && (ignoreCase ? text.equalsIgnoreCase(value) : text.equals(value))) {
          return true;
        }
      }
      return false;
    }
  }

  /** StringLike and StringNotLike. */
  static final class Like extends ConditionTest {
    private final TextPattern[] patterns;

    Like(Condition condition, TextPattern[] patterns) {
      super(condition);
      this.patterns = patterns;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      for (var pattern : patterns) {
        if (pattern.matches(value, context)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * The six ways to compare things in order; {@link #test} takes the sign of a comparison of
   * request with policy.
   */
  enum Order {
    EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    boolean test(int sign) {
      return switch (this) {
        case EQUAL -> sign == 0;
        case LESS -> sign < 0;
        case LESS_OR_EQUAL -> sign <= 0;
        case GREATER -> sign > 0;
        case GREATER_OR_EQUAL -> sign >= 0;
      };
    }
  }

  /** The Numeric operators. */
  static final class Numeric extends ConditionTest {
    private final BigDecimal[] numbers;
    private final Order order;

    Numeric(Condition condition, BigDecimal[] numbers, Order order) {
      super(condition);
      this.numbers = numbers;
      this.order = order;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      var number = parse(value);
      if (number != null) {
        for (var bound : numbers) {
          if (order.test(number.compareTo(bound))) {
            return true;
          }
        }
      }
      return false;
    }

    /**
     * Parses digits with an optional sign and fraction; no exponent, whose cost would be unbounded.
     */
    static @Nullable BigDecimal parse(String text) {
      if (text.isEmpty() || text.length() > 64) {
        return null;
      }
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+') {
          return null;
        }
      }
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException e) {
        return null;
      }
    }
  }

  /** The Date operators. */
  static final class Date extends ConditionTest {
    private final Instant[] instants;
    private final Order order;

    Date(Condition condition, Instant[] instants, Order order) {
      super(condition);
      this.instants = instants;
      this.order = order;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      var instant = Dates.parse(value);
      if (instant != null) {
        for (var bound : instants) {
          if (order.test(instant.compareTo(bound))) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /**
   * Bool. AWS's pages differ on whether variables work here; they do, since such a value could mean
   * nothing else.
   */
  static final class Bool extends ConditionTest {
    private final Template[] templates;

    Bool(Condition condition, Template[] templates) {
      super(condition);
      this.templates = templates;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      for (var template : templates) {
        var text = template.expand(context);
        if (text != null && text.equalsIgnoreCase(value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** BinaryEquals: base64 on both sides. */
  static final class Binary extends ConditionTest {
    private final String[] encoded;

    /** Takes base64 text without padding. */
    Binary(Condition condition, String[] encoded) {
      super(condition);
      this.encoded = encoded;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      var bare = withoutPadding(value);
      for (var text : encoded) {
        if (text.equals(bare)) {
          return true;
        }
      }
      return false;
    }

    static String withoutPadding(String base64) {
      int end = base64.length();
      while (end > 0 && base64.charAt(end - 1) == '=') {
        end--;
      }
      return base64.substring(0, end);
    }
  }

  /** IpAddress and NotIpAddress. */
  static final class Ip extends ConditionTest {
    private final IpRange[] ranges;

    Ip(Condition condition, IpRange[] ranges) {
      super(condition);
      this.ranges = ranges;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      var address = IpRange.parse(value);
      if (address != null) {
        for (var range : ranges) {
          if (range.contains(address)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /** The Arn operators: ArnEquals is the same as ArnLike. */
  static final class Arn extends ConditionTest {
    private final ArnPattern[] patterns;

    Arn(Condition condition, ArnPattern[] patterns) {
      super(condition);
      this.patterns = patterns;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      for (var pattern : patterns) {
        if (pattern.matches(value, context)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Null: {@code true} asks that the key be missing, {@code false} that it be there. */
  static final class Missing extends ConditionTest {
    private final boolean whenMissing;
    private final boolean whenPresent;

    Missing(Condition condition, boolean whenMissing, boolean whenPresent) {
      super(condition);
      this.whenMissing = whenMissing;
      this.whenPresent = whenPresent;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      return whenPresent;
    }

    @Override
    boolean holds(Query query) {
      var found = query.lookup(key);
      return found == null || found.values().isEmpty() ? whenMissing : whenPresent;
    }
  }
}

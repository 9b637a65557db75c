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
 * <p>What becomes of values that an operator cannot use was observed at AWS. One observation stands
 * against AWS's documentation: to the set operators an empty string is a value, not an empty set.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">IAM
 *     condition operators</a>
 */
abstract sealed class ConditionTest {
  final String key;
  private final Condition.Quantifier quantifier;
  final boolean negated;
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
      case NONE -> {
        if (found == null || values.isEmpty()) {
          yield ifExists || negated;
        }
        // Without a set operator AWS never holds a key to match that can have several values, not
        // even where it has one, and whether negated or not.
        yield !found.multivalued()
            && values.size() == 1
            && negated != matchesAny(values.getFirst(), context);
      }
      case FOR_ALL_VALUES -> {
        for (int i = 0; i < values.size(); i++) {
          if (negated == matchesAny(values.get(i), context)) {
            yield false;
          }
        }
        yield true;
      }
      case FOR_ANY_VALUE -> {
        if (values.isEmpty()) {
          yield ifExists;
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

  /** What {@link #matchesAny} answers so that the value fulfils the condition, negated or not. */
  final boolean answer(boolean fulfilled) {
    return negated != fulfilled;
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
        if (text != null && (ignoreCase ? sameInLowerCase(text, value) : text.equals(value))) {
          return true;
        }
      }
      return false;
    }

    /** As AWS compares: a long s is no S, and the sigma that ends a word is a sigma only there. */
    private static boolean sameInLowerCase(String a, String b) {
      return a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
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
     * Parses a decimal number with an optional sign, fraction and exponent. Comparing stays cheap
     * whatever the exponent is: only numbers with as many digits before the point are expanded.
     */
    static @Nullable BigDecimal parse(String text) {
      if (text.isEmpty() || text.length() > 64) {
        return null;
      }
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if ((c < '0' || c > '9') && ".-+eE".indexOf(c) < 0) {
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
   * Bool. All that is not {@code true} is false, in the request and in the policy. AWS's pages
   * differ on whether variables work here; they do, since such a value could mean nothing else.
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
        if (text != null && Boolean.parseBoolean(text) == Boolean.parseBoolean(value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** BinaryEquals: base64 on both sides, in the request with its padding. */
  static final class Binary extends ConditionTest {
    private final String[] encoded;

    Binary(Condition condition, String[] encoded) {
      super(condition);
      this.encoded = encoded;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      for (var text : encoded) {
        if (text.equals(value)) {
          return true;
        }
      }
      return false;
    }
  }

  /** IpAddress and NotIpAddress; what is no address fulfils neither. */
  static final class Ip extends ConditionTest {
    private final IpRange[] ranges;

    Ip(Condition condition, IpRange[] ranges) {
      super(condition);
      this.ranges = ranges;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      var address = IpRange.ofRequest(value);
      if (address == null) {
        return answer(false);
      }
      for (var range : ranges) {
        if (range.contains(address)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * The Arn operators: ArnEquals is the same as ArnLike. A value that is no ARN fulfils neither
   * them nor their negations. The first pattern that is no ARN ends the comparison on the safe
   * side: the statement denies where it is one that denies, and does not allow where it is one that
   * allows.
   */
  static final class Arn extends ConditionTest {
    private final ArnPattern[] patterns;
    private final boolean denies;

    Arn(Condition condition, ArnPattern[] patterns, boolean denies) {
      super(condition);
      this.patterns = patterns;
      this.denies = denies;
    }

    @Override
    boolean matchesAny(String value, Context context) {
      if (!ArnPattern.isArn(value)) {
        return answer(false);
      }
      for (var pattern : patterns) {
        switch (pattern.match(value, context)) {
          case MATCH -> {
            return true;
          }
          case NO_PATTERN -> {
            return answer(denies);
          }
          case NO_MATCH -> {}
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

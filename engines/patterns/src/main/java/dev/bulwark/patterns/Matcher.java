package dev.bulwark.patterns;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What one value is compared with. */
sealed interface Matcher {
  /** Whether a scalar value is meant. */
  boolean matches(Leaf value);

  /** The text itself. */
  record Text(String text) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      return text.equals(value.text());
    }
  }

  /** The number, however it is written. */
  record Number(BigDecimal number) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      var given = value.number();
      return given != null && number.compareTo(given) == 0;
    }
  }

  /** True, false or null. */
  record Literal(JsonNode literal) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      return literal.equals(value.node());
    }
  }

  /** Text that begins so. */
  record Prefix(String prefix, boolean ignoreCase) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      var text = value.text();
      return text != null && text.regionMatches(ignoreCase, 0, prefix, 0, prefix.length());
    }
  }

  /** Text that ends so. */
  record Suffix(String suffix, boolean ignoreCase) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      var text = value.text();
      return text != null
          && text.regionMatches(
              ignoreCase, text.length() - suffix.length(), suffix, 0, suffix.length());
    }
  }

  /**
   * The text in letters of either case.
   *
   * @param folded in lower case
   */
  record IgnoreCase(String folded) implements Matcher {
    static IgnoreCase of(String text) {
      return new IgnoreCase(fold(text));
    }

    static String fold(String text) {
      return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean matches(Leaf value) {
      return folded.equals(value.folded());
    }
  }

  /**
   * Text with gaps.
   *
   * @param parts what stands between the asterisks; at least two
   */
  record Wildcard(List<String> parts) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      var text = value.text();
      return text != null && matches(text);
    }

    private boolean matches(String text) {
      var first = parts.getFirst();
      var last = parts.getLast();
      int end = text.length() - last.length();
      if (!text.startsWith(first) || !text.endsWith(last) || end < first.length()) {
        return false;
      }
      int from = first.length();
      for (int i = 1; i < parts.size() - 1; i++) {
        int found = text.indexOf(parts.get(i), from);
        if (found < 0) {
          return false;
        }
        from = found + parts.get(i).length();
      }
      return from <= end;
    }
  }

  /** A number between bounds, either of which may be absent. */
  record Range(
      @Nullable BigDecimal low, boolean withLow, @Nullable BigDecimal high, boolean withHigh)
      implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      var number = value.number();
      return number != null
          && (low == null || number.compareTo(low) > (withLow ? -1 : 0))
          && (high == null || number.compareTo(high) < (withHigh ? 1 : 0));
    }
  }

  /** An address in a block. */
  record Cidr(AddressBlock block) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      return block.contains(value.address());
    }
  }

  /** Whether there is a value at all. */
  record Exists(boolean wanted) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      return wanted != value.isMissing();
    }
  }

  /** A value that none of these means. */
  record AnythingBut(List<Matcher> others) implements Matcher {
    @Override
    public boolean matches(Leaf value) {
      if (value.isMissing()) {
        return false;
      }
      for (var other : others) {
        if (other.matches(value)) {
          return false;
        }
      }
      return true;
    }
  }
}

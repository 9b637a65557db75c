package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Policy text with its variables: {@code ${aws:username}}, {@code ${aws:PrincipalTag/team,
 * 'none'}}, and the escapes {@code ${*}}, {@code ${?}}, {@code ${$}}. What a variable stands for is
 * literal: a star in a tag is no wildcard.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html">IAM
 *     policy variables</a>
 */
final class Template {
  private sealed interface Part {
    record Text(String tokens) implements Part {}

    record Variable(String name, String key, @Nullable String defaultValue) implements Part {}
  }

  private final @Nullable String fixed;
  private final List<Part> parts;

  private Template(@Nullable String fixed, List<Part> parts) {
    this.fixed = fixed;
    this.parts = parts;
  }

  /**
   * Compiles text.
   *
   * @param variables whether variables and escapes mean something: version 2012-10-17
   * @param wildcards whether {@code *} and {@code ?} become {@link Glob} tokens
   */
  static Template of(String text, boolean variables, boolean wildcards) {
    if (!variables || text.indexOf("${") < 0) {
      return new Template(tokens(text, wildcards), List.of());
    }
    List<Part> parts = new ArrayList<>();
    var literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf("${", at);
      int close = open < 0 ? -1 : text.indexOf('}', open + 2);
      if (close < 0) {
        break;
      }
      literal.append(tokens(text.substring(at, open), wildcards));
      var inside = text.substring(open + 2, close);
      if (inside.equals("*") || inside.equals("?") || inside.equals("$")) {
        literal.append(inside);
      } else {
        if (!literal.isEmpty()) {
          parts.add(new Part.Text(literal.toString()));
          literal.setLength(0);
        }
        parts.add(variable(inside));
      }
      at = close + 1;
    }
    literal.append(tokens(text.substring(at), wildcards));
    if (parts.isEmpty()) {
      return new Template(literal.toString(), List.of());
    }
    if (!literal.isEmpty()) {
      parts.add(new Part.Text(literal.toString()));
    }
    return new Template(null, List.copyOf(parts));
  }

  private static Part.Variable variable(String inside) {
    int comma = inside.indexOf(',');
    if (comma >= 0) {
      var rest = inside.substring(comma + 1).strip();
      if (rest.length() >= 2 && rest.startsWith("'") && rest.endsWith("'")) {
        return variable(inside.substring(0, comma), rest.substring(1, rest.length() - 1));
      }
    }
    return variable(inside, null);
  }

  private static Part.Variable variable(String name, @Nullable String defaultValue) {
    var bare = name.strip();
    return new Part.Variable(
        Shared.text(bare), Shared.text(bare.toLowerCase(Locale.ROOT)), defaultValue);
  }

  private static String tokens(String text, boolean wildcards) {
    return wildcards ? text.replace('*', Glob.STAR).replace('?', Glob.ONE) : text;
  }

  /** The text where no variable stands in it, else null. */
  @Nullable String fixed() {
    return fixed;
  }

  /** What stands before the first variable. */
  String leadingTokens() {
    if (fixed != null) {
      return fixed;
    }
    return parts.getFirst() instanceof Part.Text(var tokens) ? tokens : "";
  }

  void forEachKey(Consumer<String> consumer) {
    for (var part : parts) {
      if (part instanceof Part.Variable variable) {
        consumer.accept(variable.name());
      }
    }
  }

  /** The text with its variables replaced; null when one has no single value and no default. */
  @Nullable String expand(Context context) {
    if (fixed != null) {
      return fixed;
    }
    var text = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case Part.Text(var tokens) -> text.append(tokens);
        case Part.Variable(var name, var key, var defaultValue) -> {
          var value = context.lookup(key);
          if (value != null && !value.multivalued() && value.values().size() == 1) {
            var single = value.values().getFirst();
            if (Glob.hasTokens(single)) {
              return null;
            }
            text.append(single);
          } else if (defaultValue != null) {
            text.append(defaultValue);
          } else {
            return null;
          }
        }
      }
    }
    return text.toString();
  }
}

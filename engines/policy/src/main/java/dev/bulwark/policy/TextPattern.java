package dev.bulwark.policy;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pattern with wildcards and perhaps variables; compiled once where there are none. */
final class TextPattern {
  private final Template template;
  private final @Nullable Glob glob;

  /** What every match starts with: most texts fail here, before variables are looked up. */
  private final String prefix;

  private TextPattern(Template template) {
    this.template = template;
    var fixed = template.fixed();
    this.glob = fixed == null ? null : Glob.ofTokens(fixed);
    this.prefix = fixed == null ? Glob.ofTokens(template.leadingTokens()).literalPrefix() : "";
  }

  static TextPattern of(String text, boolean variables) {
    return new TextPattern(Template.of(text, variables, true));
  }

  /** The pattern where no variable stands in it, else null. */
  @Nullable Glob fixed() {
    return glob;
  }

  boolean matches(String text, Context context) {
    return matches(text, 0, text.length(), context);
  }

  /** Whether a part of a text matches. */
  boolean matches(String text, int start, int stop, Context context) {
    if (glob != null) {
      return glob.matches(text, start, stop);
    }
    if (!text.startsWith(prefix, start)) {
      return false;
    }
    var tokens = template.expand(context);
    return tokens != null && Glob.ofTokens(tokens).matches(text, start, stop);
  }

  /** Whether a variable has no value in the request, so that nothing matches. */
  boolean lacksValue(Context context) {
    return glob == null && template.expand(context) == null;
  }

  void forEachKey(Consumer<String> consumer) {
    template.forEachKey(consumer);
  }
}

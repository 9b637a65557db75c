package dev.bulwark.policy;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pattern with wildcards and perhaps variables; compiled once where there are none. */
final class TextPattern {
  private final Template template;
  private final @Nullable Glob glob;

  private TextPattern(Template template) {
    this.template = template;
    var fixed = template.fixed();
    this.glob = fixed == null ? null : Glob.ofTokens(fixed);
  }

  static TextPattern of(String text, boolean variables) {
    return new TextPattern(Template.of(text, variables, true));
  }

  boolean matches(String text, Context context) {
    if (glob != null) {
      return glob.matches(text);
    }
    var tokens = template.expand(context);
    return tokens != null && Glob.ofTokens(tokens).matches(text);
  }

  void forEachKey(Consumer<String> consumer) {
    template.forEachKey(consumer);
  }
}

package dev.bulwark.analysis.catalog;

import dev.bulwark.analysis.pattern.WildcardPattern;
import java.util.Locale;

/**
 * A condition key.
 *
 * @param name as the reference writes it; a part in <code>${…}</code> or {@code <…>} stands for a
 *     name that the policy's author chooses
 * @param multivalued whether a request can have several values of it
 */
public record ConditionKey(String name, Type type, boolean multivalued, WildcardPattern pattern) {

  /** What its values are. */
  public enum Type {
    STRING,
    ARN,
    BOOLEAN,
    NUMERIC,
    DATE,
    IP_ADDRESS
  }

  /** The key of a name and a letter of the catalog. */
  static ConditionKey of(char letter, String name) {
    var type =
        switch (Character.toUpperCase(letter)) {
          case 'A' -> Type.ARN;
          case 'B' -> Type.BOOLEAN;
          case 'N' -> Type.NUMERIC;
          case 'D' -> Type.DATE;
          case 'I' -> Type.IP_ADDRESS;
          default -> Type.STRING;
        };
    return new ConditionKey(name, type, Character.isLowerCase(letter), pattern(name));
  }

  private static WildcardPattern pattern(String name) {
    var text = name.toLowerCase(Locale.ROOT).replaceAll("\\$\\{[^}]*}|<[^>]*>", "?*");
    return text.equals(name.toLowerCase(Locale.ROOT))
        ? WildcardPattern.literal(text)
        : WildcardPattern.of(text);
  }

  /** Whether a policy that asks for {@code key} asks for this one. */
  public boolean isNamed(String key) {
    return pattern.matches(key.toLowerCase(Locale.ROOT));
  }

  /** Whether the name ends with a part that the policy's author chooses, as tag keys do. */
  public boolean takesTagKey() {
    return name.endsWith("/${TagKey}") || name.endsWith("/<key>");
  }

  /** The name before the part that the policy's author chooses. */
  public String stem() {
    int variable = Math.max(name.indexOf("${"), name.indexOf('<'));
    return variable < 0 ? name : name.substring(0, variable);
  }
}

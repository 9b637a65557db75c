package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.ContextEntry;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys of a simulated request: those that the caller gives, and behind them what
 * follows from who the simulated principal is. AWS does not document whether its simulator knows
 * the latter by itself; a real request has them.
 */
final class SimulationContext {
  private static final Pattern IP = Pattern.compile("[0-9A-Fa-f:.]{2,45}(/\\d{1,3})?");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,60}(\\.\\d{1,60})?");
  private static final String LIST = "List";

  private final Map<String, ContextValue> given = new HashMap<>();

  /**
   * Takes the entries of a request.
   *
   * @param facts of the principal, by keys in lower case
   * @throws dev.bulwark.schema.ApiException InvalidInput where a value is not of its type
   */
  SimulationContext(@Nullable List<ContextEntry> entries, Map<String, String> facts) {
    facts.forEach((key, value) -> given.put(key, ContextValue.of(value)));
    for (var entry : entries == null ? List.<ContextEntry>of() : entries) {
      var key = entry.contextKeyName();
      var values = entry.contextKeyValues();
      if (key != null && values != null) {
        given.put(key.toLowerCase(Locale.ROOT), value(key, entry.contextKeyType(), values));
      }
    }
  }

  private static ContextValue value(String key, @Nullable String type, List<String> values) {
    var named = type == null ? "string" : type;
    var list = named.endsWith(LIST);
    var element = list ? named.substring(0, named.length() - LIST.length()) : named;
    for (var value : values) {
      if (!fits(element, value)) {
        throw SimulationErrors.invalidContextValue(key, named, value);
      }
    }
    return list || values.size() != 1
        ? ContextValue.ofAll(values)
        : ContextValue.of(values.getFirst());
  }

  private static boolean fits(String type, String value) {
    return switch (type) {
      case "numeric" -> NUMBER.matcher(value).matches();
      case "boolean" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      case "ip" -> IP.matcher(value).matches();
      case "binary" -> isBase64(value);
      case "date" -> isDate(value);
      default -> true;
    };
  }

  private static boolean isBase64(String value) {
    try {
      Base64.getDecoder().decode(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A day, a time, or seconds since 1970. */
  private static boolean isDate(String value) {
    if (DATE.matcher(value).matches()) {
      return true;
    }
    if (NUMBER.matcher(value).matches()) {
      return new BigDecimal(value).scale() >= 0;
    }
    try {
      Instant.parse(value);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** The context of an evaluation. */
  Context context() {
    return Context.of(given::get);
  }
}

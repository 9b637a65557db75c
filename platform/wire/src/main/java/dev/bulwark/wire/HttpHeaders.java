package dev.bulwark.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header fields: names are lower case, values are in the order in which they came. Not thread-safe.
 */
public final class HttpHeaders {
  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  /** Adds a value beside those that are there. */
  public HttpHeaders add(String name, String value) {
    fields.computeIfAbsent(lower(name), n -> new ArrayList<>(1)).add(value);
    return this;
  }

  /** Puts one value in place of those that are there. */
  public HttpHeaders set(String name, String value) {
    var values = new ArrayList<String>(1);
    values.add(value);
    fields.put(lower(name), values);
    return this;
  }

  public void remove(String name) {
    fields.remove(lower(name));
  }

  /** The first value, or null. */
  public @Nullable String first(String name) {
    var values = values(name);
    return values == null ? null : values.getFirst();
  }

  /** All values; empty where there is none. */
  public List<String> all(String name) {
    var values = values(name);
    return values == null ? List.of() : Collections.unmodifiableList(values);
  }

  public boolean contains(String name) {
    return values(name) != null;
  }

  /** The names, in lower case. */
  public Iterable<String> names() {
    return Collections.unmodifiableSet(fields.keySet());
  }

  /** Calls back for every single value. */
  public void forEach(BiConsumer<String, String> action) {
    fields.forEach((name, values) -> values.forEach(value -> action.accept(name, value)));
  }

  /** All fields, by their names in lower case; for the walkers, which read many of them. */
  Map<String, List<String>> fields() {
    return fields;
  }

  /** Most ask in lower case: then one look is enough. */
  private @Nullable List<String> values(String name) {
    var values = fields.get(name);
    if (values != null) {
      return values;
    }
    var lower = lower(name);
    return lower.equals(name) ? null : fields.get(lower);
  }

  private static String lower(String name) {
    for (var i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return name.toLowerCase(Locale.ROOT);
      }
    }
    return name;
  }
}

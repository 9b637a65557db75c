package dev.bulwark.messaging;

import dev.bulwark.schema.ApiException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What is alike in the tags of queues, topics, buses and rules. */
public final class ResourceTags {
  private static final int MOST = 50;

  private ResourceTags() {}

  /**
   * Tags after some were added.
   *
   * @param reserved the error for keys that are AWS's own
   * @param tooMany the error for more than fifty
   */
  public static Map<String, String> with(
      Map<String, String> before,
      Map<String, String> added,
      Supplier<ApiException> reserved,
      Supplier<ApiException> tooMany) {
    var all = new HashMap<>(before);
    added.forEach(
        (key, value) -> {
          if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
            throw reserved.get();
          }
          all.put(key, value);
        });
    if (all.size() > MOST) {
      throw tooMany.get();
    }
    return Map.copyOf(all);
  }

  /** Tags after some were taken away. */
  public static Map<String, String> without(Map<String, String> before, Collection<String> keys) {
    var rest = new HashMap<>(before);
    rest.keySet().removeAll(keys);
    return Map.copyOf(rest);
  }
}

package dev.bulwark.encryption.cloudhsm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Filters of a list: an item passes where each filter has one of the item's values. */
final class CloudHsmFilters<T> {
  private final Map<String, List<String>> asked;
  private final Map<String, Function<T, String>> known = new HashMap<>();

  CloudHsmFilters(@Nullable Map<String, List<String>> asked) {
    this.asked = asked == null ? Map.of() : asked;
  }

  CloudHsmFilters<T> by(String name, Function<T, String> value) {
    known.put(name, value);
    return this;
  }

  Predicate<T> test() {
    Predicate<T> all = item -> true;
    for (var filter : asked.entrySet()) {
      var value = known.get(filter.getKey());
      if (value == null) {
        throw CloudHsmErrors.invalid("The filter " + filter.getKey() + " is not known.");
      }
      all = all.and(item -> filter.getValue().contains(value.apply(item)));
    }
    return all;
  }
}

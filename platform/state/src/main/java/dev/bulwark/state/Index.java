package dev.bulwark.state;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A secondary index: from each value, the texts under which it is to be found. A table that gains
 * an index is indexed when it is declared; to change what an index extracts, give the index another
 * name.
 *
 * @param name lower-case letters, digits and underscores
 * @param keys what to file a value under; not unique, any number of keys, none included
 */
public record Index<T>(String name, Function<T, ? extends Collection<String>> keys) {

  /**
   * @throws IllegalArgumentException if the name has other characters
   */
  public Index {
    TableSpec.requireName(name);
  }

  /** An index of at most one key for each value; null files the value nowhere. */
  public static <T> Index<T> of(String name, Function<T, @Nullable String> key) {
    return new Index<>(
        name,
        value -> {
          var one = key.apply(value);
          return one == null ? List.of() : List.of(one);
        });
  }

  /** An index of several keys for each value. */
  public static <T> Index<T> ofMany(String name, Function<T, ? extends Collection<String>> keys) {
    return new Index<>(name, keys);
  }
}

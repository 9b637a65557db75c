package dev.bulwark.state;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a table is called, how its values are written, and by what else than their key they are
 * found.
 *
 * @param name lower-case letters, digits and underscores, with the service first: {@code iam_users}
 * @param attachments whether bytes can lie beside its rows, which should be short themselves
 */
public record TableSpec<T>(
    String name, Codec<T> codec, List<Index<T>> indexes, boolean attachments) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,47}");

  /**
   * @throws IllegalArgumentException if the name has other characters or two indexes have one name
   */
  public TableSpec {
    requireName(name);
    indexes = List.copyOf(indexes);
    if (indexes.stream().map(Index::name).distinct().count() != indexes.size()) {
      throw new IllegalArgumentException("Table " + name + " has two indexes of one name");
    }
  }

  /** A table of records kept as JSON. */
  @SafeVarargs
  public static <T> TableSpec<T> json(String name, Class<T> type, Index<T>... indexes) {
    return new TableSpec<>(name, Codec.json(type), List.of(indexes), false);
  }

  /** A table with its own codec. */
  @SafeVarargs
  public static <T> TableSpec<T> of(String name, Codec<T> codec, Index<T>... indexes) {
    return new TableSpec<>(name, codec, List.of(indexes), false);
  }

  /** The same, with bytes beside its rows: see {@link Table#attach}. */
  public TableSpec<T> withAttachments() {
    return new TableSpec<>(name, codec, indexes, true);
  }

  static void requireName(String name) {
    // Two underscores set a table's name apart from its index's.
    if (!NAME.matcher(name).matches() || name.contains("__")) {
      throw new IllegalArgumentException("Not a name for a table or index: " + name);
    }
  }
}

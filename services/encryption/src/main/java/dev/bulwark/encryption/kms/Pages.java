package dev.bulwark.encryption.kms;

import dev.bulwark.state.Entry;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists a page at a time, with markers that only the same list understands. */
final class Pages {
  private static final String PURPOSE = "kms/marker";

  /** One page. */
  record Page<T>(List<T> items, @Nullable String marker) {
    boolean truncated() {
      return marker != null;
    }
  }

  /** Reads rows after a cursor, one more than fit the page. */
  @FunctionalInterface
  interface Rows<T> {
    List<Entry<T>> read(@Nullable String after, int limit);
  }

  private final Sealer sealer;

  Pages(Sealer sealer) {
    this.sealer = sealer;
  }

  /**
   * A page of a list that is in memory.
   *
   * @param sortedBy the text by which the list is in order
   * @param list which list it is
   */
  <T> Page<T> of(
      List<T> all,
      Function<T, String> sortedBy,
      @Nullable Integer limit,
      int most,
      @Nullable String marker,
      String list) {
    var after = read(marker, list);
    int size = limit == null ? most : limit;
    var rest =
        all.stream()
            .filter(item -> after == null || sortedBy.apply(item).compareTo(after) > 0)
            .limit(size + 1L)
            .toList();
    if (rest.size() <= size) {
      return new Page<>(rest, null);
    }
    var page = rest.subList(0, size);
    return new Page<>(page, write(sortedBy.apply(page.getLast()), list));
  }

  /** A page of rows. */
  <T> Page<T> of(
      Rows<T> rows, @Nullable Integer limit, int most, @Nullable String marker, String list) {
    int size = limit == null ? most : limit;
    var found = rows.read(read(marker, list), size + 1);
    boolean more = found.size() > size;
    var page = more ? found.subList(0, size) : found;
    return new Page<>(
        page.stream().map(Entry::value).toList(),
        more ? write(page.getLast().cursor(), list) : null);
  }

  private String write(String place, String list) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sealer.sealText(PURPOSE, place, list));
  }

  private @Nullable String read(@Nullable String marker, String list) {
    if (marker == null) {
      return null;
    }
    try {
      return sealer.openText(PURPOSE, Base64.getUrlDecoder().decode(marker), list);
    } catch (IllegalArgumentException | SealException e) {
      throw KmsErrors.invalidMarker();
    }
  }
}

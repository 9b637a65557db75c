package dev.bulwark.identity.organizations;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Organizations' paging: at most 20 at a time, and a token that names the last item shown, so that
 * pages stay right while items come and go.
 */
final class OrganizationPages {
  private static final int LARGEST = 20;

  private OrganizationPages() {}

  /**
   * A page.
   *
   * @param next where the next one begins; null where this is the last
   */
  record Page<T>(List<T> items, @Nullable String next) {
    <R> List<R> map(Function<T, R> mapping) {
      return items.stream().map(mapping).toList();
    }
  }

  /** A page of items, each of which has a position that is its own. */
  static <T> Page<T> of(
      List<T> all,
      Function<T, String> position,
      @Nullable Integer maxResults,
      @Nullable String token) {
    int most = maxResults == null ? LARGEST : maxResults;
    var after = decode(token);
    var items = new ArrayList<T>(most);
    for (var item : all.stream().sorted(Comparator.comparing(position)).toList()) {
      if (after != null && position.apply(item).compareTo(after) <= 0) {
        continue;
      }
      if (items.size() == most) {
        return new Page<>(items, encode(position.apply(items.getLast())));
      }
      items.add(item);
    }
    return new Page<>(items, null);
  }

  private static String encode(String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String decode(@Nullable String token) {
    if (token == null) {
      return null;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OrganizationErrors.invalidToken();
    }
  }
}

package dev.bulwark.identity.accessanalyzer;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of lists that are at hand: a token tells how many items came before. */
final class Pages {
  private static final int DEFAULT = 100;

  private Pages() {}

  /** A page, and the token of the next. */
  record Page<T>(List<T> items, @Nullable String next) {}

  static <T> Page<T> of(List<T> all, @Nullable Integer maxResults, @Nullable String token) {
    if (maxResults != null && maxResults < 1) {
      throw AnalyzerErrors.invalid("maxResults must be at least 1");
    }
    int from = decode(token);
    int size = maxResults == null ? DEFAULT : maxResults;
    int to = (int) Math.min((long) from + size, all.size());
    return new Page<>(
        from >= all.size() ? List.of() : List.copyOf(all.subList(from, to)),
        to < all.size() ? encode(to) : null);
  }

  private static String encode(int position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Integer.toString(position).getBytes(StandardCharsets.UTF_8));
  }

  private static int decode(@Nullable String token) {
    if (token == null) {
      return 0;
    }
    try {
      int position =
          Integer.parseInt(
              new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
      if (position >= 0) {
        return position;
      }
    } catch (IllegalArgumentException e) {
      throw AnalyzerErrors.invalid("Invalid nextToken");
    }
    throw AnalyzerErrors.invalid("Invalid nextToken");
  }
}

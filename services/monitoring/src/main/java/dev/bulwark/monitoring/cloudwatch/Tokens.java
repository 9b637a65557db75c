package dev.bulwark.monitoring.cloudwatch;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Tokens of pages: the key of the last row, which the scope of a request keeps in its bounds. */
final class Tokens {
  private static final int LONGEST = 16 * 1024;

  private Tokens() {}

  static String write(String key) {
    return Base64.getUrlEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws dev.bulwark.schema.ApiException InvalidNextToken
   */
  static @Nullable String read(@Nullable String token) {
    if (token == null) {
      return null;
    }
    try {
      if (token.length() <= LONGEST) {
        return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException e) {
      // Not one of ours.
    }
    throw CloudWatchErrors.invalidToken();
  }
}

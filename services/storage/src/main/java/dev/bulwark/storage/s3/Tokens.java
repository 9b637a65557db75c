package dev.bulwark.storage.s3;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Continuation tokens: the place in the order of keys where a listing goes on, opaque to clients.
 */
final class Tokens {
  private static final int LONGEST = 8192;

  private Tokens() {}

  static String encode(String place) {
    return Base64.getUrlEncoder().encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The place that a token stands for; null where there is no token.
   *
   * @param parameter its name in the request, for the error
   */
  static @Nullable String decode(@Nullable String token, String parameter) {
    if (token == null) {
      return null;
    }
    if (!token.isEmpty() && token.length() <= LONGEST) {
      try {
        var bytes = Base64.getUrlDecoder().decode(token);
        var place = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        if (!place.isEmpty()) {
          return place;
        }
      } catch (IllegalArgumentException | CharacterCodingException e) {
        // Answered below: whatever is wrong with it, it is no token of ours.
      }
    }
    throw S3Errors.badContinuationToken(parameter, token);
  }
}

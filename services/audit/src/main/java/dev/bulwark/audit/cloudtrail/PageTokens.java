package dev.bulwark.audit.cloudtrail;

import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Tells where the next page begins in a form that only the same query of the same account
 * understands.
 */
final class PageTokens {
  private static final String PURPOSE = "cloudtrail/next-token";
  private static final int LONGEST = 8192;

  private final Sealer sealer;

  PageTokens(Sealer sealer) {
    this.sealer = sealer;
  }

  /**
   * @param query everything that the pages of a query have in common
   */
  @Nullable String write(@Nullable String cursor, String query) {
    return cursor == null
        ? null
        : Base64.getEncoder().encodeToString(sealer.sealText(PURPOSE, cursor, query));
  }

  /**
   * The place that {@link #write} was given.
   *
   * @throws dev.bulwark.schema.ApiException InvalidNextToken
   */
  @Nullable String read(@Nullable String token, String query) {
    if (token == null) {
      return null;
    }
    if (token.length() > LONGEST) {
      throw CloudTrailErrors.invalidNextToken();
    }
    try {
      var sealed = Base64.getDecoder().decode(token.getBytes(StandardCharsets.UTF_8));
      return sealer.openText(PURPOSE, sealed, query);
    } catch (IllegalArgumentException | SealException e) {
      throw CloudTrailErrors.invalidNextToken();
    }
  }
}

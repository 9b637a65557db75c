package dev.bulwark.messaging;

import dev.bulwark.schema.ApiException;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells where the next page of a list begins, in a form that only the same list understands. */
public final class PageTokens {
  private static final String PURPOSE = "messaging/next-token";
  private static final int LONGEST = 8192;

  private final Sealer sealer;

  public PageTokens(Sealer sealer) {
    this.sealer = sealer;
  }

  /**
   * A token.
   *
   * @param list which list it is, with everything that its pages have in common
   */
  public String write(String cursor, String list) {
    return Base64.getUrlEncoder().encodeToString(sealer.sealText(PURPOSE, cursor, list));
  }

  /**
   * The place that {@link #write} was given; null for the first page.
   *
   * @param invalid what the service says to tokens that are none of this list
   */
  public @Nullable String read(
      @Nullable String token, String list, Supplier<ApiException> invalid) {
    if (token == null || token.isEmpty()) {
      return null;
    }
    if (token.length() > LONGEST) {
      throw invalid.get();
    }
    try {
      var sealed = Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8));
      return sealer.openText(PURPOSE, sealed, list);
    } catch (IllegalArgumentException | SealException e) {
      throw invalid.get();
    }
  }
}

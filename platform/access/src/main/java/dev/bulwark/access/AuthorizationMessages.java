package dev.bulwark.access;

import dev.bulwark.policy.Decision;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The encoded authorization failure messages that EC2 and its likes put into their refusals:
 * whoever may call DecodeAuthorizationMessage in the caller's account can read why, the caller
 * cannot. Deflated, sealed, in the alphabet of base64url. Thread-safe.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html">DecodeAuthorizationMessage</a>
 */
public final class AuthorizationMessages {
  private static final String PURPOSE = "sts/authorization-message";

  /** The longest that DecodeAuthorizationMessage takes. */
  private static final int MAX_LENGTH = 10_240;

  /** More than any message of that length holds, unless it was made to hold more. */
  private static final int MAX_DECODED = 1 << 20;

  private final Sealer sealer;

  /** Messages that the same root key can read later. */
  public AuthorizationMessages(Sealer sealer) {
    this.sealer = sealer;
  }

  /**
   * The encoded message of a denial. What makes it too long is left out: first the context, then
   * the statement.
   *
   * @return null where even the rest is too long
   */
  @Nullable String encode(RequestFacts facts, Decision decision) {
    for (var content : AuthorizationMessage.Content.values()) {
      var encoded = encode(AuthorizationMessage.json(facts, decision, content), facts);
      if (encoded.length() <= MAX_LENGTH) {
        return encoded;
      }
    }
    return null;
  }

  private String encode(String json, RequestFacts facts) {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
    var sealed =
        sealer.seal(
            PURPOSE,
            bytes.toByteArray(),
            belonging(facts.authentication().principal().accountId()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  /**
   * The JSON of an encoded message.
   *
   * @param accountId whose callers' messages may be read
   * @return empty where this is no message for that account
   */
  public Optional<String> decode(String encoded, String accountId) {
    try {
      var sealed = Base64.getUrlDecoder().decode(encoded);
      var deflated = sealer.open(PURPOSE, sealed, belonging(accountId));
      try (var inflater = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
        return Optional.of(new String(inflater.readNBytes(MAX_DECODED), StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException | SealException | IOException e) {
      return Optional.empty();
    }
  }

  private static byte[] belonging(String accountId) {
    return accountId.getBytes(StandardCharsets.UTF_8);
  }
}

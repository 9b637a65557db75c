package dev.bulwark.identity.sts;

import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Makes temporary credentials and reads them again. A session is its own token: sealed, so that
 * nobody but this installation can make, read or change one, and kept nowhere else.
 */
public final class SessionTokens {
  private static final String PURPOSE = "sts/session";

  /** Far above what the limits on session policies and tags leave room for. */
  private static final int LONGEST = 65_536;

  private final Sealer sealer;

  /** Tokens under that seal. */
  public SessionTokens(Sealer sealer) {
    this.sealer = sealer;
  }

  /** New credentials, which begin at the context's time of issue. */
  Credentials issue(Subject subject, SessionContext context, Duration duration) {
    var session =
        new Session(
            Ids.accessKeyId(Ids.Kind.ASIA, AccountId.of(subject.accountId())),
            Ids.secretAccessKey(),
            subject,
            context.issuedAt().plus(duration),
            context);
    return new Credentials(
        session.accessKeyId(),
        session.secretAccessKey(),
        Base64.getEncoder()
            .encodeToString(
                sealer.seal(
                    PURPOSE, SessionCodec.encode(session), keyBytes(session.accessKeyId()))),
        session.expires());
  }

  /**
   * The session of a token; null where this installation did not make it just so, with that access
   * key.
   */
  @Nullable Session open(String accessKeyId, String token) {
    if (token.length() > LONGEST) {
      return null;
    }
    try {
      return SessionCodec.decode(
          sealer.open(PURPOSE, Base64.getDecoder().decode(token), keyBytes(accessKeyId)));
    } catch (IllegalArgumentException | SealException e) {
      return null;
    }
  }

  private static byte[] keyBytes(String accessKeyId) {
    return accessKeyId.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bulwark.identity.sts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Web Token of an OpenID Connect provider. Nothing that it says counts before {@link
 * #requireSignature} has returned, but who is to be asked for the key.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#IDToken">ID tokens</a>
 */
final class WebToken {
  /** AWS takes these and no other; all of them have a public key that only verifies. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final int SHORTEST_RSA_KEY = 2048;

  /** By how much a provider's clock may be ahead. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final SignedJWT jwt;
  private final JWTClaimsSet claims;

  private WebToken(SignedJWT jwt, JWTClaimsSet claims) {
    this.jwt = jwt;
    this.claims = claims;
  }

  /**
   * A token, of which nothing has been verified.
   *
   * @throws dev.bulwark.schema.ApiException InvalidIdentityToken where it is none, or one with an
   *     algorithm that proves nothing here
   */
  static WebToken parse(String text) {
    try {
      var jwt = SignedJWT.parse(text);
      if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
        throw StsErrors.tokenAlgorithm(jwt.getHeader().getAlgorithm().getName());
      }
      return new WebToken(jwt, jwt.getJWTClaimsSet());
    } catch (ParseException e) {
      throw StsErrors.webIdentityNoJwt();
    }
  }

  @Nullable String keyId() {
    return jwt.getHeader().getKeyID();
  }

  String issuer() {
    return required("iss", claims.getIssuer());
  }

  String subject() {
    return required("sub", claims.getSubject());
  }

  /** Whom the token was made for: the authorized party where there is one, else its audience. */
  List<String> audience() {
    var party = text("azp");
    return party == null ? originalAudience() : List.of(party);
  }

  /** The claim {@code aud}. */
  List<String> originalAudience() {
    var audience = claims.getAudience();
    if (audience.isEmpty()) {
      throw StsErrors.missingClaim("aud");
    }
    return audience;
  }

  private static String required(String claim, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw StsErrors.missingClaim(claim);
    }
    return value;
  }

  /** A claim that is one text; null where there is none, or one of another form. */
  @Nullable String text(String claim) {
    return claims.getClaim(claim) instanceof String value ? value : null;
  }

  /** Any claim, as JSON has it; null where there is none. */
  @Nullable Object claim(String name) {
    return claims.getClaim(name);
  }

  Set<String> claimNames() {
    return claims.getClaims().keySet();
  }

  /**
   * @throws dev.bulwark.schema.ApiException InvalidIdentityToken where none of these keys made the
   *     token's signature
   */
  void requireSignature(List<JWK> keys) {
    var candidates = keys.stream().filter(this::mayHaveSigned).toList();
    if (candidates.isEmpty()) {
      throw StsErrors.noVerificationKey();
    }
    if (candidates.stream().noneMatch(this::isSignedWith)) {
      throw StsErrors.tokenSignature();
    }
  }

  private boolean mayHaveSigned(JWK key) {
    var header = jwt.getHeader();
    return (header.getKeyID() == null || header.getKeyID().equals(key.getKeyID()))
        && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
        && (key.getAlgorithm() == null || key.getAlgorithm().equals(header.getAlgorithm()))
        && fits(key, header);
  }

  private static boolean fits(JWK key, JWSHeader header) {
    return switch (key) {
      case RSAKey rsa ->
          JWSAlgorithm.Family.RSA.contains(header.getAlgorithm()) && rsa.size() >= SHORTEST_RSA_KEY;
      case ECKey ec -> JWSAlgorithm.Family.EC.contains(header.getAlgorithm());
      default -> false;
    };
  }

  private boolean isSignedWith(JWK key) {
    try {
      return switch (key) {
        case RSAKey rsa -> jwt.verify(new RSASSAVerifier(rsa));
        case ECKey ec -> jwt.verify(new ECDSAVerifier(ec));
        default -> false;
      };
    } catch (JOSEException e) {
      // Such as a curve that is not the algorithm's.
      return false;
    }
  }

  /**
   * @throws dev.bulwark.schema.ApiException ExpiredTokenException, or InvalidIdentityToken where
   *     the token is of the future
   */
  void requireValidAt(Instant now) {
    var expiry = time("exp", claims.getExpirationTime());
    if (!now.isBefore(expiry)) {
      throw StsErrors.tokenExpired(now, expiry);
    }
    var notBefore = claims.getNotBeforeTime();
    requirePast(time("iat", claims.getIssueTime()), now);
    if (notBefore != null) {
      requirePast(notBefore.toInstant(), now);
    }
  }

  private static void requirePast(Instant time, Instant now) {
    if (time.isAfter(now.plus(SKEW))) {
      throw StsErrors.tokenNotYetValid(now, time);
    }
  }

  private static Instant time(String claim, @Nullable Date value) {
    if (value == null) {
      throw StsErrors.missingClaim(claim);
    }
    return value.toInstant();
  }
}

package dev.bulwark.identity.sts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderException;
import dev.bulwark.identity.federation.ProviderException.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of OpenID Connect providers, found by discovery and kept for a while. A token
 * that names an unknown key makes them be fetched anew, but not twice within a few seconds, so that
 * nobody can make Bulwark ask a provider again and again.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect
 *     Discovery</a>
 */
final class IssuerKeys {
  private static final Duration KEPT = Duration.ofMinutes(15);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int MOST_ISSUERS = 1000;

  /** AWS takes as many RSA keys and as many EC keys. */
  private static final int MOST_KEYS = 200;

  /** Whoever trusts other certificates has not the same keys. */
  private record Source(String issuer, List<String> thumbprints) {}

  /**
   * What came of asking.
   *
   * @param problem null where there are keys
   */
  private record Answer(List<JWK> keys, @Nullable ProviderException problem, Instant time) {
    /** That a provider failed to answer, or has not that key, is kept for the pause alone. */
    boolean suffices(@Nullable String kid, Instant now) {
      var found = kid == null || keys.stream().anyMatch(key -> kid.equals(key.getKeyID()));
      return !now.isBefore(time)
          && now.isBefore(time.plus(problem == null && found ? KEPT : PAUSE));
    }
  }

  /** What is known of a source. Who asks for its keys while they are fetched waits for them. */
  private final class Ring {
    private final Source source;
    private final ReentrantLock fetching = new ReentrantLock();
    private @Nullable Answer latest;

    Ring(Source source) {
      this.source = source;
    }

    Answer answer(@Nullable String kid, Instant now) {
      fetching.lock();
      try {
        var known = latest;
        if (known == null || !known.suffices(kid, now)) {
          known = ask(source, now);
          latest = known;
        }
        return known;
      } finally {
        fetching.unlock();
      }
    }
  }

  private final ProviderClient client;
  private final Cache<Source, Ring> rings =
      Caffeine.newBuilder().maximumSize(MOST_ISSUERS).executor(Runnable::run).build();

  IssuerKeys(ProviderClient client) {
    this.client = client;
  }

  /**
   * The keys of an issuer.
   *
   * @param kid the key that is looked for, which says whether those in memory are enough; null for
   *     any
   */
  List<JWK> find(String issuer, List<String> thumbprints, @Nullable String kid, Instant now)
      throws ProviderException {
    var answer = rings.get(new Source(issuer, thumbprints), Ring::new).answer(kid, now);
    if (answer.problem() != null) {
      throw answer.problem();
    }
    return answer.keys();
  }

  private Answer ask(Source source, Instant now) {
    try {
      return new Answer(fetch(source), null, now);
    } catch (ProviderException e) {
      return new Answer(List.of(), e, now);
    }
  }

  private List<JWK> fetch(Source source) throws ProviderException {
    var discovery =
        client.get(
            uri(source.issuer().replaceFirst("/$", "") + "/.well-known/openid-configuration"),
            source.thumbprints());
    try {
      var document = JSONObjectUtils.parse(text(discovery));
      if (!source.issuer().equals(JSONObjectUtils.getString(document, "issuer"))) {
        throw unusable(source, "its configuration names another issuer");
      }
      var keysUri = JSONObjectUtils.getString(document, "jwks_uri");
      if (keysUri == null) {
        throw unusable(source, "its configuration names no keys");
      }
      var keys = JWKSet.parse(text(client.get(uri(keysUri), source.thumbprints()))).getKeys();
      if (keys.size() > MOST_KEYS) {
        throw unusable(source, "it has more than " + MOST_KEYS + " keys");
      }
      return keys.stream().map(JWK::toPublicJWK).filter(key -> key != null).toList();
    } catch (ParseException e) {
      throw unusable(source, String.valueOf(e.getMessage()));
    }
  }

  private static ProviderException unusable(Source source, String reason) {
    return new ProviderException(Problem.UNUSABLE_ANSWER, source.issuer() + ": " + reason);
  }

  private static URI uri(String text) throws ProviderException {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new ProviderException(Problem.UNUSABLE_ANSWER, text + " is no address");
    }
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }
}

package dev.bulwark.identity.sts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.bulwark.access.PolicySource;
import dev.bulwark.access.Principal;
import dev.bulwark.api.sts.GetWebIdentityTokenRequest;
import dev.bulwark.api.sts.GetWebIdentityTokenResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.wire.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that say to others who a principal is: GetWebIdentityToken.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html">Understanding
 *     token claims</a>
 */
final class OutboundTokens {
  private static final int DEFAULT_SECONDS = 300;

  /** AWS does not tell its limit; this is what web servers commonly take in a header. */
  private static final int LONGEST_PAYLOAD = 8192;

  private static final String TOKEN = "x-amz-security-token";
  private static final String OWN_CLAIMS = "https://sts.amazonaws.com/";

  private final OutboundIssuers issuers;
  private final SessionTokens sessions;
  private final PolicySource policies;

  OutboundTokens(OutboundIssuers issuers, SessionTokens sessions, PolicySource policies) {
    this.issuers = issuers;
    this.sessions = sessions;
    this.policies = policies;
  }

  static List<Permission> permissions(GetWebIdentityTokenRequest in, Call call) {
    var tags = SessionTags.of(in.tags(), null, null);
    var keys =
        Context.builder()
            .put("sts:SigningAlgorithm", in.signingAlgorithm())
            .put("sts:DurationSeconds", Integer.toString(seconds(in)))
            .putAll("sts:IdentityTokenAudience", in.audience());
    tags.describe(keys);
    var needed = new ArrayList<Permission>();
    needed.add(new Permission("sts:GetWebIdentityToken", Resource.ANY, keys.build()));
    if (tags.any()) {
      var ofTags = Context.builder();
      tags.describe(ofTags);
      needed.add(new Permission("sts:TagGetWebIdentityToken", Resource.ANY, ofTags.build()));
    }
    return needed;
  }

  private static int seconds(GetWebIdentityTokenRequest in) {
    return in.durationSeconds() == null ? DEFAULT_SECONDS : in.durationSeconds();
  }

  GetWebIdentityTokenResponse issue(GetWebIdentityTokenRequest in, Call call) {
    var caller = call.principal();
    if (caller.session() != null && !(caller instanceof Principal.AssumedRole)) {
      throw StsErrors.sessionCredentials("GetWebIdentityToken");
    }
    var algorithm = algorithm(in.signingAlgorithm());
    var issuer = issuers.find(caller.accountId());
    if (issuer == null || !issuer.enabled()) {
      throw StsErrors.outboundDisabled();
    }
    var now = call.time().truncatedTo(ChronoUnit.SECONDS);
    var expires = now.plusSeconds(seconds(in));
    var end = endOfSession(call);
    if (end != null && expires.isAfter(end)) {
      throw StsErrors.sessionDurationEscalation();
    }
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuers.identifier(issuer))
            .audience(in.audience())
            .subject(subject(caller))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(expires))
            .jwtID(Ids.uuid())
            .claim(OWN_CLAIMS, ownClaims(in, call, caller))
            .build();
    if (claims.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PAYLOAD) {
      throw StsErrors.payloadTooLarge();
    }
    return GetWebIdentityTokenResponse.builder()
        .webIdentityToken(sign(issuer, algorithm, claims))
        .expiration(expires)
        .build();
  }

  private static JWSAlgorithm algorithm(String name) {
    return switch (name) {
      case "RS256" -> JWSAlgorithm.RS256;
      case "ES384" -> JWSAlgorithm.ES384;
      default -> throw StsErrors.signingAlgorithm(name);
    };
  }

  /**
   * The token that signed the request, in a header or in the query, says when the session ends;
   * null for long-term keys.
   */
  private @Nullable Instant endOfSession(Call call) {
    var accessKeyId = call.accessKeyId();
    var token = sessionToken(call.http());
    if (accessKeyId == null || token == null) {
      return null;
    }
    var session = sessions.open(accessKeyId, token);
    return session == null ? null : session.expires();
  }

  private static @Nullable String sessionToken(HttpRequest http) {
    var header = http.headers().first(TOKEN);
    if (header != null) {
      return header;
    }
    for (var parameter : http.rawQuery().split("&")) {
      int equals = parameter.indexOf('=');
      if (equals >= 0 && parameter.substring(0, equals).equalsIgnoreCase(TOKEN)) {
        return URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  /** A session of a role speaks for the role. */
  private static String subject(Principal caller) {
    return caller instanceof Principal.AssumedRole role ? role.roleArn() : caller.arn();
  }

  private Map<String, Object> ownClaims(
      GetWebIdentityTokenRequest in, Call call, Principal caller) {
    var claims = new TreeMap<String, Object>();
    claims.put("aws_account", caller.accountId());
    claims.put("source_region", call.region());
    claims.put("principal_id", caller.arn());
    var place = policies.place(caller.accountId());
    if (place != null) {
      claims.put("org_id", place.organizationId());
      claims.put("ou_path", place.path());
    }
    var session = caller.session();
    var tags = new TreeMap<>(policies.find(caller).tags());
    if (session != null) {
      tags.putAll(session.tags());
      if (session.sourceIdentity() != null) {
        claims.put("source_identity", session.sourceIdentity());
      }
      if (session.federatedProvider() != null) {
        claims.put("federated_provider", session.federatedProvider());
      }
    }
    if (!tags.isEmpty()) {
      claims.put("principal_tags", tags);
    }
    var requested = SessionTags.of(in.tags(), null, null);
    if (requested.any()) {
      claims.put("request_tags", requested.all());
    }
    return claims;
  }

  private String sign(OutboundRecord issuer, JWSAlgorithm algorithm, JWTClaimsSet claims) {
    try {
      if (algorithm.equals(JWSAlgorithm.RS256)) {
        var key = issuers.rsa(issuer);
        return sign(algorithm, key.getKeyID(), new RSASSASigner(key), claims);
      }
      var key = issuers.ec(issuer);
      return sign(algorithm, key.getKeyID(), new ECDSASigner(key), claims);
    } catch (JOSEException e) {
      throw new IllegalStateException("A token cannot be signed", e);
    }
  }

  private static String sign(
      JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet claims)
      throws JOSEException {
    var header = new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(keyId).build();
    var token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }
}

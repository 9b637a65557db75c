package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates requests by Signature Version 4: in the Authorization header, or presigned in the
 * query. Thread-safe; one for the whole installation.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature
 *     Version 4</a>
 */
public final class SigV4Authenticator {
  /** How far a client's clock may be off, either way. */
  static final Duration MAX_SKEW = Duration.ofMinutes(15);

  private static final long MAX_EXPIRES = Duration.ofDays(7).toSeconds();
  private static final int MAX_SIGNED_HEADERS = 256;

  /**
   * An HTTP server that reads headers as Latin-1 shows a client's UTF-8 as one character for each
   * byte.
   */
  private static final List<Charset> CHARSETS =
      List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1);

  private final CredentialSource credentials;
  private final Clock clock;
  private final Clock clientClock;
  private final SigningKeys keys = new SigningKeys();
  private final AuthorizationHeads heads = new AuthorizationHeads();

  /** An authenticator with one clock for signatures and credentials. */
  public SigV4Authenticator(CredentialSource credentials, Clock clock) {
    this(credentials, clock, clock);
  }

  /**
   * An authenticator.
   *
   * @param clock by which temporary credentials expire
   * @param clientClock the time that clients sign with, from which {@code clock} may have been
   *     moved away
   */
  public SigV4Authenticator(CredentialSource credentials, Clock clock, Clock clientClock) {
    this.credentials = credentials;
    this.clock = clock;
    this.clientClock = clientClock;
  }

  /**
   * What a signature says of itself, wherever it stands.
   *
   * @param newHead what stands before it, to be remembered once it is verified; null where it is
   *     known, or stands elsewhere
   */
  private record Claim(
      CredentialScope scope,
      SignedHeaders signedHeaders,
      String signature,
      Instant time,
      String date,
      @Nullable String token,
      boolean query,
      @Nullable String newHead) {}

  /**
   * Finds out who sent the request.
   *
   * @return with the request whose body is verified, or will be while it is read
   * @throws ApiException in the service's own words, where the request is not signed as it should
   *     be
   */
  public Authentication authenticate(HttpRequest request, SigningPolicy policy) {
    var errors = AuthErrors.of(policy.family());
    var now = clientClock.instant();
    var query = CanonicalQuery.parse(request.rawQuery());
    var authorizations = request.headers().all("authorization");
    var presigned =
        query.first("X-Amz-Algorithm") != null
            || query.first("X-Amz-Credential") != null
            || query.first(CanonicalQuery.SIGNATURE) != null;
    if (authorizations.isEmpty() && !presigned) {
      return unsigned(request, policy, errors, query);
    }
    if (presigned && !authorizations.isEmpty() || authorizations.size() > 1) {
      throw errors.ambiguous();
    }
    var claim =
        presigned
            ? fromQuery(query, errors, policy, now)
            : fromHeader(authorizations.getFirst(), request.headers(), errors, now);
    checkScope(claim, errors, policy);
    checkCoverage(claim, request, errors, policy);
    var credential = credential(claim, errors, clock.instant());
    var payload = PayloadReader.read(request, query, policy, presigned, errors);
    var chunks = verify(claim, credential, request, query, policy, payload, errors);
    var scope = claim.scope();
    if (claim.newHead() != null) {
      heads.put(claim.newHead(), new AuthorizationHeads.Head(scope, claim.signedHeaders()));
    }
    return new Authentication(
        credential.principal(),
        scope.accessKeyId(),
        scope.region(),
        scope.service(),
        claim.signedHeaders().names(),
        presigned ? Authentication.Type.QUERY_STRING : Authentication.Type.HEADER,
        Duration.between(claim.time(), now),
        payload.verified(request, chunks));
  }

  /**
   * A service of this installation that has taken on a role, and asks another service in it.
   *
   * @param session the access key and token that STS gave it
   * @param headers what its request says in headers
   * @throws ApiException UnrecognizedClientException where there is no such session
   */
  public Authentication inRole(
      String service, RoleSession session, String region, HttpHeaders headers) {
    var credential = credentials.find(session.accessKeyId(), session.sessionToken());
    if (credential == null) {
      throw AuthErrors.of(AuthFamily.JSON).unknown(session.accessKeyId(), session.sessionToken());
    }
    return Authentication.inRole(
        service, credential.principal(), session.accessKeyId(), region, headers);
  }

  private Authentication unsigned(
      HttpRequest request, SigningPolicy policy, AuthErrors errors, CanonicalQuery query) {
    if (policy.s3() && query.first("AWSAccessKeyId") != null) {
      throw errors.unsupported("", true);
    }
    if (!policy.anonymousAllowed()) {
      throw errors.missing();
    }
    var payload = PayloadReader.readUnsigned(request, policy, errors);
    return new Authentication(
        Principal.Anonymous.INSTANCE,
        null,
        null,
        null,
        List.of(),
        Authentication.Type.NONE,
        Duration.ZERO,
        payload.verified(request, null));
  }

  /** Whether it is one of S3's that is not spoken here: signature version 2 or 4A. */
  private static boolean isKnownMechanism(String algorithm) {
    return algorithm.equals("AWS") || algorithm.equals("AWS4-ECDSA-P256-SHA256");
  }

  private Claim fromHeader(String text, HttpHeaders headers, AuthErrors errors, Instant now) {
    if (text.length() > AuthorizationHeader.MAX_LENGTH) {
      throw errors.malformedComponent(text.substring(0, 64), text.substring(0, 64));
    }
    var dates = headers.all(headers.contains("x-amz-date") ? "x-amz-date" : "date");
    int at = AuthorizationHeads.signatureAt(text);
    var before = at < 0 ? null : text.substring(0, at);
    var known = before == null || dates.isEmpty() ? null : heads.find(before);
    if (known != null) {
      return claim(known, text.substring(at), null, dates, headers, errors, now);
    }
    var header = AuthorizationHeader.parse(text);
    var supported = header.algorithm().equals(Canonical.ALGORITHM);
    if (!supported && errors instanceof S3AuthErrors && !isKnownMechanism(header.algorithm())) {
      throw S3AuthErrors.unsupportedType(text);
    }
    if (!supported && (header.algorithm().startsWith("AWS4-") || errors instanceof S3AuthErrors)) {
      throw errors.unsupported(header.algorithm(), false);
    }
    if (supported && header.malformed() != null) {
      throw errors.malformedComponent(header.malformed(), text);
    }
    var credential = header.credential();
    var signedHeaders = header.signedHeaders();
    var signature = header.signature();
    if (!supported
        || credential == null
        || signedHeaders == null
        || signature == null
        || dates.isEmpty()) {
      throw errors.missingParameters(header, dates.isEmpty());
    }
    var scope = CredentialScope.parse(credential);
    if (scope == null) {
      throw errors.malformedCredential(credential, false);
    }
    var head = new AuthorizationHeads.Head(scope, SignedHeaders.parse(signedHeaders));
    return claim(head, signature, before, dates, headers, errors, now);
  }

  private static Claim claim(
      AuthorizationHeads.Head head,
      String signature,
      @Nullable String newHead,
      List<String> dates,
      HttpHeaders headers,
      AuthErrors errors,
      Instant now) {
    var time = dates.size() > 1 ? null : AmzDate.parseHttp(dates.getFirst().trim());
    if (time == null) {
      throw errors.badDate(String.join(",", dates), false);
    }
    if (time.isBefore(now.minus(MAX_SKEW))) {
      throw errors.expired(time, now);
    }
    if (time.isAfter(now.plus(MAX_SKEW))) {
      throw errors.notYetCurrent(time, now);
    }
    var tokens = headers.all("x-amz-security-token");
    return new Claim(
        head.scope(),
        head.signedHeaders(),
        signature,
        time,
        AmzDate.format(time),
        tokens.isEmpty() ? null : String.join(",", tokens),
        false,
        newHead);
  }

  private static final List<String> QUERY_PARAMETERS =
      List.of(
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          CanonicalQuery.SIGNATURE,
          "X-Amz-Date",
          "X-Amz-SignedHeaders",
          "X-Amz-Expires");

  private static Claim fromQuery(
      CanonicalQuery query, AuthErrors errors, SigningPolicy policy, Instant now) {
    var missing = new ArrayList<String>();
    for (var name : QUERY_PARAMETERS) {
      var needed = policy.s3() || !name.equals("X-Amz-Expires");
      if (query.repeats(name) || (needed && query.first(name) == null)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty() || query.repeats("X-Amz-Security-Token")) {
      throw errors.missingQueryParameters(missing);
    }
    var algorithm = value(query, "X-Amz-Algorithm");
    if (!algorithm.equals(Canonical.ALGORITHM)) {
      throw errors.unsupported(algorithm, true);
    }
    var scope = CredentialScope.parse(value(query, "X-Amz-Credential"));
    if (scope == null) {
      throw errors.malformedCredential(value(query, "X-Amz-Credential"), true);
    }
    var time = AmzDate.parse(value(query, "X-Amz-Date"));
    if (time == null) {
      throw errors.badDate(value(query, "X-Amz-Date"), true);
    }
    checkLifetime(query, time, errors, policy, now);
    return new Claim(
        scope,
        SignedHeaders.parse(value(query, "X-Amz-SignedHeaders")),
        value(query, CanonicalQuery.SIGNATURE),
        time,
        value(query, "X-Amz-Date"),
        query.first("X-Amz-Security-Token"),
        true,
        null);
  }

  private static String value(CanonicalQuery query, String name) {
    var value = query.first(name);
    return value == null ? "" : value;
  }

  /**
   * Only S3 heeds X-Amz-Expires; elsewhere a presigned request lives as long as the clocks may
   * differ.
   */
  private static void checkLifetime(
      CanonicalQuery query, Instant time, AuthErrors errors, SigningPolicy policy, Instant now) {
    long expires = MAX_SKEW.toSeconds();
    if (policy.s3()) {
      expires = expires(value(query, "X-Amz-Expires"));
      if (expires < 0) {
        throw errors.badExpires(value(query, "X-Amz-Expires"));
      }
    }
    if (time.isAfter(now.plus(MAX_SKEW))) {
      throw errors.presignNotYetValid(time, expires, now);
    }
    if (!now.isBefore(time.plusSeconds(expires))) {
      throw errors.presignExpired(time, expires, now);
    }
  }

  private static long expires(String text) {
    if (text.isEmpty() || text.length() > 6) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value <= MAX_EXPIRES ? value : -1;
  }

  private static void checkScope(Claim claim, AuthErrors errors, SigningPolicy policy) {
    var scope = claim.scope();
    if (!scope.hasPlainDate()
        || !claim.date().startsWith(scope.date())
        || !scope.terminator().equals(CredentialScope.TERMINATOR)
        || !policy.services().contains(scope.service())
        || !policy.regions().test(scope.region())) {
      throw errors.wrongScope(scope, policy, claim.date(), claim.query());
    }
  }

  /** Headers that decide what a request means must be covered by its signature. */
  private static void checkCoverage(
      Claim claim, HttpRequest request, AuthErrors errors, SigningPolicy policy) {
    var signed = claim.signedHeaders();
    if (!signed.contains("host") || signed.names().size() > MAX_SIGNED_HEADERS) {
      throw errors.notSigned(List.of("host"));
    }
    if (!policy.s3()) {
      if (request.headers().contains("x-amz-target") && !signed.contains("x-amz-target")) {
        throw errors.notSigned(List.of("x-amz-target"));
      }
      return;
    }
    List<String> open = List.of();
    for (var name : request.headers().names()) {
      var matters =
          name.startsWith("x-amz-") && !name.equals("x-amz-content-sha256")
              || name.equals("content-md5");
      if (matters && !signed.contains(name)) {
        open = new ArrayList<>(open);
        open.add(name);
      }
    }
    if (!open.isEmpty()) {
      throw errors.notSigned(open);
    }
  }

  private Credential credential(Claim claim, AuthErrors errors, Instant now) {
    var id = claim.scope().accessKeyId();
    var token = claim.token();
    var credential = credentials.find(id, token);
    if (credential == null
        || !credential.active()
        || !credential.accessKeyId().equals(id)
        || (credential.expires() == null) != (token == null)) {
      throw errors.unknown(id, token);
    }
    var expires = credential.expires();
    if (expires != null && !now.isBefore(expires)) {
      throw errors.expiredToken(token);
    }
    return credential;
  }

  /** Returns what signs the chunks of the body, which go on from this signature. */
  private ChunkSigner verify(
      Claim claim,
      Credential credential,
      HttpRequest request,
      CanonicalQuery query,
      SigningPolicy policy,
      PayloadReader.Payload payload,
      AuthErrors errors) {
    var key = keys.find(credential, claim.scope());
    var provided = claim.signature().getBytes(StandardCharsets.UTF_8);
    var canonical = new Canonical();
    for (var hash : payload.hashes()) {
      for (var charset : CHARSETS) {
        canonical.write(
            request,
            policy.s3(),
            query,
            claim.signedHeaders(),
            hash,
            claim.date(),
            claim.scope(),
            charset);
        var expected = canonical.signature(key);
        if (MessageDigest.isEqual(expected, provided)) {
          return new ChunkSigner(key, claim.date(), claim.scope(), expected);
        }
        if (!canonical.foreign()) {
          break;
        }
      }
    }
    canonical.write(
        request,
        policy.s3(),
        query,
        claim.signedHeaders(),
        payload.hashes().getFirst(),
        claim.date(),
        claim.scope());
    throw errors.mismatch(credential.accessKeyId(), canonical, claim.signature());
  }
}

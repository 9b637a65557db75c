package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words in which a service refuses a request that it cannot authenticate: one implementation
 * for S3, one for all others.
 */
interface AuthErrors {

  static AuthErrors of(AuthFamily family) {
    return family == AuthFamily.S3 ? new S3AuthErrors() : new ServiceAuthErrors(family);
  }

  /** There is no signature at all. */
  ApiException missing();

  /** There is a signature in the header and one in the query. */
  ApiException ambiguous();

  /** The algorithm, or the whole mechanism, is another. */
  ApiException unsupported(String algorithm, boolean query);

  /** A part of the Authorization header is no key=value pair, or comes twice. */
  ApiException malformedComponent(String component, String authorization);

  /** Parameters of the Authorization header, or the date, are not there. */
  ApiException missingParameters(AuthorizationHeader header, boolean dateMissing);

  /** Parameters of the query are not there, or come twice. */
  ApiException missingQueryParameters(List<String> missing);

  ApiException malformedCredential(String credential, boolean query);

  /** The date of the request cannot be read. */
  ApiException badDate(String value, boolean query);

  /**
   * The credential scope is wrong in at least one thing.
   *
   * @param date of the request, in basic form
   */
  ApiException wrongScope(CredentialScope scope, SigningPolicy policy, String date, boolean query);

  ApiException expired(Instant signed, Instant now);

  ApiException notYetCurrent(Instant signed, Instant now);

  /** X-Amz-Expires is no number of seconds of at most a week. */
  ApiException badExpires(String value);

  /** A presigned request came after its time. */
  ApiException presignExpired(Instant signed, long expires, Instant now);

  ApiException presignNotYetValid(Instant signed, long expires, Instant now);

  /** Headers that have to be signed are not. */
  ApiException notSigned(List<String> headers);

  /** The access key does not exist or is switched off, or the token does not fit to it. */
  ApiException unknown(String accessKeyId, @Nullable String sessionToken);

  ApiException expiredToken(@Nullable String sessionToken);

  ApiException mismatch(String accessKeyId, Canonical canonical, String provided);

  /** The body is larger than what may be held in memory. */
  ApiException tooLarge(long limit);

  /** The body ended too early, or could not be read. */
  ApiException incompleteBody();
}

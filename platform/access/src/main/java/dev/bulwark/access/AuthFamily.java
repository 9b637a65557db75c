package dev.bulwark.access;

/** Which words a service uses for requests that cannot be authenticated. */
public enum AuthFamily {
  /**
   * The query protocol, and XML services other than S3: {@code InvalidClientTokenId}, {@code
   * SignatureDoesNotMatch}, …
   */
  QUERY,
  /** EC2's: {@code AuthFailure}, … */
  EC2,
  /**
   * JSON 1.0, JSON 1.1 and CBOR, with status 400: {@code UnrecognizedClientException}, {@code
   * InvalidSignatureException}, …
   */
  JSON,
  /** The same codes with status 403. */
  REST_JSON,
  /**
   * S3's: {@code InvalidAccessKeyId}, {@code RequestTimeTooSkewed}, …; also S3's rules of signing.
   */
  S3
}

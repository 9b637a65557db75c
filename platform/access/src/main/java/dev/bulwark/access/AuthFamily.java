package dev.bulwark.access;

import dev.bulwark.schema.ServiceInfo;

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
  S3;

  /** The family of a service, by the first of its protocols. */
  public static AuthFamily of(ServiceInfo service) {
    return switch (service.protocols().getFirst()) {
      case QUERY -> QUERY;
      case EC2_QUERY -> EC2;
      case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> JSON;
      case REST_JSON -> REST_JSON;
      case REST_XML -> service.signingName().equals("s3") ? S3 : QUERY;
    };
  }
}

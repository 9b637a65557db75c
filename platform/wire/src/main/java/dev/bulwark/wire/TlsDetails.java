package dev.bulwark.wire;

/**
 * The TLS that a request came over, in the words of AWS's records: CloudTrail's {@code tlsDetails},
 * the access log of S3.
 *
 * @param version for instance {@code TLSv1.3}
 * @param cipherSuite by its name in OpenSSL, for instance {@code ECDHE-RSA-AES128-GCM-SHA256}
 */
public record TlsDetails(String version, String cipherSuite) {
  /** What requests of this installation's own parts stand for, since AWS's services use TLS. */
  static final TlsDetails ASSUMED = new TlsDetails("TLSv1.3", "TLS_AES_128_GCM_SHA256");

  private static final String PREFIX = "TLSv";

  /** The version as a number, as the condition key {@code s3:TlsVersion} has it: {@code 1.3}. */
  public String number() {
    return version.substring(PREFIX.length());
  }
}

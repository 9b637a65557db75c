package dev.bulwark.access;

import org.jspecify.annotations.Nullable;

/**
 * The five parts of a Credential parameter. Access key ids have no slashes, so neither has any
 * part.
 */
record CredentialScope(
    String accessKeyId, String date, String region, String service, String terminator) {

  static final String TERMINATOR = "aws4_request";

  /** Null where there are not five parts, or the first is empty. */
  static @Nullable CredentialScope parse(String credential) {
    int a = credential.indexOf('/');
    int b = a <= 0 ? -1 : credential.indexOf('/', a + 1);
    int c = b < 0 ? -1 : credential.indexOf('/', b + 1);
    int d = c < 0 ? -1 : credential.indexOf('/', c + 1);
    if (d < 0 || credential.indexOf('/', d + 1) >= 0) {
      return null;
    }
    return new CredentialScope(
        credential.substring(0, a),
        credential.substring(a + 1, b),
        credential.substring(b + 1, c),
        credential.substring(c + 1, d),
        credential.substring(d + 1));
  }

  boolean hasPlainDate() {
    if (date.length() != 8) {
      return false;
    }
    for (int i = 0; i < 8; i++) {
      if (date.charAt(i) < '0' || date.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  void write(Bytes out) {
    out.utf8(date).add('/').utf8(region).add('/').utf8(service).add('/').utf8(terminator);
  }
}

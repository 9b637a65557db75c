package dev.bulwark.wire;

import org.jspecify.annotations.Nullable;

/** Which service a request's credential scope names. */
final class CredentialScope {
  private CredentialScope() {}

  /**
   * The scope's service, for instance {@code iam}; null where the request is anonymous or signed in
   * another way.
   */
  static @Nullable String service(HttpRequest request) {
    var authorization = request.headers().first("authorization");
    if (authorization != null) {
      return authorization.startsWith("AWS4-") ? ofHeader(authorization) : null;
    }
    var query = request.rawQuery();
    if (query.isEmpty() || !query.contains("X-Amz-Credential=")) {
      return null;
    }
    var credential = Parameters.ofQuery(request).first("X-Amz-Credential");
    return credential == null ? null : beforeLast(credential, 0, credential.length());
  }

  private static @Nullable String ofHeader(String authorization) {
    var start = authorization.indexOf("Credential=");
    if (start < 0) {
      return null;
    }
    var end = authorization.indexOf(',', start);
    return beforeLast(authorization, start, end < 0 ? authorization.length() : end);
  }

  /** The last part but one between slashes: the last is {@code aws4_request}. */
  private static @Nullable String beforeLast(String text, int from, int to) {
    var last = text.lastIndexOf('/', to - 1);
    var before = last < 0 ? -1 : text.lastIndexOf('/', last - 1);
    return before <= from ? null : text.substring(before + 1, last);
  }
}

package dev.bulwark.access;

import org.jspecify.annotations.Nullable;

/**
 * An Authorization header, taken apart.
 *
 * @param text as it came
 * @param algorithm its first word
 * @param malformed the first part that is no key=value pair or repeats one; null where all are good
 */
record AuthorizationHeader(
    String text,
    String algorithm,
    @Nullable String credential,
    @Nullable String signedHeaders,
    @Nullable String signature,
    @Nullable String malformed) {

  /** Longer headers are refused: a hundred signed headers fit into a fraction of it. */
  static final int MAX_LENGTH = 16_384;

  static AuthorizationHeader parse(String text) {
    int end = nextSeparator(text, 0);
    var algorithm = text.substring(0, end);
    String credential = null;
    String signedHeaders = null;
    String signature = null;
    String malformed = null;
    int from = end;
    while (from < text.length() && malformed == null) {
      if (isSeparator(text.charAt(from))) {
        from++;
        continue;
      }
      int to = nextSeparator(text, from);
      int equals = text.indexOf('=', from);
      if (equals < 0 || equals >= to) {
        malformed = text.substring(from, to);
      } else {
        var value = text.substring(equals + 1, to);
        // Unknown names are let pass, as AWS does.
        switch (text.substring(from, equals)) {
          case "Credential" -> {
            malformed = credential == null ? null : text.substring(from, to);
            credential = value;
          }
          case "SignedHeaders" -> {
            malformed = signedHeaders == null ? null : text.substring(from, to);
            signedHeaders = value;
          }
          case "Signature" -> {
            malformed = signature == null ? null : text.substring(from, to);
            signature = value;
          }
          default -> {}
        }
      }
      from = to;
    }
    return new AuthorizationHeader(
        text, algorithm, credential, signedHeaders, signature, malformed);
  }

  static boolean isSeparator(char c) {
    return c == ' ' || c == ',' || c == '\t';
  }

  private static int nextSeparator(String text, int from) {
    int i = from;
    while (i < text.length() && !isSeparator(text.charAt(i))) {
      i++;
    }
    return i;
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Checks policy documents on their way in, and encodes them on their way out. */
final class PolicyDocuments {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PolicyDocuments() {}

  /**
   * Makes sure that a document is a policy of that kind.
   *
   * @throws dev.bulwark.schema.ApiException MalformedPolicyDocument
   */
  static void check(String document, PolicyKind kind) {
    try {
      Policy.parse(document, kind).checkStorable();
    } catch (PolicyException e) {
      throw IamErrors.malformedPolicy(String.valueOf(e.getMessage()));
    }
  }

  /** The size that quotas count: characters without white space. */
  static int size(String document) {
    int size = 0;
    for (int i = 0; i < document.length(); i++) {
      if (!Character.isWhitespace(document.charAt(i))) {
        size++;
      }
    }
    return size;
  }

  /** URL-encoded as RFC 3986 has it, the form of policy documents in responses. */
  static String encode(String document) {
    var out = new StringBuilder(document.length() * 2);
    for (byte b : document.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 'a' && b <= 'z'
          || b >= 'A' && b <= 'Z'
          || b >= '0' && b <= '9'
          || b == '-'
          || b == '_'
          || b == '.'
          || b == '~') {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.toHexDigits(b));
      }
    }
    return out.toString();
  }
}

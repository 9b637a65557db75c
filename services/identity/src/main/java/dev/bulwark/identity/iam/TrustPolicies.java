package dev.bulwark.identity.iam;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Policies that name principals. Role trust policies, and key policies likewise, name users, roles
 * and their sessions by ARN, but are stored with their unique ids, so that a user who is deleted
 * and made anew under the same name does not inherit the trust. On reading ids become ARNs again,
 * where their owner still exists.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html">The
 *     principal element</a>
 */
public final class TrustPolicies {
  private static final JsonFactory JSON = new JsonFactory();

  private TrustPolicies() {}

  /**
   * The form to store of a well-formed policy.
   *
   * @throws dev.bulwark.schema.ApiException MalformedPolicyDocument where a principal does not
   *     exist
   */
  public static String bind(String document, PrincipalDirectory directory) {
    return rewrite(document, principal -> bindPrincipal(principal, directory));
  }

  /** The form to show of a stored policy. */
  public static String show(String stored, PrincipalDirectory directory) {
    return rewrite(stored, principal -> showPrincipal(principal, directory));
  }

  /** The form to show of one stored principal. */
  public static String showPrincipal(String principal, PrincipalDirectory directory) {
    return isUniqueId(principal) ? directory.arn(principal).orElse(principal) : principal;
  }

  /**
   * The form to store of one principal.
   *
   * @throws dev.bulwark.schema.ApiException MalformedPolicyDocument where it does not exist
   */
  public static String bindPrincipal(String principal, PrincipalDirectory directory) {
    if (principal.equals("*")) {
      return principal;
    }
    if (AccountId.isValid(principal)) {
      return "arn:aws:iam::" + principal + ":root";
    }
    if (isUniqueId(principal)) {
      if (directory.arn(principal).isEmpty()) {
        throw IamErrors.invalidPrincipal(principal);
      }
      return principal;
    }
    var arn = Arn.tryParse(principal).orElseThrow(() -> IamErrors.invalidPrincipal(principal));
    if (!arn.partition().equals("aws")
        || !arn.region().isEmpty()
        || !AccountId.isValid(arn.account())) {
      throw IamErrors.invalidPrincipal(principal);
    }
    if (arn.service().equals("iam") && arn.resource().equals("root")) {
      return principal;
    }
    if (arn.service().equals("iam")) {
      return directory.uniqueId(principal).orElseThrow(() -> IamErrors.invalidPrincipal(principal));
    }
    if (arn.service().equals("sts") && arn.resourceType().equals("assumed-role")) {
      return directory.sessionId(arn).orElseThrow(() -> IamErrors.invalidPrincipal(principal));
    }
    if (arn.service().equals("sts") && arn.resourceType().equals("federated-user")) {
      return principal;
    }
    throw IamErrors.invalidPrincipal(principal);
  }

  private static boolean isUniqueId(String principal) {
    return principal.startsWith("AIDA") || principal.startsWith("AROA");
  }

  /** Replaces each string under Statement, Principal, AWS; every other character stays as it is. */
  private static String rewrite(String document, UnaryOperator<String> mapping) {
    var rewriter = new Rewriter(document, mapping);
    try (var parser = JSON.createParser(ObjectReadContext.empty(), document)) {
      parser.nextToken();
      eachMember(
          parser,
          "Statement",
          () ->
              eachElement(
                  parser,
                  () ->
                      eachMember(
                          parser,
                          "Principal",
                          () ->
                              eachMember(
                                  parser,
                                  "AWS",
                                  () -> eachElement(parser, () -> rewriter.string(parser))))));
    }
    return rewriter.finish();
  }

  /**
   * Visits the values of that name in the object at the parser; does nothing where there is no
   * object.
   */
  private static void eachMember(JsonParser parser, String name, Runnable visitor) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var wanted = parser.currentName().equals(name);
      parser.nextToken();
      if (wanted) {
        visitor.run();
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Visits the elements of the array at the parser, or the one value that stands for it. */
  private static void eachElement(JsonParser parser, Runnable visitor) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      visitor.run();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      visitor.run();
    }
  }

  private static final class Rewriter {
    private final String document;
    private final UnaryOperator<String> mapping;
    private final StringBuilder out = new StringBuilder();
    private int copied;

    Rewriter(String document, UnaryOperator<String> mapping) {
      this.document = document;
      this.mapping = mapping;
    }

    void string(JsonParser parser) {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        parser.skipChildren();
        return;
      }
      int start = (int) parser.currentTokenLocation().getCharOffset();
      int end = endOfString(start);
      var before = parser.getString();
      var after = mapping.apply(before);
      if (!after.equals(before)) {
        out.append(document, copied, start).append('"');
        for (int i = 0; i < after.length(); i++) {
          char c = after.charAt(i);
          if (c == '"' || c == '\\') {
            out.append('\\');
          }
          out.append(c);
        }
        out.append('"');
        copied = end;
      }
    }

    private int endOfString(int start) {
      int i = start + 1;
      while (document.charAt(i) != '"') {
        i += document.charAt(i) == '\\' ? 2 : 1;
      }
      return i + 1;
    }

    String finish() {
      return out.append(document, copied, document.length()).toString();
    }
  }
}

package dev.bulwark.policy;

import dev.bulwark.policy.PolicyException.Problem;
import dev.bulwark.policy.Principals.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The form of principals. Whether they exist is for the service to find out. */
final class PrincipalForm {
  private PrincipalForm() {}

  static Principals read(Map<String, List<String>> byType, boolean negated, PolicyKind kind)
      throws PolicyException {
    List<Principal> principals = new ArrayList<>();
    for (var entry : byType.entrySet()) {
      var type = entry.getKey();
      for (var value : entry.getValue()) {
        principals.add(principal(type, value, kind));
      }
    }
    return new Principals(negated, List.copyOf(principals));
  }

  private static Principal principal(String type, String value, PolicyKind kind)
      throws PolicyException {
    return switch (type) {
      case "*" -> {
        if (!value.equals("*")) {
          throw bad(
              kind == PolicyKind.TRUST
                  ? "Principal must be a JSON object."
                  : PolicyWording.invalidPrincipal(value, null));
        }
        yield new Principal.Everyone();
      }
      case "AWS" -> aws(value);
      case "Service" -> {
        if (!isName(value) || value.indexOf('.') < 0) {
          throw bad(type, value);
        }
        yield new Principal.Service(value);
      }
      case "Federated" -> {
        if (value.isEmpty() || hasWildcard(value)) {
          throw bad(type, value);
        }
        yield new Principal.Federated(value);
      }
      case "CanonicalUser" -> {
        if (kind == PolicyKind.TRUST || !isName(value)) {
          throw bad(type, value);
        }
        yield new Principal.CanonicalUser(value);
      }
      default -> throw bad(PolicyWording.invalidPrincipal(type, null));
    };
  }

  private static Principal aws(String value) throws PolicyException {
    if (value.equals("*")) {
      return new Principal.Everyone();
    }
    if (isAccountId(value)) {
      return new Principal.Account(value);
    }
    if (isUniqueId(value) || isSessionId(value)) {
      return new Principal.UniqueId(value);
    }
    var parts = value.split(":", 6);
    if (parts.length == 6
        && parts[0].equals("arn")
        && isAccountId(parts[4])
        && !hasWildcard(value)) {
      var path = parts[5];
      if (parts[2].equals("iam")) {
        if (path.equals("root")) {
          return new Principal.Account(parts[4]);
        }
        if (isNamed(path, "user/") || isNamed(path, "role/")) {
          return new Principal.Arn(value);
        }
      } else if (parts[2].equals("sts")
          && (isNamed(path, "federated-user/")
              || (isNamed(path, "assumed-role/") && path.indexOf('/', 13) > 13))) {
        return new Principal.Arn(value);
      }
    }
    throw bad("AWS", value);
  }

  private static boolean isNamed(String path, String prefix) {
    return path.startsWith(prefix) && path.length() > prefix.length() && !path.endsWith("/");
  }

  private static boolean isAccountId(String text) {
    return text.length() == 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isUniqueId(String text) {
    return text.length() >= 16
        && text.length() <= 128
        && text.charAt(0) == 'A'
        && text.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
  }

  /** The unique id of a role session: {@code AROA…:session}. */
  private static boolean isSessionId(String text) {
    int colon = text.indexOf(':');
    return colon > 0
        && text.startsWith("AROA")
        && isUniqueId(text.substring(0, colon))
        && colon < text.length() - 1
        && text.indexOf('/') < 0
        && !hasWildcard(text);
  }

  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '.'
                        || c == '_');
  }

  private static boolean hasWildcard(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  /** IAM names the type in capitals here. */
  private static PolicyException bad(String type, String value) {
    return bad(PolicyWording.invalidPrincipal(type.toUpperCase(Locale.ROOT), value));
  }

  private static PolicyException bad(String message) {
    return new PolicyException(Problem.INVALID_PRINCIPAL, message);
  }
}

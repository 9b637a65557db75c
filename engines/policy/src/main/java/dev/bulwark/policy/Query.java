package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/** A request in the form that statements are matched with. Belongs to one decision. */
final class Query {
  private final AuthorizationRequest request;
  private final String action;
  private final String service;
  private final boolean bounded;

  /** The key that was looked up last: statement after statement often asks for the same. */
  private @Nullable String lastKey;

  private @Nullable ContextValue lastValue;

  private Query(AuthorizationRequest request, String action, String service, boolean bounded) {
    this.request = request;
    this.action = action;
    this.service = service;
    this.bounded = bounded;
  }

  static Query of(AuthorizationRequest request, boolean bounded) {
    var action = CompiledStatement.lowerCase(request.action());
    int colon = action.indexOf(':');
    return new Query(request, action, colon < 0 ? action : action.substring(0, colon), bounded);
  }

  AuthorizationRequest request() {
    return request;
  }

  /** {@code iam:createuser}. */
  String action() {
    return action;
  }

  /** {@code iam}. */
  String service() {
    return service;
  }

  /** Whether the requester has a permissions boundary. */
  boolean bounded() {
    return bounded;
  }

  /** The value of a condition key. */
  @SuppressWarnings("ReferenceEquality") // policies share the names of keys, so most are the same
  @Nullable ContextValue lookup(String lowerCaseKey) {
    if (lastKey == lowerCaseKey) {
      return lastValue;
    }
    var value = request.context().lookup(lowerCaseKey);
    lastKey = lowerCaseKey;
    lastValue = value;
    return value;
  }
}

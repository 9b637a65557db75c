package dev.bulwark.policy;

/**
 * A request in the form that statements are matched with.
 *
 * @param action {@code iam:createuser}
 * @param service {@code iam}
 * @param bounded whether the requester has a permissions boundary
 */
record Query(AuthorizationRequest request, String action, String service, boolean bounded) {
  static Query of(AuthorizationRequest request, boolean bounded) {
    var action = CompiledStatement.lowerCase(request.action());
    int colon = action.indexOf(':');
    return new Query(request, action, colon < 0 ? action : action.substring(0, colon), bounded);
  }
}

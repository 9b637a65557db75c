package dev.bulwark.policy;

/**
 * An action as the index knows it.
 *
 * @param lowerCase {@code iam:createuser}
 * @param service {@code iam}
 */
record ActionName(String lowerCase, String service) {
  static ActionName of(String action) {
    var lowerCase = CompiledStatement.lowerCase(action);
    int colon = lowerCase.indexOf(':');
    return new ActionName(lowerCase, colon < 0 ? lowerCase : lowerCase.substring(0, colon));
  }
}

package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/**
 * IAM's words for what is wrong. CreateRole and UpdateAssumeRolePolicy word things differently from
 * the operations that take permissions policies; {@code s} in both stands for what the message
 * quotes.
 */
record PolicyWording(
    String json,
    String syntax,
    String version,
    String emptyStatement,
    String duplicateSid,
    String missingEffect,
    String missingAction) {

  private static final PolicyWording PERMISSIONS =
      new PolicyWording(
          "Syntax errors in policy.",
          "Syntax errors in policy.",
          "Policy document must be version 2012-10-17 or greater.",
          "Syntax errors in policy.",
          "Statement IDs (SID) in a single policy must be unique.",
          "Syntax errors in policy.",
          "Policy statement must contain actions.");

  private static final PolicyWording TRUST =
      new PolicyWording(
          "This policy contains invalid Json",
          "Syntax errors in policy.",
          "The policy must contain a valid version string",
          "Could not parse the policy: Statement is empty!",
          "The Statement Ids in the policy are not unique",
          "Missing required field Effect",
          "Missing required field Action");

  static PolicyWording of(PolicyKind kind) {
    return kind == PolicyKind.TRUST ? TRUST : PERMISSIONS;
  }

  static String legacy() {
    return "The policy failed legacy parsing";
  }

  static String invalidSid() {
    return "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
  }

  static String invalidPrincipal(String type, @Nullable String value) {
    return "Invalid principal in policy: \""
        + type
        + "\""
        + (value == null ? "" : ":\"" + value + "\"");
  }
}

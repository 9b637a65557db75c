package dev.bulwark.identity.sts;

import dev.bulwark.api.sts.InvalidAuthorizationMessageException;
import dev.bulwark.api.sts.MalformedPolicyDocumentException;
import dev.bulwark.api.sts.PackedPolicyTooLargeException;
import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/** STS's errors, in its own words: programs and people match on them. */
final class StsErrors {

  private StsErrors() {}

  static ApiException notAuthorized(String caller, String action, String resource) {
    return accessDenied(
        "User: %s is not authorized to perform: %s on resource: %s"
            .formatted(caller, action, resource));
  }

  static ApiException rootMayNotAssumeRoles() {
    return accessDenied("Roles may not be assumed by root accounts.");
  }

  /**
   * @param operation for instance {@code GetSessionToken}
   */
  static ApiException sessionCredentials(String operation) {
    return accessDenied("Cannot call " + operation + " with session credentials");
  }

  /**
   * Also said of every code while there are no MFA devices: none can be associated with the caller.
   */
  static ApiException mfaFailed() {
    return accessDenied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  "
            + "Please verify your MFA serial number is valid and associated with this user.");
  }

  static ApiException invalidArn(String arn) {
    return validation(arn + " is invalid");
  }

  static ApiException invalidRequestArn() {
    return validation("Request ARN is invalid");
  }

  static ApiException beyondMaxSessionDuration() {
    return validation(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }

  static ApiException beyondChainingLimit() {
    return validation(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  }

  static ApiException sourceIdentityIsSet() {
    return validation("The source identity is already set for this assume role session");
  }

  static ApiException duplicateTagKeys() {
    return invalidParameter(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }

  static ApiException reservedTagKey() {
    return invalidParameter("Tag keys cannot start with AWS reserved prefix for system tags.");
  }

  static ApiException transitiveKeyWithoutTag() {
    return invalidParameter(
        "The specified transitive tag key must be included in the requested tags.");
  }

  static ApiException transitiveTagConflict() {
    return invalidParameter(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the"
            + " calling session.");
  }

  static ApiException tooManyPolicyArns(int given, int most) {
    return validation(
        "1 validation error detected: Value of length %d at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to %d"
            .formatted(given, most));
  }

  static ApiException noSuchPolicy(String arn) {
    return validation("Policy " + arn + " does not exist or is not attachable.");
  }

  static ApiException malformedPolicy(@Nullable String message) {
    return new MalformedPolicyDocumentException(message);
  }

  static ApiException packedPolicyTooLarge(int percent) {
    return new PackedPolicyTooLargeException(
        "Packed policy consumes " + percent + "% of allotted space, please use smaller policy.");
  }

  static ApiException packedTagsTooLarge(int percent) {
    return new PackedPolicyTooLargeException(
        "Packed size of session tags consumes " + percent + "% of allotted space.");
  }

  static ApiException invalidAccessKeyId(String id) {
    return validation("Invalid Access Key Id: " + id);
  }

  static ApiException providedContexts() {
    return new ApiException(
        "NotImplemented",
        501,
        "Bulwark does not implement the parameter ProvidedContexts of AssumeRole yet.");
  }

  private static ApiException accessDenied(String message) {
    return new ApiException("AccessDenied", 403, message);
  }

  private static ApiException validation(String message) {
    return new ApiException("ValidationError", 400, message);
  }

  private static ApiException invalidParameter(String message) {
    return new ApiException("InvalidParameterValue", 400, message);
  }

  static ApiException invalidAuthorizationMessage() {
    return new InvalidAuthorizationMessageException("Message is not valid");
  }
}

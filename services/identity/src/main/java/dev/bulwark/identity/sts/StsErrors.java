package dev.bulwark.identity.sts;

import dev.bulwark.api.sts.ExpiredTokenException;
import dev.bulwark.api.sts.IDPCommunicationErrorException;
import dev.bulwark.api.sts.IDPRejectedClaimException;
import dev.bulwark.api.sts.InvalidAuthorizationMessageException;
import dev.bulwark.api.sts.InvalidIdentityTokenException;
import dev.bulwark.api.sts.JWTPayloadSizeExceededException;
import dev.bulwark.api.sts.MalformedPolicyDocumentException;
import dev.bulwark.api.sts.OutboundWebIdentityFederationDisabledException;
import dev.bulwark.api.sts.PackedPolicyTooLargeException;
import dev.bulwark.api.sts.SessionDurationEscalationException;
import dev.bulwark.schema.ApiException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** STS's errors, in its own words: programs and people match on them. */
final class StsErrors {

  private StsErrors() {}

  static ApiException notAuthorized(String caller, String action, String resource) {
    return accessDenied(
        "User: %s is not authorized to perform: %s on resource: %s"
            .formatted(caller, action, resource));
  }

  /** Whom a provider vouches for is told no more. */
  static ApiException notAuthorized(String action) {
    return accessDenied("Not authorized to perform " + action);
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

  static ApiException mfaIncomplete() {
    return accessDenied(
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.");
  }

  static ApiException mfaWrongCode() {
    return accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  }

  /** The device is unknown, or another's. */
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

  static ApiException webIdentityNoJwt() {
    return invalidToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  }

  /** AWS's words for an algorithm that it does not take are not known. */
  static ApiException tokenAlgorithm(String algorithm) {
    return invalidToken("Unsupported token signing algorithm: " + algorithm);
  }

  static ApiException missingClaim(String claim) {
    return invalidToken("Missing a required claim: " + claim);
  }

  /** AWS's words for a claim of another form are not known. */
  static ApiException unusableClaim(String claim) {
    return invalidToken("Invalid value for the claim: " + claim);
  }

  static ApiException noOidcProvider(String issuer) {
    return invalidToken("No OpenIDConnect provider found in your account for " + issuer);
  }

  static ApiException wrongAudience() {
    return invalidToken("Incorrect token audience");
  }

  static ApiException noVerificationKey() {
    return invalidToken(
        "Couldn't retrieve verification key from your identity provider,  please reference"
            + " AssumeRoleWithWebIdentity documentation for requirements");
  }

  static ApiException wrongThumbprint() {
    return invalidToken(
        "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");
  }

  /** AWS's words for a signature that the provider's key does not bear out are not known. */
  static ApiException tokenSignature() {
    return invalidToken("Token signature invalid");
  }

  static ApiException tokenExpired(Instant now, Instant expiry) {
    return new ExpiredTokenException(
        "Token expired: current date/time %d must be before the expiration date/time %d"
            .formatted(now.getEpochSecond(), expiry.getEpochSecond()));
  }

  static ApiException tokenNotYetValid(Instant now, Instant from) {
    return invalidToken(
        "Token is not yet valid: current date/time %d must be after %d"
            .formatted(now.getEpochSecond(), from.getEpochSecond()));
  }

  static ApiException providerUnreachable() {
    return new IDPCommunicationErrorException(
        "Could not communicate with the identity provider to verify the token. Please try again.");
  }

  /** Access tokens of OAuth 2.0 are checked by asking Amazon or Facebook about them. */
  static ApiException accessTokens() {
    return new ApiException(
        "NotImplemented",
        501,
        "Bulwark does not implement the parameter ProviderId of AssumeRoleWithWebIdentity yet.");
  }

  static ApiException unreadableSamlResponse() {
    return invalidToken("Your request included an invalid SAML response");
  }

  static ApiException samlSignature() {
    return invalidToken("Response signature invalid");
  }

  static ApiException noSamlProvider() {
    return invalidToken("Specified provider doesn't exist");
  }

  static ApiException samlIssuer() {
    return invalidToken("Issuer not present in specified provider");
  }

  static ApiException samlAudience() {
    return invalidToken("Response does not contain the required audience");
  }

  static ApiException samlRejected(String status) {
    return new IDPRejectedClaimException(
        "The identity provider reported that authentication failed: " + status);
  }

  static ApiException samlTooLate() {
    return new ExpiredTokenException("Token must be redeemed within 5 minutes of issuance");
  }

  static ApiException samlDecryption() {
    return invalidToken("Failed to decrypt the assertion");
  }

  static ApiException samlEncryptionRequired() {
    return invalidToken("The identity provider requires encrypted assertions");
  }

  static ApiException samlNoSessionName() {
    return invalidToken("RoleSessionName is required in AuthnResponse");
  }

  static ApiException samlSessionName() {
    return invalidToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
  }

  static ApiException sourceIdentity() {
    return invalidToken(
        "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"");
  }

  static ApiException invalidSessionTag() {
    return invalidToken(
        "Session tags must have keys of 1 to 128 and values of up to 256 characters");
  }

  static ApiException tooManySessionTags(int most) {
    return invalidToken("At most " + most + " session tags can be passed");
  }

  static ApiException rootMayNotAssumeRoot() {
    return accessDenied("AssumeRoot may not be called by root accounts.");
  }

  /** AWS's words for another policy than those of root tasks are not known. */
  static ApiException noSuchTask(String arn) {
    return validation(arn + " is not a valid task policy");
  }

  private static ApiException invalidToken(String message) {
    return new InvalidIdentityTokenException(message);
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

  /** AWS's words for it are not known, nor for the errors of tokens below. */
  static ApiException signingAlgorithm(String name) {
    return validation("The signing algorithm " + name + " is not RS256 or ES384");
  }

  static ApiException outboundDisabled() {
    return new OutboundWebIdentityFederationDisabledException(
        "Outbound web identity federation is not enabled for this account");
  }

  static ApiException sessionDurationEscalation() {
    return new SessionDurationEscalationException(
        "The requested token duration would extend the session beyond its original expiration time");
  }

  static ApiException payloadTooLarge() {
    return new JWTPayloadSizeExceededException(
        "The requested token payload size exceeds the maximum allowed size");
  }
}

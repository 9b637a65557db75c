package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.DeleteConflictException;
import dev.bulwark.api.iam.EntityAlreadyExistsException;
import dev.bulwark.api.iam.EntityTemporarilyUnmodifiableException;
import dev.bulwark.api.iam.InvalidInputException;
import dev.bulwark.api.iam.InvalidUserTypeException;
import dev.bulwark.api.iam.LimitExceededException;
import dev.bulwark.api.iam.MalformedPolicyDocumentException;
import dev.bulwark.api.iam.NoSuchEntityException;
import dev.bulwark.api.iam.OpenIdIdpCommunicationErrorException;
import dev.bulwark.api.iam.PasswordPolicyViolationException;
import dev.bulwark.api.iam.PolicyNotAttachableException;
import dev.bulwark.api.iam.UnmodifiableEntityException;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;

/** IAM's errors, in its own words: programs and people match on them. */
final class IamErrors {

  private IamErrors() {}

  static ApiException noEntity(EntityKind kind, String name) {
    return new NoSuchEntityException(
        "The " + kind.noun() + " with name " + name + " cannot be found.");
  }

  static ApiException entityExists(EntityKind kind, String name) {
    return new EntityAlreadyExistsException(
        kind.capitalized() + " with name " + name + " already exists.");
  }

  static ApiException noInstanceProfile(String name) {
    return new NoSuchEntityException("Instance Profile " + name + " cannot be found.");
  }

  static ApiException instanceProfileExists(String name) {
    return new EntityAlreadyExistsException("Instance Profile " + name + " already exists.");
  }

  static ApiException noInlinePolicy(EntityKind kind, String policyName) {
    return new NoSuchEntityException(
        "The " + kind.noun() + " policy with name " + policyName + " cannot be found.");
  }

  static ApiException noPolicy(String arn) {
    return new NoSuchEntityException("Policy " + arn + " was not found.");
  }

  static ApiException policyNotAttachable(String arn) {
    return new NoSuchEntityException("Policy " + arn + " does not exist or is not attachable.");
  }

  /** Policies of the path {@code /aws-service-role/} belong to service-linked roles alone. */
  static ApiException serviceRolePolicyNotAttachable() {
    return new PolicyNotAttachableException(
        "Cannot attach a Service Role Policy to a Customer Role.");
  }

  static ApiException noPolicyVersion(String arn, String version) {
    return new NoSuchEntityException(
        "Policy " + arn + " version " + version + " does not exist or is not attachable.");
  }

  static ApiException policyExists(String name) {
    return new EntityAlreadyExistsException(
        "A policy called " + name + " already exists. Duplicate names are not allowed.");
  }

  static ApiException tooManyVersions(int most) {
    return new LimitExceededException(
        "A managed policy can have up to "
            + most
            + " versions. Before you create a new version, you must delete an existing version.");
  }

  static ApiException deleteDefaultVersion() {
    return new DeleteConflictException("Cannot delete the default version of a policy.");
  }

  static ApiException deleteAttachedPolicy() {
    return new DeleteConflictException("Cannot delete a policy attached to entities.");
  }

  static ApiException deletePolicyWithVersions() {
    return new DeleteConflictException(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
            + " The default version is deleted with the policy.");
  }

  static ApiException invalidArn(String arn) {
    return new InvalidInputException("ARN " + arn + " is not valid.");
  }

  static ApiException noBoundary(String arn) {
    return new NoSuchEntityException("Scope ARN: " + arn + " does not exist or is not attachable.");
  }

  /** For a user or role to take it from; AWS's code, whose words are not known. */
  static ApiException hasNoBoundary(Entity entity) {
    return new NoSuchEntityException(
        "The " + entity.kind().noun() + " " + entity.name() + " has no permissions boundary.");
  }

  /** AWS's code, whose words are not known. */
  static ApiException noTags() {
    return new InvalidInputException("At least one tag must be given.");
  }

  /**
   * @param what for instance {@code detach all policies}
   */
  static ApiException mustFirst(String what) {
    return new DeleteConflictException("Cannot delete entity, must " + what + " first.");
  }

  /**
   * @param quota for instance {@code AccessKeysPerUser}
   */
  static ApiException quotaExceeded(String quota, int most) {
    return new LimitExceededException("Cannot exceed quota for " + quota + ": " + most);
  }

  static ApiException inlineSizeExceeded(EntityKind kind, String name, int most) {
    return new LimitExceededException(
        "Maximum policy size of " + most + " bytes exceeded for " + kind.noun() + " " + name);
  }

  static ApiException malformedPolicy(String message) {
    return new MalformedPolicyDocumentException(message);
  }

  static ApiException invalidPrincipal(String principal) {
    return new MalformedPolicyDocumentException(
        "Invalid principal in policy: \"AWS\":\"" + principal + "\"");
  }

  static ApiException noAccessKey(String id) {
    return new NoSuchEntityException("The Access Key with id " + id + " cannot be found.");
  }

  static ApiException mustSpecifyUserName() {
    return new ApiException(
        "ValidationError", 400, "Must specify userName when calling with non-User credentials");
  }

  static ApiException invalidMarker(String marker) {
    return new ApiException("ValidationError", 400, "Invalid Marker: " + marker);
  }

  static ApiException duplicateTagKeys() {
    return new InvalidInputException(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }

  /** Of a provider, whose tag keys are not; AWS's code, whose words are not known. */
  static ApiException duplicateTagKey() {
    return new InvalidInputException("Duplicate tag keys found.");
  }

  static ApiException tooManyTags() {
    return new LimitExceededException("The number of tags has reached the maximum limit.");
  }

  static ApiException reservedTagKey() {
    return new InvalidInputException("Tag keys beginning with aws: are reserved for system use.");
  }

  static ApiException noLoginProfile(String user) {
    return new NoSuchEntityException("Login Profile for User " + user + " cannot be found.");
  }

  static ApiException loginProfileExists(String user) {
    return new EntityAlreadyExistsException("Login Profile for user " + user + " already exists.");
  }

  static ApiException passwordViolation(String message) {
    return new PasswordPolicyViolationException(message);
  }

  static ApiException notAUser() {
    return new InvalidUserTypeException("Only IAM Users can change their own password.");
  }

  static ApiException wrongOldPassword() {
    return new ApiException("AccessDenied", 403, "The old password was incorrect.");
  }

  static ApiException passwordChangedMeanwhile() {
    return new EntityTemporarilyUnmodifiableException(
        "The password was changed by another request at the same time. Please try again.");
  }

  static ApiException noPasswordPolicy(String accountId) {
    return new NoSuchEntityException(
        "The Password Policy with domain name " + accountId + " cannot be found.");
  }

  static ApiException aliasExists(String alias) {
    return new EntityAlreadyExistsException("The account alias " + alias + " already exists.");
  }

  static ApiException noAlias(String alias) {
    return new NoSuchEntityException("The account alias " + alias + " cannot be found.");
  }

  static ApiException unmodifiable(String roleName) {
    return new UnmodifiableEntityException(
        "Cannot perform the operation on the protected role '"
            + roleName
            + "' - this role is only modifiable by AWS");
  }

  /** AWS's own policies are nobody's to change. */
  static ApiException ownedByAws(Call call, String arn) {
    return new ApiException(
        "AccessDenied",
        403,
        "User: "
            + call.principal().arn()
            + " is not authorized to perform: iam:"
            + call.operation().name()
            + " on resource: policy "
            + arn);
  }

  static ApiException invalidClientToken() {
    return new ApiException(
        "InvalidClientTokenId", 403, "The security token included in the request is invalid.");
  }

  static ApiException invalidProviderUrl() {
    return new ApiException("ValidationError", 400, "Invalid Open ID Connect Provider URL");
  }

  static ApiException oidcProviderExists(String url) {
    return new EntityAlreadyExistsException("Provider with url " + url + " already exists.");
  }

  static ApiException noOidcProvider(String arn) {
    return new NoSuchEntityException("OpenIDConnect Provider not found for arn " + arn);
  }

  static ApiException tooManyThumbprints(int most) {
    return new InvalidInputException(
        "Thumbprint list must contain fewer than " + most + " entries.");
  }

  static ApiException noThumbprint() {
    return new InvalidInputException("Thumbprint list must contain at least one entry.");
  }

  static ApiException providerUnreachable(String url) {
    return new OpenIdIdpCommunicationErrorException(
        "Unable to retrieve the thumbprint of the identity provider's server certificate for url "
            + url);
  }

  static ApiException samlProviderExists(String name) {
    return new EntityAlreadyExistsException("Provider with name " + name + " already exists.");
  }

  static ApiException noSamlProvider(String arn) {
    return new NoSuchEntityException("Manifest not found for arn " + arn);
  }

  static ApiException unreadableMetadata() {
    return new InvalidInputException("Could not parse metadata");
  }

  static ApiException invalidPrivateKey() {
    return new InvalidInputException("Invalid private key.");
  }

  static ApiException tooManyPrivateKeys(int most) {
    return new LimitExceededException("Private key limit of " + most + " is reached.");
  }

  static ApiException encryptionWithoutKey() {
    return new InvalidInputException(
        "Unable to set assertion encryption mode to Required because no private key is provided.");
  }

  static ApiException addAndRemovePrivateKey() {
    return new InvalidInputException(
        "Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.");
  }

  static ApiException noProviderUpdate() {
    return new InvalidInputException(
        "Unable to update identity provider. No updates are defined for metadata or encryption assertion.");
  }

  static ApiException noSuchPrivateKey() {
    return new NoSuchEntityException(
        "Failed to remove private key because the Key ID does not match a private key.");
  }

  static ApiException lastPrivateKey() {
    return new InvalidInputException("Failed to remove private key.");
  }

  /** A role there would pass for one that belongs to a service. */
  static ApiException serviceLinkedPath() {
    return new InvalidInputException(
        "Path prefix '"
            + RoleRecord.SERVICE_LINKED_PATH
            + "' can only be used for AWS Service linked Roles");
  }
}

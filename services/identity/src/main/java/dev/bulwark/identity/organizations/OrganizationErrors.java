package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.AWSOrganizationsNotInUseException;
import dev.bulwark.api.organizations.AccessDeniedException;
import dev.bulwark.api.organizations.AccessDeniedForDependencyException;
import dev.bulwark.api.organizations.AccountAlreadyClosedException;
import dev.bulwark.api.organizations.AccountAlreadyRegisteredException;
import dev.bulwark.api.organizations.AccountNotFoundException;
import dev.bulwark.api.organizations.AccountNotRegisteredException;
import dev.bulwark.api.organizations.AlreadyInOrganizationException;
import dev.bulwark.api.organizations.ChildNotFoundException;
import dev.bulwark.api.organizations.ConstraintViolationException;
import dev.bulwark.api.organizations.ConstraintViolationExceptionReason;
import dev.bulwark.api.organizations.CreateAccountStatusNotFoundException;
import dev.bulwark.api.organizations.DestinationParentNotFoundException;
import dev.bulwark.api.organizations.DuplicateAccountException;
import dev.bulwark.api.organizations.DuplicateHandshakeException;
import dev.bulwark.api.organizations.DuplicateOrganizationalUnitException;
import dev.bulwark.api.organizations.DuplicatePolicyAttachmentException;
import dev.bulwark.api.organizations.DuplicatePolicyException;
import dev.bulwark.api.organizations.EffectivePolicyNotFoundException;
import dev.bulwark.api.organizations.HandshakeAlreadyInStateException;
import dev.bulwark.api.organizations.HandshakeConstraintViolationException;
import dev.bulwark.api.organizations.HandshakeConstraintViolationExceptionReason;
import dev.bulwark.api.organizations.HandshakeNotFoundException;
import dev.bulwark.api.organizations.InvalidHandshakeTransitionException;
import dev.bulwark.api.organizations.InvalidInputException;
import dev.bulwark.api.organizations.InvalidInputExceptionReason;
import dev.bulwark.api.organizations.MalformedPolicyDocumentException;
import dev.bulwark.api.organizations.MasterCannotLeaveOrganizationException;
import dev.bulwark.api.organizations.OrganizationNotEmptyException;
import dev.bulwark.api.organizations.OrganizationalUnitNotEmptyException;
import dev.bulwark.api.organizations.OrganizationalUnitNotFoundException;
import dev.bulwark.api.organizations.ParentNotFoundException;
import dev.bulwark.api.organizations.PolicyInUseException;
import dev.bulwark.api.organizations.PolicyNotAttachedException;
import dev.bulwark.api.organizations.PolicyNotFoundException;
import dev.bulwark.api.organizations.PolicyTypeAlreadyEnabledException;
import dev.bulwark.api.organizations.PolicyTypeNotAvailableForOrganizationException;
import dev.bulwark.api.organizations.PolicyTypeNotEnabledException;
import dev.bulwark.api.organizations.ResourcePolicyNotFoundException;
import dev.bulwark.api.organizations.RootNotFoundException;
import dev.bulwark.api.organizations.SourceParentNotFoundException;
import dev.bulwark.api.organizations.TargetNotFoundException;
import dev.bulwark.schema.ApiException;

/**
 * Organizations' errors. The words are AWS's where they are known from its clients' logs; for the
 * rest they are those by which the API reference describes the error.
 */
final class OrganizationErrors {
  private OrganizationErrors() {}

  static ApiException notInUse() {
    return new AWSOrganizationsNotInUseException(
        "Your account is not a member of an organization.");
  }

  /** The caller's policies allow it, but its account is not the one that may. */
  static ApiException accessDenied() {
    return new AccessDeniedException("You don't have permissions to access this resource.");
  }

  static ApiException serviceLinkedRoleDenied() {
    return new AccessDeniedForDependencyException(
            "The request failed because your credentials do not have permission to create the service-linked role"
                + " required by AWS Organizations.")
        .with("Reason", "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE");
  }

  static ApiException alreadyInOrganization() {
    return new AlreadyInOrganizationException(
        "The AWS account is already a member of an organization.");
  }

  static ApiException notEmpty() {
    return new OrganizationNotEmptyException(
        "To delete an organization you must first remove all member accounts (except the master).");
  }

  static ApiException noAccount() {
    return new AccountNotFoundException("You specified an account that doesn't exist.");
  }

  static ApiException noParent() {
    return new ParentNotFoundException("You specified a parent that doesn't exist.");
  }

  static ApiException noSourceParent() {
    return new SourceParentNotFoundException("You specified a source parent that doesn't exist.");
  }

  static ApiException noDestinationParent() {
    return new DestinationParentNotFoundException(
        "You specified a destination parent that doesn't exist.");
  }

  static ApiException noChild() {
    return new ChildNotFoundException("You specified a child that doesn't exist.");
  }

  static ApiException noRoot() {
    return new RootNotFoundException("You specified a root that doesn't exist.");
  }

  static ApiException noUnit() {
    return new OrganizationalUnitNotFoundException(
        "You specified an organizational unit that doesn't exist.");
  }

  static ApiException noTarget() {
    return new TargetNotFoundException("You specified a target that doesn't exist.");
  }

  static ApiException noPolicy() {
    return new PolicyNotFoundException("You specified a policy that doesn't exist.");
  }

  static ApiException noCreation() {
    return new CreateAccountStatusNotFoundException(
        "You specified a create account request that doesn't exist.");
  }

  static ApiException noHandshake() {
    return new HandshakeNotFoundException("You specified a handshake that doesn't exist.");
  }

  static ApiException noResourcePolicy() {
    return new ResourcePolicyNotFoundException("No resource-based policy found.");
  }

  static ApiException noEffectivePolicy() {
    return new EffectivePolicyNotFoundException(
        "The specified policy type is not enabled. Enable that policy type on your organization root and then retry.");
  }

  static ApiException unitExists() {
    return new DuplicateOrganizationalUnitException("An OU with the same name already exists.");
  }

  static ApiException unitNotEmpty() {
    return new OrganizationalUnitNotEmptyException(
        "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs,"
            + " and try the operation again.");
  }

  static ApiException accountInDestination() {
    return new DuplicateAccountException(
        "That account is already present in the specified destination.");
  }

  static ApiException managementCannotLeave() {
    return new MasterCannotLeaveOrganizationException(
        "You can't remove a management account from an organization.");
  }

  static ApiException alreadyClosed() {
    return new AccountAlreadyClosedException("The provided account is already closed.");
  }

  static ApiException policyExists() {
    return new DuplicatePolicyException("A policy with the same name already exists.");
  }

  static ApiException malformedPolicy() {
    return new MalformedPolicyDocumentException(
        "The provided policy document does not meet the requirements of the specified policy type.");
  }

  static ApiException policyInUse() {
    return new PolicyInUseException(
        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts"
            + " before performing this operation.");
  }

  static ApiException policyAttached() {
    return new DuplicatePolicyAttachmentException(
        "A policy with the specified name and type already exists.");
  }

  static ApiException policyNotAttached() {
    return new PolicyNotAttachedException(
        "The policy isn't attached to the specified target in the specified root.");
  }

  static ApiException policyTypeEnabled() {
    return new PolicyTypeAlreadyEnabledException("The specified policy type is already enabled.");
  }

  static ApiException policyTypeNotEnabled() {
    return new PolicyTypeNotEnabledException(
        "This operation can be performed only for enabled policy types.");
  }

  static ApiException policyTypeNotAvailable() {
    return new PolicyTypeNotAvailableForOrganizationException(
        "You can't use the specified policy type with the feature set currently enabled for this organization.");
  }

  static ApiException alreadyRegistered() {
    return new AccountAlreadyRegisteredException(
        "The provided account is already a delegated administrator for your organization.");
  }

  static ApiException notRegistered() {
    return new AccountNotRegisteredException(
        "The provided account is not a registered delegated administrator for your organization.");
  }

  static ApiException handshakeExists() {
    return new DuplicateHandshakeException(
        "A handshake with the specified type and parameters already exists for the given parties.");
  }

  static ApiException handshakeInState() {
    return new HandshakeAlreadyInStateException("The handshake is already in the requested state.");
  }

  static ApiException handshakeTransition() {
    return new InvalidHandshakeTransitionException(
        "You cannot perform this operation on a handshake in its current state, such as attempting to cancel a handshake"
            + " that was previously accepted or attempting to accept a handshake that was declined.");
  }

  static ApiException handshake(
      HandshakeConstraintViolationExceptionReason reason, String message) {
    return new HandshakeConstraintViolationException(message).with("Reason", reason.value());
  }

  static ApiException alreadyMember() {
    return handshake(
        HandshakeConstraintViolationExceptionReason.ALREADY_IN_AN_ORGANIZATION,
        "The AWS account is already a member of an organization.");
  }

  static ApiException violation(ConstraintViolationExceptionReason reason, String message) {
    return new ConstraintViolationException(message).with("Reason", reason.value());
  }

  static ApiException notAllFeatures() {
    return violation(
        ConstraintViolationExceptionReason.ORGANIZATION_NOT_IN_ALL_FEATURES_MODE,
        "This operation requires the organization to be in all features mode.");
  }

  static ApiException tooManyAccounts() {
    return violation(
        ConstraintViolationExceptionReason.ACCOUNT_NUMBER_LIMIT_EXCEEDED,
        "You have exceeded the allowed number of AWS accounts.");
  }

  static ApiException tooManyUnits() {
    return violation(
        ConstraintViolationExceptionReason.OU_NUMBER_LIMIT_EXCEEDED,
        "You have exceeded the allowed number of OUs.");
  }

  static ApiException tooDeep() {
    return violation(
        ConstraintViolationExceptionReason.OU_DEPTH_LIMIT_EXCEEDED,
        "You have exceeded the allowed OU depth.");
  }

  static ApiException tooManyPolicies() {
    return violation(
        ConstraintViolationExceptionReason.POLICY_NUMBER_LIMIT_EXCEEDED,
        "You have exceeded the allowed number of policies.");
  }

  static ApiException policyTooLarge() {
    return violation(
        ConstraintViolationExceptionReason.POLICY_CONTENT_LIMIT_EXCEEDED,
        "You have exceeded the maximum policy size.");
  }

  static ApiException tooManyAttached() {
    return violation(
        ConstraintViolationExceptionReason.MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED,
        "You have attached the maximum number of policies to the specified target.");
  }

  static ApiException lastAttached() {
    return violation(
        ConstraintViolationExceptionReason.MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED,
        "You cannot remove the last policy attached to the specified target. You must have at least one attached at"
            + " all times.");
  }

  static ApiException tooManyTags() {
    return violation(
        ConstraintViolationExceptionReason.MAX_TAG_LIMIT_EXCEEDED,
        "You have exceeded the allowed number of tags.");
  }

  static ApiException closesManagement() {
    return violation(
        ConstraintViolationExceptionReason.CANNOT_CLOSE_MANAGEMENT_ACCOUNT,
        "You attempted to close the management account.");
  }

  static ApiException closesTooMany() {
    return violation(
        ConstraintViolationExceptionReason.CLOSE_ACCOUNT_QUOTA_EXCEEDED,
        "You have exceeded close account quota for the past 30 days.");
  }

  static ApiException serviceAccessNotEnabled() {
    return violation(
        ConstraintViolationExceptionReason.SERVICE_ACCESS_NOT_ENABLED,
        "You must enable service access before you delegate an administrator for this service. Call the AWS API"
            + " EnableAWSServiceAccess first.");
  }

  static ApiException registersManagement() {
    return violation(
        ConstraintViolationExceptionReason.CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR,
        "You cannot register master account/yourself as delegated administrator for your organization.");
  }

  static ApiException registersSuspended() {
    return violation(
        ConstraintViolationExceptionReason
            .CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR,
        "You cannot register a suspended account as a delegated administrator.");
  }

  static ApiException isAdministrator() {
    return violation(
        ConstraintViolationExceptionReason.CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG,
        "You attempted to remove an account that is registered as a delegated administrator for a service integrated"
            + " with your organization.");
  }

  /** The reason is one that the model does not list. */
  static ApiException tagsOfResourcePolicy() {
    return new ConstraintViolationException(
            "Adding tags on updating an existing resource-based policy is not supported.")
        .with("Reason", "UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED");
  }

  static ApiException invalid(InvalidInputExceptionReason reason, String message) {
    return new InvalidInputException(message).with("Reason", reason.value());
  }

  static ApiException invalidToken() {
    return invalid(
        InvalidInputExceptionReason.INVALID_NEXT_TOKEN,
        "You specified an invalid value for nextToken. You must get the value from the response to a previous call to the"
            + " API.");
  }

  static ApiException invalidPattern() {
    return invalid(
        InvalidInputExceptionReason.INVALID_PATTERN,
        "You provided a value that does not match the required pattern.");
  }

  static ApiException immutablePolicy() {
    return invalid(
        InvalidInputExceptionReason.IMMUTABLE_POLICY,
        "You specified a policy that is managed by AWS and can't be modified.");
  }

  static ApiException unsupportedTarget() {
    return invalid(
        InvalidInputExceptionReason.TARGET_NOT_SUPPORTED,
        "You specified a target that is not currently supported.");
  }

  static ApiException unrecognizedService() {
    return invalid(
        InvalidInputExceptionReason.UNRECOGNIZED_SERVICE_PRINCIPAL,
        "You specified an unrecognized service principal.");
  }

  static ApiException invalidRoleName() {
    return invalid(
        InvalidInputExceptionReason.INVALID_ROLE_NAME,
        "You provided a role name that isn't valid. A role name can't begin with the reserved prefix"
            + " AWSServiceRoleFor.");
  }

  static ApiException malformedResourcePolicy() {
    return invalid(
        InvalidInputExceptionReason.INVALID_RESOURCE_POLICY_JSON,
        "This resource-based policy contains invalid JSON.");
  }

  static ApiException notDelegable(String action) {
    return invalid(
        InvalidInputExceptionReason.UNSUPPORTED_ACTION_IN_RESOURCE_POLICY,
        action + " is not a supported action for this resource-based policy.");
  }

  static ApiException duplicateTag() {
    return invalid(
        InvalidInputExceptionReason.DUPLICATE_TAG_KEY, "Your request includes duplicate tag keys.");
  }

  static ApiException systemTag() {
    return invalid(
        InvalidInputExceptionReason.INVALID_SYSTEM_TAGS_PARAMETER,
        "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because they're"
            + " reserved for AWS use.");
  }
}

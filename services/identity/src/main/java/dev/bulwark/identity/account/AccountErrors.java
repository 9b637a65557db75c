package dev.bulwark.identity.account;

import dev.bulwark.api.account.AccessDeniedException;
import dev.bulwark.api.account.ConflictException;
import dev.bulwark.api.account.ResourceNotFoundException;
import dev.bulwark.api.account.ValidationException;
import dev.bulwark.api.account.ValidationExceptionField;
import dev.bulwark.api.account.ValidationExceptionReason;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import java.util.List;

/** Account Management's errors. */
final class AccountErrors {
  private AccountErrors() {}

  /**
   * @param why AWS's note in brackets
   */
  static ApiException accessDenied(Call call, String why) {
    return new AccessDeniedException(
        "User: %s is not authorized to perform: account:%s (%s)"
            .formatted(call.principal().arn(), call.operation().name(), why));
  }

  static ApiException managementByItself(Call call) {
    return accessDenied(
        call,
        "The management account can only be managed using the standalone context from the management account.");
  }

  static ApiException notManaged(Call call) {
    return accessDenied(
        call,
        "The account is not a member of your organization, or your account does not manage it.");
  }

  /** Who is no management account and no delegated administrator names no account, not its own. */
  static ApiException noAdministrator(Call call) {
    return new AccessDeniedException(
        "User: %s is not authorized to perform: account:%s"
            .formatted(call.principal().arn(), call.operation().name()));
  }

  static ApiException notTrusted(Call call) {
    return accessDenied(
        call, "Your organization must first enable trusted access with AWS Account Management.");
  }

  static ApiException rootOnly(Call call) {
    return accessDenied(call, "This action requires the root user of the account.");
  }

  static ApiException noAlternateContact() {
    return new ResourceNotFoundException(
        "No contact of the inputted alternate contact type found.");
  }

  static ApiException noContact() {
    return new ResourceNotFoundException("No contact information found.");
  }

  static ApiException noEmailChange() {
    return new ResourceNotFoundException("No pending primary email update found.");
  }

  static ApiException emailInUse() {
    return new ConflictException("The email address is already associated with an AWS account.");
  }

  static ApiException wrongCode() {
    return new ValidationException("The OTP is invalid or has expired.");
  }

  static ApiException invalidEmail() {
    return new ValidationException("The email address is invalid.");
  }

  static ApiException unknownRegion(String region) {
    return invalidField("RegionName", region + " is not a valid region for opt-in or opt-out.");
  }

  static ApiException invalidToken() {
    return invalidField("NextToken", "NextToken is malformed");
  }

  private static ApiException invalidField(String name, String message) {
    return new ValidationException(message)
        .with("reason", ValidationExceptionReason.FIELD_VALIDATION_FAILED.value())
        .with("fieldList", List.of(new ValidationExceptionField(name, message)));
  }

  /** Of a part of the primary contact. */
  static ApiException empty(String argument) {
    return new ValidationException("the argument " + argument + " can not be empty");
  }

  /** AWS sends this one without a code. */
  static ApiException blankName() {
    return new ValidationException("The input AccountName must not be null or only whitespace.");
  }

  static ApiException hasMembers() {
    return new ConflictException(
        "To close the management account for the organization, you must first either remove or close all member"
            + " accounts in the organization.");
  }
}

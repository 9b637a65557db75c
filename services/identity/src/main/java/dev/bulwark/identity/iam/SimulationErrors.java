package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.InvalidInputException;
import dev.bulwark.schema.ApiException;

/** What the policy simulator refuses, in its own words as far as they are known. */
final class SimulationErrors {
  private SimulationErrors() {}

  static ApiException malformedPolicy(String message) {
    return new InvalidInputException(message);
  }

  static ApiException unclearEntity(String arn) {
    return new InvalidInputException(
        "Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
  }

  static ApiException foreignSource(String callerAccount, String account) {
    return new InvalidInputException(
        "Invalid Policy Source Arn: caller's account "
            + callerAccount
            + " does not have access to policies in account "
            + account);
  }

  static ApiException noCaller() {
    return new InvalidInputException("Invalid caller - Caller cannot be null or empty.");
  }

  static ApiException notAnArn(String resource) {
    return new InvalidInputException(
        "ResourceNames are not in a valid ARN format: " + resource + ".");
  }

  static ApiException invalidOwner(String owner) {
    return new InvalidInputException("'" + owner + "' is not a valid as a Resource Owner.");
  }

  static ApiException tooManyBoundaries() {
    return new InvalidInputException(
        "The list of Permissions Boundary policies cannot exceed 1 items.");
  }

  /** AWS's words for this one are not known. */
  static ApiException invalidAction(String action) {
    return new InvalidInputException("Invalid Input Actions: [" + action + "]");
  }

  /** AWS's words for this one are not known. */
  static ApiException invalidContextValue(String key, String type, String value) {
    return new InvalidInputException(
        "Invalid Context Entry: " + key + " of type " + type + " cannot be " + value + ".");
  }

  /** AWS's words for this one are not known. */
  static ApiException invalidHandling(String option) {
    return new InvalidInputException("Invalid Resource Handling Option: " + option + ".");
  }

  /** AWS's words for this one are not known. */
  static ApiException missingResources(String option, String types) {
    return new InvalidInputException(
        "Invalid Resource List: " + option + " requires resources of type " + types + ".");
  }

  /** No quota of AWS's: what a request may cost. */
  static ApiException tooManyResources(int most) {
    return new InvalidInputException("ResourceArns cannot have more than " + most + " items.");
  }
}

package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.ConcurrentModificationException;
import dev.bulwark.api.events.IllegalStatusException;
import dev.bulwark.api.events.InvalidEventPatternException;
import dev.bulwark.api.events.LimitExceededException;
import dev.bulwark.api.events.PolicyLengthExceededException;
import dev.bulwark.api.events.ResourceAlreadyExistsException;
import dev.bulwark.api.events.ResourceNotFoundException;
import dev.bulwark.schema.ApiException;

/** EventBridge's errors in AWS's words; where AWS's words are not known, in its manner. */
final class EventErrors {
  private EventErrors() {}

  static ApiException validation(String message) {
    return new ApiException("ValidationException", 400, message);
  }

  static ApiException parameter(String message) {
    return validation("Parameter(s) " + message);
  }

  static ApiException noSuchBus(String name) {
    return new ResourceNotFoundException("Event bus " + name + " does not exist.");
  }

  static ApiException busExists(String name) {
    return new ResourceAlreadyExistsException("Event bus " + name + " already exists.");
  }

  static ApiException keyNotUsable(String reason) {
    return validation("Parameter KmsKeyIdentifier is not valid. Reason: " + reason);
  }

  static ApiException noSuchRule(String name, String bus) {
    return new ResourceNotFoundException(
        "Rule " + name + " does not exist on EventBus " + bus + ".");
  }

  static ApiException ruleHasTargets() {
    return validation("Rule can't be deleted since it has targets.");
  }

  static ApiException busHasRules() {
    return validation("EventBus can't be deleted since it has rules.");
  }

  static ApiException defaultBus() {
    return validation("Cannot delete event bus default.");
  }

  static ApiException badPattern(String reason) {
    return new InvalidEventPatternException("Event pattern is not valid. Reason: " + reason);
  }

  static ApiException missing(String parameter) {
    return validation("Parameter(s) " + parameter + " must be specified.");
  }

  static ApiException notSupported(String parameter) {
    return validation("Provided value in parameter '" + parameter + "' is not supported.");
  }

  static ApiException missingField(String name) {
    return validation("Missing required field " + name);
  }

  static ApiException badSchedule() {
    return validation("Parameter ScheduleExpression is not valid.");
  }

  /** Whatever there is too much of, AWS does not say more. */
  static ApiException tooMany() {
    return new LimitExceededException("The requested resource exceeds the maximum number allowed.");
  }

  static ApiException tooManyTags() {
    return new LimitExceededException("The resource would have more than 50 tags.");
  }

  static ApiException invalidToken() {
    return validation("The NextToken is not valid.");
  }

  static ApiException eventTooLarge() {
    return validation("Total size of the entries in the request is over the limit.");
  }

  static ApiException noSuchStatement() {
    return new ResourceNotFoundException("Statement with the provided id does not exist.");
  }

  static ApiException policyTooLong() {
    return new PolicyLengthExceededException("The policy is longer than 10240 characters.");
  }

  static ApiException badPolicy() {
    return validation("The policy is not valid.");
  }

  static ApiException policyChanged() {
    return new ConcurrentModificationException("The policy has been changed at the same time.");
  }

  static ApiException noSuchArchive(String name) {
    return new ResourceNotFoundException("Archive " + name + " does not exist.");
  }

  static ApiException archiveExists(String name) {
    return new ResourceAlreadyExistsException("Archive " + name + " already exists.");
  }

  static ApiException noSuchSource(String archive) {
    return validation(
        "Parameter EventSourceArn is not valid. Reason: Archive " + archive + " does not exist.");
  }

  static ApiException otherBus() {
    return validation(
        "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.");
  }

  static ApiException noSuchReplay(String name) {
    return new ResourceNotFoundException("Replay " + name + " does not exist.");
  }

  static ApiException replayExists(String name) {
    return new ResourceAlreadyExistsException("Replay " + name + " already exists.");
  }

  static ApiException replayIsOver(String name) {
    return new IllegalStatusException(
        "Replay " + name + " is not in a valid state for this operation.");
  }

  static ApiException noSuchConnection(String name) {
    return new ResourceNotFoundException(
        "Failed to describe the connection(s). Connection '" + name + "' does not exist.");
  }

  static ApiException connectionExists(String name) {
    return new ResourceAlreadyExistsException("Connection " + name + " already exists.");
  }

  static ApiException noSuchDestination(String name) {
    return new ResourceNotFoundException(
        "Failed to describe the api-destination(s). An api-destination '"
            + name
            + "' does not exist.");
  }

  static ApiException destinationExists(String name) {
    return new ResourceAlreadyExistsException("An api-destination " + name + " already exists.");
  }

  /** What a delivery fails with; AWS tells of it in dead letters alone. */
  static ApiException inactiveDestination(String name) {
    return new ApiException(
        "INVALID_CONNECTION",
        400,
        "The connection of API destination " + name + " is not authorized.");
  }

  static ApiException unbuilt(String message) {
    return new ApiException("NotImplemented", 501, message);
  }
}

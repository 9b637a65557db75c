package dev.bulwark.messaging.sns;

import dev.bulwark.api.sns.BatchEntryIdsNotDistinctException;
import dev.bulwark.api.sns.BatchRequestTooLongException;
import dev.bulwark.api.sns.ConcurrentAccessException;
import dev.bulwark.api.sns.EmptyBatchRequestException;
import dev.bulwark.api.sns.InvalidBatchEntryIdException;
import dev.bulwark.api.sns.InvalidParameterException;
import dev.bulwark.api.sns.InvalidParameterValueException;
import dev.bulwark.api.sns.KMSAccessDeniedException;
import dev.bulwark.api.sns.KMSDisabledException;
import dev.bulwark.api.sns.KMSInvalidStateException;
import dev.bulwark.api.sns.KMSNotFoundException;
import dev.bulwark.api.sns.NotFoundException;
import dev.bulwark.api.sns.ResourceNotFoundException;
import dev.bulwark.api.sns.TagLimitExceededException;
import dev.bulwark.api.sns.TooManyEntriesInBatchRequestException;
import dev.bulwark.schema.ApiException;
import java.util.Objects;

/** SNS's errors in AWS's words; where AWS's words are not known, in its manner. */
final class SnsErrors {
  private SnsErrors() {}

  static ApiException invalid(String what) {
    return new InvalidParameterException("Invalid parameter: " + what);
  }

  /** Of a text that is no ARN of what is asked for. */
  static ApiException invalidArn(String parameter, String arn) {
    int elements = arn.split(":", -1).length;
    return invalid(
        elements < 6
            ? parameter + " Reason: An ARN must have at least 6 elements, not " + elements
            : parameter);
  }

  static ApiException invalidToken() {
    return new InvalidParameterException("Invalid token");
  }

  static ApiException noSuchTopic() {
    return new NotFoundException("Topic does not exist");
  }

  static ApiException noSuchSubscription() {
    return new NotFoundException("Subscription does not exist");
  }

  static ApiException noSuchResource() {
    return new ResourceNotFoundException("Resource does not exist");
  }

  static ApiException tooManyTags() {
    return new TagLimitExceededException(
        "Could not complete request: tag quota of per resource exceeded");
  }

  static ApiException concurrent() {
    return new ConcurrentAccessException(
        "The topic has been changed by another request at the same time");
  }

  static ApiException attributeValue(String message) {
    return new InvalidParameterValueException(message);
  }

  /** What Bulwark cannot deliver to. */
  static ApiException unbuilt(String message) {
    return new ApiException("NotImplemented", 501, message);
  }

  /** No error of Publish in SNS's model, but the common one, which clients try again after. */
  static ApiException throttled() {
    return new ApiException("Throttling", 400, "Rate exceeded");
  }

  static ApiException emptyBatch() {
    return new EmptyBatchRequestException("The batch request doesn't contain any entries.");
  }

  static ApiException tooManyEntries() {
    return new TooManyEntriesInBatchRequestException(
        "The batch request contains more entries than permissible.");
  }

  static ApiException idsNotDistinct() {
    return new BatchEntryIdsNotDistinctException(
        "Two or more batch entries in the request have the same Id.");
  }

  static ApiException invalidEntryId() {
    return new InvalidBatchEntryIdException(
        "The Id of a batch entry in a batch request doesn't abide by the specification.");
  }

  static ApiException batchTooLong() {
    return new BatchRequestTooLongException(
        "The length of all the messages put together is more than the limit.");
  }

  /** What KMS refuses, as SNS passes it on. */
  static ApiException ofKms(ApiException refusal) {
    var message = Objects.requireNonNullElse(refusal.getMessage(), "");
    return switch (refusal.type()) {
      case "AccessDeniedException", "AccessDenied", "AuthorizationError" ->
          new KMSAccessDeniedException(message);
      case "DisabledException" -> new KMSDisabledException(message);
      case "NotFoundException" -> new KMSNotFoundException(message);
      case "KMSInvalidStateException" -> new KMSInvalidStateException(message);
      default -> refusal;
    };
  }
}

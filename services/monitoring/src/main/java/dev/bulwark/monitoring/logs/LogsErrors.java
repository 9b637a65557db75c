package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.InvalidOperationException;
import dev.bulwark.api.logs.InvalidParameterException;
import dev.bulwark.api.logs.LimitExceededException;
import dev.bulwark.api.logs.MalformedQueryException;
import dev.bulwark.api.logs.ResourceAlreadyExistsException;
import dev.bulwark.api.logs.ResourceNotFoundException;
import dev.bulwark.api.logs.TooManyTagsException;
import dev.bulwark.api.logs.ValidationException;
import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/** The errors of CloudWatch Logs. */
final class LogsErrors {
  private LogsErrors() {}

  static ApiException noGroup() {
    return new ResourceNotFoundException("The specified log group does not exist.");
  }

  /** The same, as queries tell it. */
  static ApiException noGroupToQuery(String name, String accountId) {
    return new ResourceNotFoundException(
        "Log group '" + name + "' does not exist for account ID '" + accountId + "'");
  }

  static ApiException groupNamedTwice() {
    return new ValidationException(
        "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }

  static ApiException noStream() {
    return new ResourceNotFoundException("The specified log stream does not exist.");
  }

  static ApiException groupExists() {
    return new ResourceAlreadyExistsException("The specified log group already exists");
  }

  static ApiException streamExists() {
    return new ResourceAlreadyExistsException("The specified log stream already exists");
  }

  static ApiException noFilter() {
    return new ResourceNotFoundException("The specified metric filter does not exist.");
  }

  static ApiException noPolicy(@Nullable String name) {
    return new ResourceNotFoundException("Policy with name [" + name + "] does not exist.");
  }

  static ApiException noQuery() {
    return new ResourceNotFoundException("The specified query does not exist.");
  }

  static ApiException noDefinition() {
    return new ResourceNotFoundException("The specified query definition does not exist.");
  }

  static ApiException noExport() {
    return new ResourceNotFoundException("The specified export task does not exist.");
  }

  static ApiException exportIsOver() {
    return new InvalidOperationException("The specified export task is not pending or running.");
  }

  static ApiException bucketRefuses(String call) {
    return invalid(
        call
            + " call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation.");
  }

  static ApiException noRecord() {
    return new ResourceNotFoundException("The specified log record does not exist.");
  }

  static ApiException noResource() {
    return new ResourceNotFoundException("The specified resource does not exist.");
  }

  static ApiException invalid(String message) {
    return new InvalidParameterException(message);
  }

  static ApiException noKey() {
    return invalid("The specified KMS Key Id could not be found.");
  }

  static ApiException keyNotAllowed(String groupArn) {
    return new ApiException(
        "AccessDeniedException",
        400,
        "The specified KMS key does not exist or is not allowed to be used with LogGroup '"
            + groupArn
            + "'");
  }

  static ApiException notChronological() {
    return invalid("Log events in a single PutLogEvents request must be in chronological order.");
  }

  static ApiException spanTooLong() {
    return invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }

  static ApiException batchTooLarge(long bytes, long limit) {
    return invalid("Upload too large: " + bytes + " bytes exceeds limit of " + limit);
  }

  static ApiException eventTooLarge(long bytes, long limit) {
    return invalid("Log event too large: " + bytes + " bytes exceeds limit of " + limit);
  }

  static ApiException invalidToken() {
    return invalid("The specified nextToken is invalid.");
  }

  static ApiException malformedQuery(String message) {
    return new MalformedQueryException(message);
  }

  static ApiException unbuilt(String message) {
    return new ApiException("NotImplemented", 501, message);
  }

  static ApiException limitExceeded() {
    return new LimitExceededException("Resource limit exceeded.");
  }

  static ApiException tooManyTags() {
    return new TooManyTagsException("The resource already has 50 tags.");
  }
}

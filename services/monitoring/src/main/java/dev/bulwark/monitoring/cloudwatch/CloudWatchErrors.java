package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.DashboardInvalidInputError;
import dev.bulwark.api.cloudwatch.DashboardNotFoundError;
import dev.bulwark.api.cloudwatch.InvalidFormatFault;
import dev.bulwark.api.cloudwatch.InvalidNextToken;
import dev.bulwark.api.cloudwatch.InvalidParameterCombinationException;
import dev.bulwark.api.cloudwatch.InvalidParameterValueException;
import dev.bulwark.api.cloudwatch.LimitExceededException;
import dev.bulwark.api.cloudwatch.LimitExceededFault;
import dev.bulwark.api.cloudwatch.MissingRequiredParameterException;
import dev.bulwark.api.cloudwatch.ResourceNotFound;
import dev.bulwark.api.cloudwatch.ResourceNotFoundException;
import dev.bulwark.schema.ApiException;

/** CloudWatch's errors. */
final class CloudWatchErrors {
  private CloudWatchErrors() {}

  static ApiException invalidValue(String message) {
    return new InvalidParameterValueException(message);
  }

  static ApiException invalidStatistic(String name) {
    return invalidValue("The value " + name + " for parameter Statistics is not supported.");
  }

  static ApiException invalidCombination(String message) {
    return new InvalidParameterCombinationException(message);
  }

  static ApiException missing(String message) {
    return new MissingRequiredParameterException(message);
  }

  static ApiException validation(String message) {
    return new ApiException("ValidationError", 400, message);
  }

  static ApiException noAlarm() {
    return new ResourceNotFound("Alarm does not exist");
  }

  static ApiException invalidReasonData() {
    return new InvalidFormatFault("StateReasonData must be valid JSON");
  }

  static ApiException invalidToken() {
    return new InvalidNextToken("The specified NextToken is invalid.");
  }

  static ApiException tooManyAlarms() {
    return new LimitExceededFault("The maximum limit of alarms has been reached.");
  }

  static ApiException tooManyDetectors() {
    return new LimitExceededException("The maximum limit of anomaly detectors has been reached.");
  }

  static ApiException noDetector() {
    return new ResourceNotFoundException("The anomaly detector does not exist.");
  }

  static ApiException noDashboard(String name) {
    return new DashboardNotFoundError("Dashboard " + name + " does not exist");
  }

  static ApiException invalidDashboard(String message) {
    return new DashboardInvalidInputError(message);
  }

  static ApiException noResource(String arn) {
    return new ResourceNotFoundException("The resource " + arn + " does not exist.");
  }
}

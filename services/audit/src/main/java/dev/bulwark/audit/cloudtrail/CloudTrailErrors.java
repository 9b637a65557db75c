package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.InvalidEventCategoryException;
import dev.bulwark.api.cloudtrail.InvalidLookupAttributesException;
import dev.bulwark.api.cloudtrail.InvalidMaxResultsException;
import dev.bulwark.api.cloudtrail.InvalidNextTokenException;
import dev.bulwark.api.cloudtrail.InvalidTimeRangeException;
import dev.bulwark.schema.ApiException;

/** CloudTrail's errors. */
final class CloudTrailErrors {

  private CloudTrailErrors() {}

  static ApiException tooManyLookupAttributes() {
    return new InvalidLookupAttributesException("Currently the list can contain only one item.");
  }

  static ApiException invalidLookupAttribute(String key) {
    return new InvalidLookupAttributesException("Invalid lookup attribute key: " + key);
  }

  static ApiException invalidLookupValue() {
    return new InvalidLookupAttributesException(
        "The maximum length for the AttributeValue is 2000 characters.");
  }

  static ApiException invalidMaxResults() {
    return new InvalidMaxResultsException("Max results must be between 1 and 50.");
  }

  static ApiException startAfterEnd() {
    return new InvalidTimeRangeException("The start time occurs after the end time.");
  }

  static ApiException timeOutOfRange() {
    return new InvalidTimeRangeException(
        "The time range is outside the range of possible values: events of the last 90 days can be looked up.");
  }

  static ApiException invalidNextToken() {
    return new InvalidNextTokenException(
        "Invalid token: it is not one of CloudTrail's, or was given for a request with other parameters.");
  }

  static ApiException invalidEventCategory(String category) {
    return new InvalidEventCategoryException("Invalid event category: " + category);
  }
}

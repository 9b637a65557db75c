package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.ConflictException;
import dev.bulwark.api.accessanalyzer.InvalidParameterException;
import dev.bulwark.api.accessanalyzer.ResourceNotFoundException;
import dev.bulwark.api.accessanalyzer.ServiceQuotaExceededException;
import dev.bulwark.api.accessanalyzer.UnprocessableEntityException;
import dev.bulwark.api.accessanalyzer.ValidationException;
import dev.bulwark.schema.ApiException;

/** Access Analyzer's errors. */
final class AnalyzerErrors {
  private AnalyzerErrors() {}

  static ApiException noAnalyzer(String name) {
    return notFound("Analyzer " + name + " does not exist", name, "Analyzer");
  }

  static ApiException noRule(String name) {
    return notFound("Archive rule " + name + " does not exist", name, "ArchiveRule");
  }

  static ApiException noFinding(String id) {
    return notFound("Finding " + id + " does not exist", id, "Finding");
  }

  static ApiException noRecommendation(String id) {
    return notFound("Recommendation " + id + " does not exist", id, "Recommendation");
  }

  static ApiException noPreview(String id) {
    return notFound("Access preview " + id + " does not exist", id, "AccessPreview");
  }

  static ApiException noResource(String arn) {
    return notFound("Resource " + arn + " does not exist", arn, "Resource");
  }

  private static ApiException notFound(String message, String id, String type) {
    return new ResourceNotFoundException(message).with("resourceId", id).with("resourceType", type);
  }

  static ApiException analyzerExists(String name) {
    return new ConflictException("Analyzer " + name + " already exists")
        .with("resourceId", name)
        .with("resourceType", "Analyzer");
  }

  static ApiException ruleExists(String name) {
    return new ConflictException("Archive rule " + name + " already exists")
        .with("resourceId", name)
        .with("resourceType", "ArchiveRule");
  }

  static ApiException tooMany(String type, String id) {
    return new ServiceQuotaExceededException("The quota of " + type + " is exceeded")
        .with("resourceId", id)
        .with("resourceType", type);
  }

  /** A value that is not as it has to be. */
  static ApiException invalid(String message) {
    return new ValidationException(message).with("reason", "fieldValidationFailed");
  }

  /** Something that the analyzer's type has no use for. */
  static ApiException notSupported(String message) {
    return new ValidationException(message).with("reason", "notSupported");
  }

  static ApiException invalidPolicy(String what) {
    return new InvalidParameterException(
        "The " + what + " is not valid. Use ValidatePolicy to find out what is wrong with it.");
  }

  static ApiException invalidParameter(String message) {
    return new InvalidParameterException(message);
  }

  static ApiException tooComplex() {
    return new UnprocessableEntityException("The policy is too complex to be analyzed.");
  }
}

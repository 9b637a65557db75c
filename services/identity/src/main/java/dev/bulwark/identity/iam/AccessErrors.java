package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.InvalidInputException;
import dev.bulwark.api.iam.NoSuchEntityException;
import dev.bulwark.api.iam.ReportGenerationLimitExceededException;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;

/** What the access advisor refuses. AWS's words are not documented. */
final class AccessErrors {
  private AccessErrors() {}

  /** Also for reports that somebody else asked for, and those that are older than a day. */
  static ApiException noJob(String jobId) {
    return new NoSuchEntityException("Report with ID " + jobId + " cannot be found.");
  }

  static ApiException noService(String namespace) {
    return new NoSuchEntityException(
        "Service "
            + namespace
            + " is not part of the report, since no policy allows access to it.");
  }

  static ApiException invalidGranularity(String value) {
    return new InvalidInputException(
        "Granularity " + value + " is neither SERVICE_LEVEL nor ACTION_LEVEL.");
  }

  /** The code is in the model; how many reports that are, AWS does not tell. */
  static ApiException tooManyReports() {
    return new ReportGenerationLimitExceededException(
        "The request failed because the maximum number of concurrent requests for this account are already running.");
  }

  static ApiException notManagement(Call call) {
    return new ApiException(
        "AccessDenied",
        403,
        "User: "
            + call.principal().arn()
            + " is not authorized to perform: iam:"
            + call.operation().name()
            + ", which takes the management account of an organization.");
  }
}

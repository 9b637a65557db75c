package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.AccountHasOngoingImportException;
import dev.bulwark.api.cloudtrail.ChannelARNInvalidException;
import dev.bulwark.api.cloudtrail.ChannelAlreadyExistsException;
import dev.bulwark.api.cloudtrail.ChannelExistsForEDSException;
import dev.bulwark.api.cloudtrail.ChannelMaxLimitExceededException;
import dev.bulwark.api.cloudtrail.ChannelNotFoundException;
import dev.bulwark.api.cloudtrail.EventDataStoreARNInvalidException;
import dev.bulwark.api.cloudtrail.EventDataStoreAlreadyExistsException;
import dev.bulwark.api.cloudtrail.EventDataStoreMaxLimitExceededException;
import dev.bulwark.api.cloudtrail.EventDataStoreNotFoundException;
import dev.bulwark.api.cloudtrail.EventDataStoreTerminationProtectedException;
import dev.bulwark.api.cloudtrail.ImportNotFoundException;
import dev.bulwark.api.cloudtrail.InactiveEventDataStoreException;
import dev.bulwark.api.cloudtrail.InactiveQueryException;
import dev.bulwark.api.cloudtrail.InsufficientEncryptionPolicyException;
import dev.bulwark.api.cloudtrail.InvalidDateRangeException;
import dev.bulwark.api.cloudtrail.InvalidEventDataStoreCategoryException;
import dev.bulwark.api.cloudtrail.InvalidEventDataStoreStatusException;
import dev.bulwark.api.cloudtrail.InvalidImportSourceException;
import dev.bulwark.api.cloudtrail.InvalidParameterException;
import dev.bulwark.api.cloudtrail.InvalidQueryStatementException;
import dev.bulwark.api.cloudtrail.InvalidSourceException;
import dev.bulwark.api.cloudtrail.MaxConcurrentQueriesException;
import dev.bulwark.api.cloudtrail.OperationNotPermittedException;
import dev.bulwark.api.cloudtrail.QueryIdNotFoundException;
import dev.bulwark.api.cloudtrail.ResourceARNNotValidException;
import dev.bulwark.api.cloudtrail.ResourcePolicyNotFoundException;
import dev.bulwark.api.cloudtrail.ResourcePolicyNotValidException;
import dev.bulwark.api.cloudtraildata.ChannelNotFound;
import dev.bulwark.api.cloudtraildata.DuplicatedAuditEventId;
import dev.bulwark.api.cloudtraildata.InvalidChannelARN;
import dev.bulwark.schema.ApiException;

/** The errors of CloudTrail Lake; their words are the documentation's. */
final class LakeErrors {
  private LakeErrors() {}

  static ApiException invalidStoreArn(String arn) {
    return new EventDataStoreARNInvalidException("Event data store ARN is invalid: " + arn);
  }

  static ApiException noStore(String arn) {
    return new EventDataStoreNotFoundException(
        "The specified event data store was not found: " + arn);
  }

  static ApiException storeExists(String name) {
    return new EventDataStoreAlreadyExistsException(
        "An event data store with the name " + name + " already exists.");
  }

  static ApiException tooManyStores(int most) {
    return new EventDataStoreMaxLimitExceededException(
        "Your account has used the maximum number of event data stores: " + most + ".");
  }

  static ApiException inactiveStore(String arn) {
    return new InactiveEventDataStoreException("The event data store is inactive: " + arn);
  }

  static ApiException storeStatus(String arn, String status) {
    return new InvalidEventDataStoreStatusException(
        "The event data store "
            + arn
            + " is in the status "
            + status
            + ", which does not support the operation.");
  }

  static ApiException storeCategory(String arn) {
    return new InvalidEventDataStoreCategoryException(
        "The event category of the event data store " + arn + " does not support the operation.");
  }

  static ApiException terminationProtected(String arn) {
    return new EventDataStoreTerminationProtectedException(
        "The event data store "
            + arn
            + " cannot be deleted because termination protection is enabled for it.");
  }

  static ApiException parameter(String message) {
    return new InvalidParameterException(message);
  }

  static ApiException encryptionPolicy(String key) {
    return new InsufficientEncryptionPolicyException(
        "Insufficient permissions to use KMS key " + key + ".");
  }

  static ApiException policyArn(String arn) {
    return new ResourceARNNotValidException("The ARN of the resource is not valid: " + arn);
  }

  static ApiException noPolicy(String arn) {
    return new ResourcePolicyNotFoundException("No resource policy is attached to " + arn + ".");
  }

  static ApiException policy(String message) {
    return new ResourcePolicyNotValidException(message);
  }

  static ApiException statement(String message) {
    return new InvalidQueryStatementException(message);
  }

  static ApiException notPermitted(String message) {
    return new OperationNotPermittedException(message);
  }

  static ApiException noQuery(String id) {
    return new QueryIdNotFoundException("The query ID does not exist: " + id);
  }

  static ApiException inactiveQuery(String id, String status) {
    return new InactiveQueryException(
        "The query " + id + " cannot be canceled because it is in the " + status + " state.");
  }

  static ApiException tooManyQueries() {
    return new MaxConcurrentQueriesException(
        "You are already running the maximum number of concurrent queries. The maximum number of"
            + " concurrent queries is 10.");
  }

  static ApiException dateRange() {
    return new InvalidDateRangeException("The start time must be before the end time.");
  }

  // Imports

  static ApiException noImport(String id) {
    return new ImportNotFoundException("The specified import was not found: " + id);
  }

  static ApiException importSource(String message) {
    return new InvalidImportSourceException(message);
  }

  static ApiException ongoingImport(String id) {
    return new AccountHasOngoingImportException(
        "The account has an import that is still in progress: " + id);
  }

  static ApiException importStatus(String id, String status) {
    return new OperationNotPermittedException(
        "The import " + id + " is in the status " + status + ", which does not support this.");
  }

  // Channels

  static ApiException invalidChannelArn(String arn) {
    return new ChannelARNInvalidException("The channel ARN is not valid: " + arn);
  }

  static ApiException noChannel(String arn) {
    return new ChannelNotFoundException("The specified channel was not found: " + arn);
  }

  static ApiException channelExists(String name) {
    return new ChannelAlreadyExistsException("The channel already exists: " + name);
  }

  static ApiException tooManyChannels(int most) {
    return new ChannelMaxLimitExceededException(
        "The maximum number of channels is exceeded: " + most + ".");
  }

  static ApiException invalidSource(String source) {
    return new InvalidSourceException("The specified source is not valid: " + source);
  }

  static ApiException usedByChannel(String arn) {
    return new ChannelExistsForEDSException(
        "The event data store "
            + arn
            + " cannot yet be deleted because it is in use by a channel.");
  }

  // PutAuditEvents

  static ApiException unknownChannel(String arn) {
    return new ChannelNotFound("The channel could not be found: " + arn);
  }

  static ApiException notAChannel(String arn) {
    return new InvalidChannelARN("The specified channel ARN is not a valid channel ARN: " + arn);
  }

  static ApiException duplicateId(String id) {
    return new DuplicatedAuditEventId(
        "Two or more entries in the request have the same event ID: " + id);
  }
}

package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.BatchEntryIdsNotDistinct;
import dev.bulwark.api.sqs.BatchRequestTooLong;
import dev.bulwark.api.sqs.EmptyBatchRequest;
import dev.bulwark.api.sqs.InvalidAddress;
import dev.bulwark.api.sqs.InvalidAttributeName;
import dev.bulwark.api.sqs.InvalidAttributeValue;
import dev.bulwark.api.sqs.InvalidBatchEntryId;
import dev.bulwark.api.sqs.InvalidMessageContents;
import dev.bulwark.api.sqs.KmsAccessDenied;
import dev.bulwark.api.sqs.KmsDisabled;
import dev.bulwark.api.sqs.KmsInvalidKeyUsage;
import dev.bulwark.api.sqs.KmsInvalidState;
import dev.bulwark.api.sqs.KmsNotFound;
import dev.bulwark.api.sqs.KmsThrottled;
import dev.bulwark.api.sqs.OverLimit;
import dev.bulwark.api.sqs.PurgeQueueInProgress;
import dev.bulwark.api.sqs.QueueDeletedRecently;
import dev.bulwark.api.sqs.QueueDoesNotExist;
import dev.bulwark.api.sqs.QueueNameExists;
import dev.bulwark.api.sqs.ReceiptHandleIsInvalid;
import dev.bulwark.api.sqs.ResourceNotFoundException;
import dev.bulwark.api.sqs.TooManyEntriesInBatchRequest;
import dev.bulwark.api.sqs.UnsupportedOperation;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import java.util.Objects;

/** SQS's errors in AWS's words; where AWS's words are not known, in its manner. */
final class SqsErrors {
  /** Of the framework below SQS: its code in the query protocol is another one than in JSON. */
  private static final class Unmodelled extends ApiException {
    private final String type;

    Unmodelled(String code, String type, String message) {
      super(code, 400, message);
      this.type = type;
    }

    @Override
    public String type() {
      return type;
    }
  }

  private SqsErrors() {}

  // Parameters

  static ApiException missing(String parameter) {
    return new Unmodelled(
        "MissingParameter",
        "MissingRequiredParameterException",
        "The request must contain the parameter " + parameter + ".");
  }

  static ApiException invalid(String message) {
    return new Unmodelled("InvalidParameterValue", "InvalidParameterValueException", message);
  }

  static ApiException invalid(Object value, String parameter, String reason) {
    return invalid(
        "Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason);
  }

  static ApiException invalidAddress(String url) {
    return new InvalidAddress("The address " + url + " is not valid for this endpoint.");
  }

  // Queues

  static ApiException noSuchQueue() {
    return new QueueDoesNotExist("The specified queue does not exist.");
  }

  /** In the words of the protocol in which the client asks. */
  static ApiException noSuchQueue(Call call) {
    var contentType = call.http().headers().first("content-type");
    return contentType != null && contentType.startsWith("application/x-amz-json")
        ? noSuchQueue()
        : new QueueDoesNotExist("The specified queue does not exist for this wsdl version.");
  }

  static ApiException nameExists(String attribute) {
    return new QueueNameExists(
        "A queue already exists with the same name and a different value for attribute "
            + attribute);
  }

  static ApiException nameExistsWithTags() {
    return new QueueNameExists("A queue already exists with the same name and different tags");
  }

  static ApiException deletedRecently() {
    return new QueueDeletedRecently(
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.");
  }

  static ApiException invalidName() {
    return invalid(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }

  static ApiException invalidFifoName() {
    return invalid(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.");
  }

  static ApiException unknownAttribute(String name) {
    return new InvalidAttributeName("Unknown Attribute " + name + ".");
  }

  static ApiException onlyOfFifo(String name) {
    return new InvalidAttributeName(
        "You can specify the " + name + " only when FifoQueue is set to true.");
  }

  static ApiException invalidValue(String name) {
    return new InvalidAttributeValue("Invalid value for the parameter " + name + ".");
  }

  static ApiException fixedFifo() {
    return new InvalidAttributeValue(
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
  }

  static ApiException oneEncryption() {
    return new InvalidAttributeName(
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
  }

  static ApiException noSuchLabel(String label, boolean hasPolicy) {
    return invalid(
        label, "Label", hasPolicy ? "can't find label on existing policy." : "can't find label.");
  }

  static ApiException badRedrive(String policy, String reason) {
    return invalid(policy, "RedrivePolicy", reason);
  }

  static ApiException purgeInProgress(String name) {
    return new PurgeQueueInProgress(
        "Only one PurgeQueue operation on " + name + " is allowed every 60 seconds.");
  }

  static ApiException invalidToken() {
    return invalid("Invalid or expired next token.");
  }

  static ApiException tooManyTags(String name) {
    return invalid("Too many tags added for queue " + name + ".");
  }

  // Messages

  static ApiException invalidContents() {
    return new InvalidMessageContents(
        "Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");
  }

  static ApiException tooLong(int bytes) {
    return invalid("One or more parameters are invalid. Reason: " + mustBeShorter(bytes));
  }

  /** Of an entry of a batch. */
  static ApiException entryTooLong(int bytes) {
    return invalid("One or more parameters cannot be validated. Reason: " + mustBeShorter(bytes));
  }

  private static String mustBeShorter(int bytes) {
    return "Message must be shorter than " + bytes + " bytes.";
  }

  static ApiException unsupportedOfQueueType(Object value, String parameter) {
    return invalid(
        value, parameter, "The request include parameter that is not valid for this queue type.");
  }

  static ApiException noDeduplicationId() {
    return invalid(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  }

  static ApiException emptyAttribute(String name, String type) {
    return invalid(
        "Message (user) attribute '"
            + name
            + "' must contain a non-empty value of type '"
            + type
            + "'.");
  }

  static ApiException attributeType(String name) {
    return invalid(
        "The type of message (user) attribute '"
            + name
            + "' is invalid. You must use only the following supported type prefixes: Binary, Number, String.");
  }

  static ApiException noNumber(String name) {
    return invalid("Can't cast the value of message (user) attribute '" + name + "' to a number.");
  }

  static ApiException tooManyAttributes(int count) {
    return invalid(
        "Number of message attributes [" + count + "] exceeds the allowed maximum [10].");
  }

  static ApiException attributeName(String name) {
    return invalid(
        "Message (user) attribute name '"
            + name
            + "' is invalid: it can contain letters, digits, underscore, hyphen and period, no leading, trailing or successive periods, and none of the prefixes AWS. and Amazon.");
  }

  static ApiException systemAttribute(String name) {
    return invalid(
        "Message system attribute name '"
            + name
            + "' is invalid: only AWSTraceHeader of type String is supported.");
  }

  static ApiException handleIsInvalid(String handle) {
    return new ReceiptHandleIsInvalid(
        "The input receipt handle \"" + handle + "\" is not a valid receipt handle.");
  }

  static ApiException handleHasExpired(String handle) {
    return invalid(handle, "ReceiptHandle", "The receipt handle has expired.");
  }

  static ApiException notAvailable(String handle) {
    return invalid(
        handle,
        "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.");
  }

  static ApiException tooManyInFlight() {
    return new OverLimit(
        "Too many messages in flight: receives have reached the queue's limit of "
            + LiveQueue.MOST_IN_FLIGHT
            + ".");
  }

  // Batches

  static ApiException emptyBatch(String entry) {
    return new EmptyBatchRequest("There should be at least one " + entry + " in the request.");
  }

  static ApiException tooManyEntries(int count) {
    return new TooManyEntriesInBatchRequest(
        "Maximum number of entries per request are 10. You have sent " + count + ".");
  }

  static ApiException idsNotDistinct(String id) {
    return new BatchEntryIdsNotDistinct("Id " + id + " repeated.");
  }

  static ApiException invalidEntryId() {
    return new InvalidBatchEntryId(
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
  }

  static ApiException batchTooLong(int limit, int bytes) {
    return new BatchRequestTooLong(
        "Batch requests cannot be longer than "
            + limit
            + " bytes. You have sent "
            + bytes
            + " bytes.");
  }

  // Permissions

  static ApiException tooManyActions(int count) {
    return new OverLimit(count + " Actions were found, maximum allowed is 7.");
  }

  static ApiException tooManyStatements() {
    return new OverLimit("20 Statements were found, maximum allowed is 20.");
  }

  static ApiException policyChanged() {
    return new ApiException(
        "OperationAborted",
        409,
        "A conflicting operation is currently in progress against this resource. Please try again.");
  }

  // Moving

  static ApiException noSuchSource() {
    return new ResourceNotFoundException(
        "The resource that you specified for the SourceArn parameter doesn't exist.");
  }

  static ApiException noSuchDestination() {
    return new ResourceNotFoundException(
        "The resource that you specified for the DestinationArn parameter doesn't exist.");
  }

  static ApiException noSuchTask() {
    return new ResourceNotFoundException("Task does not exist.");
  }

  static ApiException invalidTaskHandle() {
    return invalid("Value for parameter TaskHandle is invalid.");
  }

  static ApiException taskIsRunning() {
    return invalid(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
  }

  static ApiException taskIsNotRunning() {
    return new UnsupportedOperation(
        "Only active tasks can be cancelled: the task is not in the state RUNNING.");
  }

  // KMS

  /** What KMS refuses, as SQS passes it on. */
  static ApiException ofKms(ApiException refusal) {
    var message = Objects.requireNonNullElse(refusal.getMessage(), "");
    return switch (refusal.type()) {
      case "AccessDeniedException" -> new KmsAccessDenied(message);
      case "DisabledException" -> new KmsDisabled(message);
      case "NotFoundException" -> new KmsNotFound(message);
      case "KMSInvalidStateException" -> new KmsInvalidState(message);
      case "InvalidKeyUsageException" -> new KmsInvalidKeyUsage(message);
      case "ThrottlingException" -> new KmsThrottled(message);
      default -> refusal;
    };
  }
}

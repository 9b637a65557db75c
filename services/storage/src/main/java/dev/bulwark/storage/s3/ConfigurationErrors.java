package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.CrossOriginRules;
import dev.bulwark.wire.HttpRequest;
import org.jspecify.annotations.Nullable;

/** What S3 says of configurations of buckets, word for word. */
final class ConfigurationErrors {
  private ConfigurationErrors() {}

  static ApiException idTooLong() {
    return S3Errors.invalidArgument("ID length should not exceed allowed limit of 255", "ID", null);
  }

  // CORS

  static ApiException noCors(String bucket) {
    return S3Errors.notConfigured(
        "NoSuchCORSConfiguration", "The CORS configuration does not exist", bucket);
  }

  static ApiException tooManyCorsRules() {
    return S3Errors.invalidRequest(
        "The number of CORS rules should not exceed allowed limit of 100 rules.");
  }

  static ApiException corsMethod(String method) {
    return S3Errors.invalidRequest(
        "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
  }

  static ApiException corsWildcards(String member, String value) {
    return S3Errors.invalidRequest(
        member + " \"" + value + "\" can not have more than one wildcard.");
  }

  static ApiException corsExposedWildcard(String value) {
    return S3Errors.invalidRequest(
        "ExposeHeader \""
            + value
            + "\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
  }

  /** The misspelt word is S3's. */
  static ApiException corsRefused(HttpRequest request) {
    return CrossOriginRules.refusal(
        request,
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request"
            + " method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the"
            + " resource's CORS spec.",
        "OBJECT");
  }

  static ApiException corsWithoutBucket(HttpRequest request) {
    return CrossOriginRules.refusal(request, "CORSResponse: Bucket not found", "BUCKET");
  }

  // Lifecycle

  static ApiException noLifecycle(String bucket) {
    return S3Errors.notConfigured(
        "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", bucket);
  }

  static ApiException sameRuleId() {
    return S3Errors.invalidArgument(
        "Rule ID must be unique. Found same ID for more than one rule", "ID", null);
  }

  static ApiException noLifecycleAction() {
    return S3Errors.invalidRequest("At least one action needs to be specified in a rule");
  }

  static ApiException emptySizeRange() {
    return S3Errors.invalidRequest(
        "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }

  static ApiException notPositive(String member, String action) {
    return S3Errors.invalidArgument(
        "'" + member + "' for " + action + " action must be a positive integer", member, null);
  }

  static ApiException notWith(String action, String filter) {
    return S3Errors.invalidRequest(action + " cannot be specified with " + filter + ".");
  }

  static ApiException notMidnight() {
    return S3Errors.invalidArgument("'Date' must be at midnight GMT", "Date", null);
  }

  static ApiException sameStorageClass(String prefix) {
    return S3Errors.invalidRequest(
        "'StorageClass' must be different for 'Transition' actions in same 'Rule' with prefix '"
            + prefix
            + "'");
  }

  static ApiException expiresBeforeItMoves(LifecycleFilters filter) {
    return S3Errors.invalidArgument(
        "'Days' in the Expiration action for filter '"
            + filter
            + "' must be greater than 'Days' in the Transition action",
        "Days",
        null);
  }

  static ApiException mixedDatesAndDays(String prefix) {
    return S3Errors.invalidRequest(
        "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for prefix '"
            + prefix
            + "'");
  }

  static ApiException negativeDays() {
    return S3Errors.invalidArgument(
        "'Days' in Transition action must be nonnegative", "Days", null);
  }

  static ApiException tooFewDays(String member, String action, int least, String storageClass) {
    return S3Errors.invalidArgument(
        "'"
            + member
            + "' in "
            + action
            + " action must be greater than or equal to "
            + least
            + " for storageClass '"
            + storageClass
            + "'",
        member,
        null);
  }

  /** AWS documents the bounds; its words are not known. */
  static ApiException newerVersions() {
    return S3Errors.invalidArgument(
        "'NewerNoncurrentVersions' must be an integer between 1 and 100",
        "NewerNoncurrentVersions",
        null);
  }

  static ApiException defaultMinimumSize(String value) {
    return S3Errors.invalidRequest("Invalid TransitionDefaultMinimumObjectSize found: " + value);
  }

  // Notifications

  static ApiException notificationsOverlap() {
    return S3Errors.invalidArgument(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        "EventNotificationConfiguration",
        null);
  }

  /** AWS documents the limit; its words are not known. */
  static ApiException tooManyNotifications(int most) {
    return S3Errors.invalidArgument(
        "A bucket can have at most " + most + " event notification configurations",
        "EventNotificationConfiguration",
        null);
  }

  static ApiException sameNotificationId(String id) {
    return S3Errors.invalidArgument(
        "Same ID used for multiple configurations. IDs must be unique", "Id", id);
  }

  static ApiException notificationAcrossRegions(String arn) {
    return S3Errors.invalidArgument(
        "The notification destination service region is not valid for the bucket location constraint",
        "ARN",
        arn);
  }

  static ApiException unknownEvent(String event) {
    return S3Errors.invalidArgument(
        "The event '" + event + "' is not supported for notifications", "Event", event);
  }

  static ApiException unknownFilterRule() {
    return S3Errors.invalidArgument(
        "filter rule name must be either prefix or suffix", "FilterRule.Name", null);
  }

  static ApiException filterRuleTwice(String name) {
    return S3Errors.invalidArgument(
        "Cannot specify more than one " + name + " rule in a filter.", "filter", null);
  }

  static ApiException filterTooLong() {
    return S3Errors.invalidArgument(
        "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
        "filter",
        null);
  }

  static ApiException unparsableArn(String arn) {
    return S3Errors.invalidArgument("The ARN could not be parsed", "ARN", arn);
  }

  /** For what sends messages: no configuration gets so far. */
  static ApiException unknownTarget(String arn) {
    return unparsableArn(arn);
  }

  static ApiException unreachableTarget(String arn, ApiException why) {
    var kind = arn.startsWith("arn:aws:sns:") ? "topic" : "queue";
    var reason =
        why.code().startsWith("AccessDenied") || why.code().startsWith("AuthorizationError")
            ? "Permissions on the destination "
                + kind
                + " do not allow S3 to publish notifications from this bucket"
            : "The destination " + kind + " does not exist";
    return S3Errors.invalidArgument(
        "Unable to validate the following destination configurations", arn, reason);
  }

  // Access logs

  static ApiException noLoggingTarget(String bucket) {
    return loggingTarget(bucket, "The target bucket for logging does not exist");
  }

  static ApiException loggingTargetOfOther(String bucket) {
    return loggingTarget(
        bucket, "The owner for the bucket to be logged and the target bucket must be the same.");
  }

  /** That such a bucket is refused is documented; the words are not known. */
  static ApiException loggingTargetPaid(String bucket) {
    return loggingTarget(bucket, "The target bucket for logging cannot be a Requester Pays bucket");
  }

  static ApiException loggingTargetShut(String bucket) {
    return loggingTarget(
        bucket,
        "You must either provide the necessary permissions to the logging service using a bucket policy or give the"
            + " log-delivery group WRITE and READ_ACP permissions to the target bucket");
  }

  private static ApiException loggingTarget(String bucket, String message) {
    return new ApiException("InvalidTargetBucketForLogging", 400, message)
        .with("TargetBucket", bucket);
  }

  /** The misspelt code is S3's. */
  static ApiException loggingAcrossRegions(BucketRecord source, BucketRecord target) {
    return new ApiException(
            "CrossLocationLoggingProhibitted", 403, "Cross S3 location logging not allowed. ")
        .with("SourceBucketLocation", source.region())
        .with("TargetBucketLocation", target.region());
  }

  // Configurations with ids

  static ApiException noConfiguration() {
    return new ApiException(
        "NoSuchConfiguration", 404, "The specified configuration does not exist.");
  }

  static ApiException malformedToken() {
    return new ApiException(
        "MalformedContinuationToken", 400, "The continuation-token you provided invalid.");
  }

  static ApiException tooManyConfigurations() {
    return new ApiException(
        "TooManyConfigurations",
        400,
        "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.");
  }

  /** What ids may be is documented; AWS's words are not known, here and in the next. */
  static ApiException invalidId(@Nullable String id) {
    return S3Errors.invalidArgument("Invalid configuration ID", "Id", id);
  }

  static ApiException otherId(String id) {
    return S3Errors.invalidArgument(
        "The ID in the request does not match the ID in the configuration", "Id", id);
  }

  // Intelligent-Tiering: the bounds are documented, the words are not known.

  static ApiException tieringDays(String tier, int least, int most) {
    return S3Errors.invalidArgument(
        "'Days' for access tier " + tier + " must be between " + least + " and " + most,
        "Days",
        null);
  }

  static ApiException tieringOrder() {
    return S3Errors.invalidArgument(
        "'Days' for access tier DEEP_ARCHIVE_ACCESS must be greater than 'Days' for access tier ARCHIVE_ACCESS",
        "Days",
        null);
  }

  // Reports

  /** AWS's words are not known. */
  static ApiException reportDestination(@Nullable String arn) {
    return S3Errors.invalidArgument("Invalid bucket ARN", "Bucket", arn);
  }
}

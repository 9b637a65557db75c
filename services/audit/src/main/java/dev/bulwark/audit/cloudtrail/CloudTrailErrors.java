package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CloudTrailARNInvalidException;
import dev.bulwark.api.cloudtrail.CloudTrailAccessNotEnabledException;
import dev.bulwark.api.cloudtrail.InsightNotEnabledException;
import dev.bulwark.api.cloudtrail.InsufficientEncryptionPolicyException;
import dev.bulwark.api.cloudtrail.InsufficientS3BucketPolicyException;
import dev.bulwark.api.cloudtrail.InsufficientSnsTopicPolicyException;
import dev.bulwark.api.cloudtrail.InvalidCloudWatchLogsLogGroupArnException;
import dev.bulwark.api.cloudtrail.InvalidCloudWatchLogsRoleArnException;
import dev.bulwark.api.cloudtrail.InvalidEventCategoryException;
import dev.bulwark.api.cloudtrail.InvalidEventSelectorsException;
import dev.bulwark.api.cloudtrail.InvalidHomeRegionException;
import dev.bulwark.api.cloudtrail.InvalidInsightSelectorsException;
import dev.bulwark.api.cloudtrail.InvalidKmsKeyIdException;
import dev.bulwark.api.cloudtrail.InvalidLookupAttributesException;
import dev.bulwark.api.cloudtrail.InvalidMaxResultsException;
import dev.bulwark.api.cloudtrail.InvalidNextTokenException;
import dev.bulwark.api.cloudtrail.InvalidParameterCombinationException;
import dev.bulwark.api.cloudtrail.InvalidParameterException;
import dev.bulwark.api.cloudtrail.InvalidS3BucketNameException;
import dev.bulwark.api.cloudtrail.InvalidS3PrefixException;
import dev.bulwark.api.cloudtrail.InvalidSnsTopicNameException;
import dev.bulwark.api.cloudtrail.InvalidTagParameterException;
import dev.bulwark.api.cloudtrail.InvalidTimeRangeException;
import dev.bulwark.api.cloudtrail.InvalidTrailNameException;
import dev.bulwark.api.cloudtrail.KmsException;
import dev.bulwark.api.cloudtrail.KmsKeyNotFoundException;
import dev.bulwark.api.cloudtrail.MaximumNumberOfTrailsExceededException;
import dev.bulwark.api.cloudtrail.NotOrganizationMasterAccountException;
import dev.bulwark.api.cloudtrail.OrganizationNotInAllFeaturesModeException;
import dev.bulwark.api.cloudtrail.OrganizationsNotInUseException;
import dev.bulwark.api.cloudtrail.ResourceNotFoundException;
import dev.bulwark.api.cloudtrail.ResourceTypeNotSupportedException;
import dev.bulwark.api.cloudtrail.S3BucketDoesNotExistException;
import dev.bulwark.api.cloudtrail.TagsLimitExceededException;
import dev.bulwark.api.cloudtrail.ThrottlingException;
import dev.bulwark.api.cloudtrail.TrailAlreadyExistsException;
import dev.bulwark.api.cloudtrail.TrailNotFoundException;
import dev.bulwark.schema.ApiException;

/**
 * CloudTrail's errors. Where no record of AWS's own words was to be found, they are the
 * documentation's.
 */
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

  /** AWS's words are not known here. */
  static ApiException invalidReadOnly() {
    return new InvalidLookupAttributesException(
        "The AttributeValue of ReadOnly is either true or false.");
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

  // Trails

  static ApiException nameTooShort(int length) {
    return new InvalidTrailNameException(
        "Trail name too short. Minimum allowed length: 3 characters. Specified name length: "
            + length
            + " characters.");
  }

  static ApiException nameTooLong(int length) {
    return new InvalidTrailNameException(
        "Trail name too long. Maximum allowed length: 128 characters. Specified name length: "
            + length
            + " characters.");
  }

  static ApiException nameBegins() {
    return new InvalidTrailNameException("Trail name must starts with a letter or number.");
  }

  static ApiException nameEnds() {
    return new InvalidTrailNameException("Trail name must ends with a letter or number.");
  }

  static ApiException nameCharacters() {
    return new InvalidTrailNameException(
        "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).");
  }

  static ApiException nameAdjacent() {
    return new InvalidTrailNameException(
        "Trail name cannot have adjacent periods, underscores or dashes.");
  }

  static ApiException nameIsAddress() {
    return new InvalidTrailNameException("Trail name cannot be in IP address format.");
  }

  static ApiException invalidArn(String arn) {
    return new CloudTrailARNInvalidException("Cloudtrail ARN is invalid: " + arn);
  }

  static ApiException otherRegion(String region) {
    return new CloudTrailARNInvalidException(
        "Region in ARN is wrong, you can only access resources in region " + region + ".");
  }

  static ApiException unknownTrail(String arn, String accountId) {
    return new TrailNotFoundException("Unknown trail: " + arn + " for the user: " + accountId);
  }

  static ApiException trailExists(String name, String accountId) {
    return new TrailAlreadyExistsException(
        "Trail " + name + " already exists for customer: " + accountId);
  }

  static ApiException tooManyTrails(String accountId, int trails, String region) {
    return new MaximumNumberOfTrailsExceededException(
        "User: " + accountId + " already has " + trails + " trails in " + region + ".");
  }

  static ApiException notHomeRegion(String arn, String homeRegion) {
    return new InvalidHomeRegionException(
        "Trail " + arn + " can be changed in its home Region alone: " + homeRegion + ".");
  }

  static ApiException multiRegionWithoutGlobal() {
    return new InvalidParameterCombinationException(
        "Multi-Region trail must include global service events.");
  }

  static ApiException invalidBucketName(String bucket) {
    return new InvalidS3BucketNameException("The specified S3 bucket name is not valid: " + bucket);
  }

  static ApiException prefixTooLong() {
    return new InvalidS3PrefixException("S3 prefix is longer than maximum length.");
  }

  static ApiException invalidPrefix() {
    return new InvalidS3PrefixException("The specified S3 prefix is not valid.");
  }

  static ApiException noBucket(String bucket) {
    return new S3BucketDoesNotExistException("S3 bucket " + bucket + " does not exist!");
  }

  static ApiException bucketPolicy(String bucket) {
    return new InsufficientS3BucketPolicyException(
        "Incorrect S3 bucket policy is detected for bucket: " + bucket);
  }

  static ApiException invalidTopic() {
    return new InvalidSnsTopicNameException("SNS Topic name is not valid.");
  }

  static ApiException topicPolicy() {
    return new InsufficientSnsTopicPolicyException(
        "SNS Topic does not exist or the topic policy is incorrect!");
  }

  static ApiException encryptionPolicy(String bucket, String key) {
    return new InsufficientEncryptionPolicyException(
        "Insufficient permissions to access S3 bucket " + bucket + " or KMS key " + key + ".");
  }

  static ApiException noKey(String key) {
    return new KmsKeyNotFoundException("KMS key not found: " + key);
  }

  static ApiException invalidKey(String key) {
    return new InvalidKmsKeyIdException("KMS key ID is not valid: " + key);
  }

  static ApiException kms(String message) {
    return new KmsException(message);
  }

  static ApiException logGroupWithoutRole() {
    return new InvalidParameterCombinationException(
        "CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn must be given together.");
  }

  static ApiException invalidLogGroup() {
    return new InvalidCloudWatchLogsLogGroupArnException(
        "CloudTrail cannot validate the specified log group ARN.");
  }

  static ApiException logGroupAccess() {
    return new InvalidCloudWatchLogsLogGroupArnException(
        "Access denied. Check the permissions for your role.");
  }

  static ApiException invalidRole() {
    return new InvalidCloudWatchLogsRoleArnException(
        "CloudTrail cannot validate the specified role ARN.");
  }

  static ApiException roleAccess() {
    return new InvalidCloudWatchLogsRoleArnException(
        "Access denied. Check the trust relationships for your role.");
  }

  static ApiException noOrganization() {
    return new OrganizationsNotInUseException("The account is not a member of an organization.");
  }

  static ApiException notManagementAccount() {
    return new NotOrganizationMasterAccountException(
        "You must be the management account of an organization to perform this operation.");
  }

  static ApiException notAllFeatures() {
    return new OrganizationNotInAllFeaturesModeException(
        "All features must be enabled in the organization.");
  }

  static ApiException notTrusted() {
    return new CloudTrailAccessNotEnabledException(
        "AWS Organizations trusted access for CloudTrail is not enabled.");
  }

  static ApiException invalidDataValue(String value) {
    return new InvalidEventSelectorsException(
        "Value " + value + " for DataResources.Values is invalid.");
  }

  static ApiException invalidDataType(String type) {
    return new InvalidEventSelectorsException(
        "Value " + type + " for DataResources.Type is invalid.");
  }

  static ApiException tooManyDataValues() {
    return new InvalidEventSelectorsException(
        "Specify a valid number of DataResources.Values (0 to 250) for all your selectors.");
  }

  static ApiException tooManySelectors() {
    return new InvalidEventSelectorsException(
        "Specify a valid number of selectors (1 to 5) for your trail.");
  }

  static ApiException noDataResources() {
    return new InvalidEventSelectorsException(
        "Invalid combination of parameters in EventSelectors. When includeManagementEvents is false, DataResources must not be empty.");
  }

  static ApiException selectorsOfBothKinds() {
    return new InvalidEventSelectorsException(
        "Specify either EventSelectors or AdvancedEventSelectors, not both.");
  }

  static ApiException invalidSelectors(String message) {
    return new InvalidEventSelectorsException(message);
  }

  static ApiException invalidInsights(String message) {
    return new InvalidInsightSelectorsException(message);
  }

  static ApiException noInsights(String arn) {
    return new InsightNotEnabledException(
        "Trail "
            + arn
            + " does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.");
  }

  static ApiException noStores() {
    return new ApiException(
        "NotImplemented", 501, "Bulwark finds Insights for trails, and not for event data stores.");
  }

  static ApiException invalidParameter(String message) {
    return new InvalidParameterException(message);
  }

  static ApiException trailOrStore() {
    return new InvalidParameterCombinationException("Specify either TrailName or EventDataStore.");
  }

  static ApiException noResource(String arn) {
    return new ResourceNotFoundException("The specified resource is not found: " + arn);
  }

  static ApiException resourceType(String arn) {
    return new ResourceTypeNotSupportedException(
        "The specified resource type is not supported: " + arn);
  }

  static ApiException tooManyTags() {
    return new TagsLimitExceededException(
        "The number of tags per trail has exceeded the permitted amount. Currently, the limit is 50.");
  }

  static ApiException invalidTag(String message) {
    return new InvalidTagParameterException(message);
  }

  static ApiException throttled() {
    return new ThrottlingException("Rate exceeded");
  }
}

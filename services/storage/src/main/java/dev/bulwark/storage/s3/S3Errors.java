package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.InvalidObjectState;
import dev.bulwark.api.s3.MethodNotAllowed;
import dev.bulwark.api.s3.NoSuchKey;
import dev.bulwark.api.s3.NoSuchVersion;
import dev.bulwark.api.s3.NotModified;
import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/**
 * S3's errors, word for word.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">S3 error
 *     responses</a>
 */
final class S3Errors {
  private static final String HEADER_NOT_BUILT =
      "A header you provided implies functionality that is not implemented";

  private S3Errors() {}

  static ApiException accessDenied() {
    return new ApiException("AccessDenied", 403, "Access Denied");
  }

  // Buckets

  static ApiException noSuchBucket(String bucket) {
    return of(404, "NoSuchBucket", "The specified bucket does not exist")
        .with("BucketName", bucket);
  }

  static ApiException bucketAlreadyExists(String bucket) {
    return of(
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please"
                + " select a different name and try again.")
        .with("BucketName", bucket);
  }

  static ApiException bucketAlreadyOwnedByYou(String bucket) {
    return of(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.")
        .with("BucketName", bucket);
  }

  static ApiException bucketNotEmpty(String bucket) {
    return of(409, "BucketNotEmpty", "The bucket you tried to delete is not empty")
        .with("BucketName", bucket);
  }

  static ApiException invalidBucketName(String bucket) {
    return of(400, "InvalidBucketName", "The specified bucket is not valid.")
        .with("BucketName", bucket);
  }

  static ApiException tooManyBuckets() {
    return of(400, "TooManyBuckets", "You have attempted to create more buckets than allowed");
  }

  static ApiException illegalLocationConstraint(String constraint) {
    return of(
        400,
        "IllegalLocationConstraintException",
        "The "
            + constraint
            + " location constraint is incompatible for the region specific endpoint this request was sent to.");
  }

  static ApiException invalidLocationConstraint(String constraint) {
    return of(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
        .with("LocationConstraint", constraint);
  }

  /** A sub-resource that a bucket does not have. */
  static ApiException notConfigured(String code, String message, String bucket) {
    return of(404, code, message).with("BucketName", bucket);
  }

  static ApiException noSuchBucketPolicy(String bucket) {
    return notConfigured("NoSuchBucketPolicy", "The bucket policy does not exist", bucket);
  }

  static ApiException malformedPolicy(String message) {
    return of(400, "MalformedPolicy", message);
  }

  static ApiException publicPolicyBlocked(String userArn, String action, String arn) {
    return of(
        403,
        "AccessDenied",
        "User: "
            + userArn
            + " is not authorized to perform: "
            + action
            + " on resource: \""
            + arn
            + "\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.");
  }

  static ApiException bucketAclWithOwnership() {
    return of(
        400,
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  }

  static ApiException aclNotSupported() {
    return of(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
  }

  // Objects

  static ApiException noSuchKey(String key) {
    return of(404, "NoSuchKey", "The specified key does not exist.").with("Key", key);
  }

  static ApiException keyTooLong(int size) {
    return of(400, "KeyTooLongError", "Your key is too long")
        .with("Size", size)
        .with("MaxSizeAllowed", Limits.KEY_BYTES);
  }

  static ApiException metadataTooLarge(int size) {
    return of(
            400,
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size")
        .with("Size", size)
        .with("MaxSizeAllowed", Limits.METADATA_BYTES);
  }

  static ApiException missingContentLength() {
    return of(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
  }

  static ApiException incompleteBody() {
    return of(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header");
  }

  static ApiException entityTooLarge(long size, long limit) {
    return of(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with("ProposedSize", size)
        .with("MaxSizeAllowed", limit);
  }

  static ApiException invalidStorageClass(String storageClass) {
    return of(400, "InvalidStorageClass", "The storage class you specified is not valid")
        .with("StorageClassRequested", storageClass);
  }

  static ApiException invalidRange(String range, long size) {
    return of(416, "InvalidRange", "The requested range is not satisfiable")
        .with("RangeRequested", range)
        .with("ActualObjectSize", size);
  }

  static ApiException partNotSatisfiable(int part, int count) {
    return of(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
        .with("PartNumberRequested", part)
        .with("ActualPartCount", count);
  }

  static ApiException preconditionFailed(String condition) {
    return of(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold")
        .with("Condition", condition);
  }

  static ApiException notModified(ObjectRecord object) {
    return new NotModified("Not Modified")
        .with("ETag", object.eTag())
        .with("LastModified", object.lastModifiedTime());
  }

  static ApiException anonymousResponseHeaders() {
    return of(
        400,
        "InvalidRequest",
        "Request specific response headers cannot be used for anonymous GET requests.");
  }

  /**
   * @param what is wrong: its bucket name, its object key or its encoding
   */
  static ApiException invalidCopySource(String what, @Nullable String value) {
    return invalidArgument("Invalid copy source " + what, "x-amz-copy-source", value);
  }

  static ApiException copyToItself() {
    return invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata,"
            + " storage class, website redirect location or encryption attributes.");
  }

  static ApiException copyRangeBehind() {
    return invalidRequest("The specified copy range is invalid for the source object size");
  }

  static ApiException copyRangeOutside(ByteRange range, long size) {
    return invalidArgument(
        "Range specified is not valid for source object of size: " + size,
        "x-amz-copy-source-range",
        "bytes=" + Math.max(range.first(), 0) + '-' + Math.max(range.last(), 0));
  }

  static ApiException copySourceTooLarge() {
    return invalidRequest(
        "The specified copy source is larger than the maximum allowable size for a copy source: "
            + Limits.PUT_BYTES);
  }

  // Checksums

  /**
   * @param expected in hexadecimal, as S3 shows it
   * @param calculated in base64
   */
  static ApiException badContentMd5(String expected, String calculated) {
    return of(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        .with("ExpectedDigest", expected)
        .with("CalculatedDigest", calculated);
  }

  static ApiException invalidContentMd5(String value) {
    return of(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        .with("Content-MD5", value);
  }

  static ApiException badChecksum(ChecksumAlgorithm algorithm) {
    return of(
        400,
        "BadDigest",
        "The " + algorithm + " you specified did not match the calculated checksum.");
  }

  static ApiException invalidChecksum(ChecksumAlgorithm algorithm) {
    return invalidChecksumHeader(algorithm.header());
  }

  static ApiException invalidChecksumHeader(String header) {
    return invalidRequest("Value for " + header + " header is invalid.");
  }

  static ApiException severalChecksums() {
    return invalidRequest(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }

  static ApiException unknownChecksumAlgorithm() {
    return invalidRequest(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME,"
            + " SHA1, SHA256]");
  }

  static ApiException announcedChecksumMissing() {
    return invalidRequest(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.");
  }

  static ApiException missingContentChecksum() {
    return invalidRequest(
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }

  static ApiException notOverridable(String parameter, String value) {
    return invalidArgument(
        parameter
            + " is not in the set of overridable response headers. Please refer to the S3 API"
            + " documentation for a complete list of overridable response headers.",
        parameter,
        value);
  }

  // Tags

  static ApiException noSuchTagSet(String bucket) {
    return notConfigured("NoSuchTagSet", "The TagSet does not exist", bucket);
  }

  static ApiException invalidTagKey(String key) {
    return of(400, "InvalidTag", "The TagKey you have provided is invalid").with("TagKey", key);
  }

  static ApiException invalidTagValue(String key, String value) {
    return of(400, "InvalidTag", "The TagValue you have provided is invalid")
        .with("TagKey", key)
        .with("TagValue", value);
  }

  static ApiException systemTag(String key, boolean ofBucket) {
    return of(
            400,
            "InvalidTag",
            ofBucket
                ? "System tags cannot be added/updated by requester"
                : "Your TagKey cannot be prefixed with aws:")
        .with("TagKey", key);
  }

  static ApiException tagTwice(String key) {
    return of(400, "InvalidTag", "Cannot provide multiple Tags with the same key")
        .with("TagKey", key);
  }

  static ApiException tooManyTags(boolean ofBucket) {
    return of(
        400,
        "BadRequest",
        ofBucket
            ? "Bucket tag count cannot be greater than " + Limits.BUCKET_TAGS
            : "Object tags cannot be greater than " + Limits.OBJECT_TAGS);
  }

  // Requests

  static ApiException methodNotAllowed(String method, String resourceType) {
    return of(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", method)
        .with("ResourceType", resourceType);
  }

  static ApiException malformedXml() {
    return of(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema");
  }

  static ApiException invalidRequest(String message) {
    return of(400, "InvalidRequest", message);
  }

  static ApiException invalidArgument(String message, String name, @Nullable String value) {
    return of(400, "InvalidArgument", message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value == null ? "" : value);
  }

  static ApiException unknownRegion(String region) {
    return of(400, "InvalidArgument", "Argument value " + region + " is not a valid AWS Region")
        .with("ArgumentName", "bucket-region");
  }

  static ApiException badContinuationToken(String parameter, @Nullable String token) {
    return invalidArgument("The continuation token provided is incorrect", parameter, token);
  }

  static ApiException conditionalConflict(String condition, String key) {
    return of(
            409,
            "ConditionalRequestConflict",
            "The conditional request cannot succeed due to a conflicting operation against this resource.")
        .with("Condition", condition)
        .with("Key", key);
  }

  /** A condition that S3 does not take for writes. */
  static ApiException conditionNotAccepted(String header) {
    return headerNotBuilt(header)
        .with(
            "additionalMessage",
            "We don't accept the provided value of " + header + " header for this API");
  }

  static ApiException severalConditions(String headers) {
    return headerNotBuilt(headers)
        .with("additionalMessage", "Multiple conditional request headers present in the request");
  }

  static ApiException headerNotBuilt(String header) {
    return of(501, "NotImplemented", HEADER_NOT_BUILT).with("Header", header);
  }

  /** A part of an operation that is known and not built. */
  static ApiException notBuilt(String message) {
    return of(501, "NotImplemented", message);
  }

  static ApiException internalError() {
    return of(500, "InternalError", "We encountered an internal error. Please try again.");
  }

  static ApiException versionsLeft(String bucket) {
    return of(
            409,
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.")
        .with("BucketName", bucket);
  }

  static ApiException unresolvableGrant(String email) {
    return of(
            400,
            "UnresolvableGrantByEmailAddress",
            "The e-mail address you provided does not match any account on record.")
        .with("Email", email);
  }

  static ApiException operationAborted() {
    return of(
        409,
        "OperationAborted",
        "A conflicting conditional operation is currently in progress against this resource. Please try again.");
  }

  static ApiException accessDenied(String message) {
    return of(403, "AccessDenied", message);
  }

  // Versions

  static ApiException noSuchVersion(String key, String versionId) {
    return new NoSuchVersion("The specified version does not exist.")
        .with("Key", key)
        .with("VersionId", versionId);
  }

  /** There was an object, and its deletion is what is newest. */
  static ApiException deleted(String key, ObjectRecord marker) {
    return new NoSuchKey("The specified key does not exist.")
        .with("Key", key)
        .with("DeleteMarker", true)
        .with("VersionId", marker.versionName());
  }

  static ApiException isDeleteMarker(String method, ObjectRecord marker) {
    return new MethodNotAllowed("The specified method is not allowed against this resource.")
        .with("Method", method)
        .with("ResourceType", "DeleteMarker")
        .with("DeleteMarker", true)
        .with("VersionId", marker.versionName())
        .with("Allow", "DELETE")
        .with("LastModified", marker.lastModifiedTime());
  }

  static ApiException illegalVersioning() {
    return of(
        400, "IllegalVersioningConfigurationException", "The Versioning element must be specified");
  }

  static ApiException mfaNeeded() {
    return accessDenied("Mfa Authentication must be used for this request");
  }

  // Encryption

  static ApiException invalidEncryptionAlgorithm(String value) {
    return of(
            400,
            "InvalidEncryptionAlgorithmError",
            "The encryption request you specified is not valid. The valid value is AES256.")
        .with("ArgumentName", "x-amz-server-side-encryption")
        .with("ArgumentValue", value);
  }

  static ApiException customerKeysBlocked() {
    return accessDenied("SSE-C encryption is blocked for this bucket");
  }

  /** KMS's refusal, as S3 names it. */
  static ApiException ofKms(ApiException refusal) {
    return new ApiException("KMS." + refusal.type(), 400, String.valueOf(refusal.getMessage()));
  }

  // Archives

  static ApiException invalidObjectState(String storageClass, @Nullable String accessTier) {
    if (accessTier != null) {
      return new InvalidObjectState("The operation is not valid for the object's access tier")
          .with("StorageClass", storageClass)
          .with("AccessTier", accessTier);
    }
    return new InvalidObjectState("The operation is not valid for the object's storage class")
        .with("StorageClass", storageClass);
  }

  static ApiException restoreOfReadable(String storageClass) {
    return new InvalidObjectState("Restore is not allowed for the object's current storage class")
        .with("StorageClass", storageClass);
  }

  static ApiException restoreInProgress() {
    return of(409, "RestoreAlreadyInProgress", "Object restore is already in progress");
  }

  // Access control lists

  static ApiException missingSecurityHeader() {
    return of(400, "MissingSecurityHeader", "Your request was missing a required header");
  }

  static ApiException unexpectedContent() {
    return of(400, "UnexpectedContent", "This request does not support content");
  }

  static ApiException publicAclBlocked(String userArn, String action, String resourceArn) {
    return accessDenied(
        "User: "
            + userArn
            + " is not authorized to perform: "
            + action
            + " on resource: \""
            + resourceArn
            + "\" because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public"
            + " Access.");
  }

  static ApiException malformedAcl() {
    return of(
        400,
        "MalformedACLError",
        "The XML you provided was not well-formed or did not validate against our published schema");
  }

  // Forms

  static ApiException notAForm() {
    return of(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold")
        .with("Condition", "Bucket POST must be of the enclosure-type multipart/form-data");
  }

  static ApiException malformedPost() {
    return of(
        400,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.");
  }

  static ApiException missingPostField(String name) {
    return invalidArgument(
        "Bucket POST must contain a field named '"
            + name
            + "'.  If it is specified, please check the order of the fields.",
        name,
        null);
  }

  static ApiException fieldsTooLarge() {
    return of(
        400,
        "MaxPostPreDataLengthExceededError",
        "Your POST request fields preceding the upload file were too large.");
  }

  static ApiException invalidPostPolicy(String what) {
    return of(400, "InvalidPolicyDocument", "Invalid Policy: " + what);
  }

  static ApiException againstPolicy(String what) {
    return accessDenied("Invalid according to Policy: " + what);
  }

  static ApiException postTooSmall(long size, long least) {
    return of(
            400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with("ProposedSize", size)
        .with("MinSizeAllowed", least);
  }

  static ApiException of(int status, String code, String message) {
    return new ApiException(code, status, message);
  }
}

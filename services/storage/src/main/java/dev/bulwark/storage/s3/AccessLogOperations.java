package dev.bulwark.storage.s3;

import dev.bulwark.schema.Operation;
import java.util.HashMap;
import java.util.Map;

/**
 * How access logs name operations: {@code REST}, the method, and what it was about.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html">Amazon S3
 *     server access log format</a>
 */
final class AccessLogOperations {
  private static final Map<String, String> NAMES = new HashMap<>();

  static {
    objects();
    uploads();
    buckets();
  }

  private AccessLogOperations() {}

  private static void objects() {
    add("OBJECT", "GetObject", "HeadObject", "PutObject", "DeleteObject", "PostObject");
    add("ACL", "GetObjectAcl", "PutObjectAcl", "GetBucketAcl", "PutBucketAcl");
    add("OBJECT_TAGGING", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging");
    add("RETENTION", "GetObjectRetention", "PutObjectRetention");
    add("LEGAL_HOLD", "GetObjectLegalHold", "PutObjectLegalHold");
    add("OBJECT_ATTRIBUTES", "GetObjectAttributes");
    add("RESTORE", "RestoreObject");
    add("MULTI_OBJECT_DELETE", "DeleteObjects");
  }

  private static void uploads() {
    add("UPLOADS", "CreateMultipartUpload", "ListMultipartUploads");
    add("UPLOAD", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts");
    add("PART", "UploadPart");
  }

  private static void buckets() {
    add("BUCKET", "CreateBucket", "DeleteBucket", "HeadBucket", "ListObjects", "ListObjectsV2");
    add("BUCKETVERSIONS", "ListObjectVersions");
    add("LOCATION", "GetBucketLocation");
    add("BUCKETPOLICY", "GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy");
    add("POLICY_STATUS", "GetBucketPolicyStatus");
    add("VERSIONING", "GetBucketVersioning", "PutBucketVersioning");
    add("LOGGING_STATUS", "GetBucketLogging", "PutBucketLogging");
    add("TAGGING", "GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging");
    add("ENCRYPTION", "GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption");
    add("CORS", "GetBucketCors", "PutBucketCors", "DeleteBucketCors");
    add("REQUEST_PAYMENT", "GetBucketRequestPayment", "PutBucketRequestPayment");
    add("ACCELERATE", "GetBucketAccelerateConfiguration", "PutBucketAccelerateConfiguration");
    add(
        "LIFECYCLE",
        "GetBucketLifecycleConfiguration",
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle");
    add("NOTIFICATION", "GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration");
    add(
        "PUBLIC_ACCESS_BLOCK",
        "GetPublicAccessBlock",
        "PutPublicAccessBlock",
        "DeletePublicAccessBlock");
    add(
        "OWNERSHIP_CONTROLS",
        "GetBucketOwnershipControls",
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls");
    add("OBJECT_LOCK_CONFIGURATION", "GetObjectLockConfiguration", "PutObjectLockConfiguration");
    add("WEBSITE", "GetBucketWebsite", "PutBucketWebsite", "DeleteBucketWebsite");
    add("REPLICATION", "GetBucketReplication", "PutBucketReplication", "DeleteBucketReplication");
    configurations("INVENTORY", "Inventory");
    configurations("METRICS", "Metrics");
    configurations("ANALYTICS", "Analytics");
    configurations("INTELLIGENT_TIERING", "IntelligentTiering");
  }

  private static void configurations(String resource, String kind) {
    for (var verb : new String[] {"Get", "Put", "Delete"}) {
      add(resource, verb + "Bucket" + kind + "Configuration");
    }
    add(resource, "ListBucket" + kind + "Configurations");
  }

  private static void add(String resource, String... operations) {
    for (var operation : operations) {
      NAMES.put(operation, resource);
    }
  }

  /**
   * The name of an operation.
   *
   * @param copySource whether what is told of is the source of a copy
   */
  static String nameOf(Operation<?, ?> operation, boolean copySource) {
    return switch (operation.name()) {
      case "CopyObject" -> copySource ? "REST.COPY.OBJECT_GET" : "REST.COPY.OBJECT";
      case "UploadPartCopy" -> copySource ? "REST.COPY.PART_GET" : "REST.COPY.PART";
      default ->
          "REST."
              + operation.http().method()
              + '.'
              + NAMES.getOrDefault(operation.name(), "BUCKET");
    };
  }

  /** The name of a move to another storage class. */
  static String transition(String storageClass) {
    return switch (storageClass) {
      case "STANDARD_IA" -> "S3.TRANSITION_SIA.OBJECT";
      case "ONEZONE_IA" -> "S3.TRANSITION_ZIA.OBJECT";
      case "INTELLIGENT_TIERING" -> "S3.TRANSITION_INT.OBJECT";
      case "GLACIER_IR" -> "S3.TRANSITION_GIR.OBJECT";
      case "DEEP_ARCHIVE" -> "S3.TRANSITION_GDA.OBJECT";
      default -> "S3.TRANSITION.OBJECT";
    };
  }
}

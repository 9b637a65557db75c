package dev.bulwark.analysis.catalog;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Operations of APIs that are authorized as an action of another name. */
public final class ApiNames {
  private static final Map<String, String> ACTIONS = new HashMap<>();

  static {
    s3("ListAllMyBuckets", "ListBuckets", "ListDirectoryBuckets");
    s3("ListBucket", "HeadBucket", "ListObjects", "ListObjectsV2");
    s3("GetObject", "HeadObject", "SelectObjectContent");
    s3("ListBucketVersions", "ListObjectVersions");
    s3("ListBucketMultipartUploads", "ListMultipartUploads");
    s3("ListMultipartUploadParts", "ListParts");
    s3(
        "PutObject",
        "CompleteMultipartUpload",
        "CopyObject",
        "CreateMultipartUpload",
        "PostObject",
        "UploadPart",
        "UploadPartCopy");
    s3("DeleteObject", "DeleteObjects");
    s3("GetEncryptionConfiguration", "GetBucketEncryption");
    s3("PutEncryptionConfiguration", "PutBucketEncryption", "DeleteBucketEncryption");
    s3("GetLifecycleConfiguration", "GetBucketLifecycle", "GetBucketLifecycleConfiguration");
    s3(
        "PutLifecycleConfiguration",
        "PutBucketLifecycle",
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle");
    s3("GetReplicationConfiguration", "GetBucketReplication");
    s3("PutReplicationConfiguration", "PutBucketReplication", "DeleteBucketReplication");
    s3("GetAccelerateConfiguration", "GetBucketAccelerateConfiguration");
    s3("PutAccelerateConfiguration", "PutBucketAccelerateConfiguration");
    s3("GetAnalyticsConfiguration", "GetBucketAnalyticsConfiguration");
    s3("GetInventoryConfiguration", "GetBucketInventoryConfiguration");
    s3("GetMetricsConfiguration", "GetBucketMetricsConfiguration");
    s3("GetBucketPublicAccessBlock", "GetPublicAccessBlock");
    s3("PutBucketPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock");
    s3("PutBucketTagging", "DeleteBucketTagging");
    s3("PutBucketCORS", "DeleteBucketCors");
    s3("GetBucketNotification", "GetBucketNotificationConfiguration");
    s3("PutBucketNotification", "PutBucketNotificationConfiguration");
    s3("GetBucketObjectLockConfiguration", "GetObjectLockConfiguration");
    s3("PutBucketObjectLockConfiguration", "PutObjectLockConfiguration");
    s3("PutBucketOwnershipControls", "DeleteBucketOwnershipControls");
    ACTIONS.put("lambda:invoke", "lambda:InvokeFunction");
    ACTIONS.put("lambda:invokeasync", "lambda:InvokeFunction");
  }

  private ApiNames() {}

  private static void s3(String action, String... operations) {
    for (var operation : operations) {
      ACTIONS.put("s3:" + operation.toLowerCase(Locale.ROOT), "s3:" + action);
    }
  }

  /**
   * The action that stands for an operation of another name.
   *
   * @param name prefix and operation, as in {@code s3:ListBuckets}
   */
  public static Optional<String> action(String name) {
    return Optional.ofNullable(ACTIONS.get(name.toLowerCase(Locale.ROOT)));
  }
}

package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * What inventories can tell of objects beside their names, in the order in which they tell it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html#storage-inventory-contents">Amazon
 *     S3 Inventory list</a>
 */
enum InventoryField {
  SIZE("Size"),
  LAST_MODIFIED("LastModifiedDate"),
  E_TAG("ETag"),
  STORAGE_CLASS("StorageClass"),
  MULTIPART("IsMultipartUploaded"),
  REPLICATION("ReplicationStatus"),
  ENCRYPTION("EncryptionStatus"),
  RETAIN_UNTIL("ObjectLockRetainUntilDate"),
  LOCK_MODE("ObjectLockMode"),
  LEGAL_HOLD("ObjectLockLegalHoldStatus"),
  ACCESS_TIER("IntelligentTieringAccessTier"),
  BUCKET_KEY("BucketKeyStatus"),
  CHECKSUM("ChecksumAlgorithm"),
  ACL("ObjectAccessControlList"),
  OWNER("ObjectOwner"),
  EXPIRATION("LifecycleExpirationDate");

  private final String apiName;

  InventoryField(String apiName) {
    this.apiName = apiName;
  }

  String apiName() {
    return apiName;
  }

  /** The field of that name; null for none. */
  static @Nullable InventoryField named(String name) {
    for (var field : values()) {
      if (field.apiName.equals(name)) {
        return field;
      }
    }
    return null;
  }
}

package dev.bulwark.storage.s3;

import dev.bulwark.state.Codec;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;

/** What S3 stores, and under which keys. */
final class S3Tables {
  static final String BY_OWNER = "owner";
  static final String BY_VERSION = "version";
  static final String BY_BUCKET = "bucket";

  /** By name: buckets of all accounts share one namespace. */
  final Table<BucketRecord> buckets;

  /**
   * By bucket and object key, so that a scan finds them in the order of the keys' UTF-8 bytes;
   * beside them the bytes of those that are small.
   */
  final Table<ObjectRecord> objects;

  /**
   * By bucket, object key and rank: versions that another one has followed, and delete markers; the
   * newest first.
   */
  final Table<ObjectRecord> versions;

  /** By bucket and object key: the rank of the null version, where it is among the versions. */
  final Table<String> nullVersions;

  /**
   * By bucket, object key and version id: the ranks of versions whose ids do not tell them, because
   * they came with their ids from other buckets.
   */
  final Table<String> foreignVersions;

  /** By the id of a {@link Content.Kept}: the row of its object, beside which the bytes lie. */
  final Table<String> kept;

  /** Under the key of the object: its {@link PartList}, or its bytes as they once were kept. */
  final Table<byte[]> contents;

  /** By bucket, object key and upload id. */
  final Table<UploadRecord> uploads;

  /** By upload id and part number. */
  final Table<PartRecord> parts;

  /**
   * By blob id: the blobs that an object or a part refers to. What is in the blob store beside them
   * is left over.
   */
  final Table<String> blobs;

  /** By bucket and kind: configurations that a bucket has beside its record. */
  final Table<byte[]> configurations;

  /** By the order of the changes: notifications that are to be sent. */
  final Table<Notice> notices;

  /**
   * By the time when they are due: notifications that their targets refused, and those of what is
   * still to come.
   */
  final Table<Notice> delayedNotices;

  /** By the order of the changes: what is to be brought to other buckets. */
  final Table<ReplicationTask> replications;

  /** By account and name. */
  final Table<AccessPointRecord> accessPoints;

  /** By alias: the keys of access points. */
  final Table<String> accessPointAliases;

  /** By account: what it blocks of public access to all its buckets. */
  final Table<BucketRecord.PublicAccessBlock> accountBlocks;

  /** By log, day and order: lines of access logs that are to be delivered. */
  final Table<byte[]> accessLogs;

  /** By job: when it was last done, where it must not be done twice. */
  final Table<String> jobs;

  /** By bucket, id of an analytics configuration, and day. */
  final Table<AnalysisDay> analyses;

  S3Tables(Store store) {
    buckets =
        store.table(
            TableSpec.of(
                "s3_buckets",
                Codec.of(BucketRecord::toBytes, BucketRecord::ofBytes),
                Index.of(BY_OWNER, bucket -> Key.of(bucket.accountId(), bucket.name()))));
    objects =
        store.table(
            TableSpec.of("s3_objects", Codec.of(ObjectRecord::toBytes, ObjectRecord::ofBytes))
                .withAttachments());
    versions =
        store.table(
            TableSpec.of("s3_versions", Codec.of(ObjectRecord::toBytes, ObjectRecord::ofBytes)));
    nullVersions = store.table(TableSpec.of("s3_null_versions", Codec.string()));
    foreignVersions = store.table(TableSpec.of("s3_foreign_versions", Codec.string()));
    kept = store.table(TableSpec.of("s3_kept", Codec.string()).withAttachments());
    contents = store.table(TableSpec.of("s3_contents", Codec.bytes()));
    uploads =
        store.table(
            TableSpec.of("s3_uploads", Codec.of(UploadRecord::toBytes, UploadRecord::ofBytes)));
    parts =
        store.table(TableSpec.of("s3_parts", Codec.of(PartRecord::toBytes, PartRecord::ofBytes)));
    blobs = store.table(TableSpec.of("s3_blobs", Codec.string()));
    accountBlocks =
        store.table(
            TableSpec.of("s3_account_blocks", Codec.json(BucketRecord.PublicAccessBlock.class)));
    notices = store.table(TableSpec.of("s3_notices", Codec.json(Notice.class)));
    analyses = store.table(TableSpec.of("s3_analyses", Codec.json(AnalysisDay.class)));
    jobs = store.table(TableSpec.of("s3_jobs", Codec.string()));
    accessLogs = store.table(TableSpec.of("s3_access_logs", Codec.bytes()));
    delayedNotices = store.table(TableSpec.of("s3_delayed_notices", Codec.json(Notice.class)));
    configurations = store.table(TableSpec.of("s3_configurations", Codec.bytes()));
    accessPoints =
        store.table(
            TableSpec.of(
                "s3_access_points",
                Codec.json(AccessPointRecord.class),
                Index.of(BY_BUCKET, AccessPointRecord::bucket)));
    accessPointAliases = store.table(TableSpec.of("s3_access_point_aliases", Codec.string()));
    replications =
        store.table(
            TableSpec.of(
                "s3_replications",
                Codec.json(ReplicationTask.class),
                Index.of(BY_VERSION, S3Tables::version)));
  }

  /** The key of an object's row. */
  static String key(String bucket, String objectKey) {
    return Key.of(bucket, objectKey);
  }

  /** The key of a version's row. */
  static String versionKey(String bucket, String objectKey, String rank) {
    return Key.of(bucket, objectKey, rank);
  }

  /** What the tasks of a version are found by. */
  static String version(ReplicationTask task) {
    return Key.of(task.bucket(), task.key(), task.version());
  }

  /** The key of an upload's row. */
  static String uploadKey(String bucket, String objectKey, String uploadId) {
    return Key.of(bucket, objectKey, uploadId);
  }

  /** The key of a part's row; numbers sort by value. */
  static String partKey(String uploadId, int number) {
    var digits = Integer.toString(number);
    return Key.of(uploadId, "00000".substring(digits.length()) + digits);
  }

  /** The key of a configuration's row. */
  static String configurationKey(String bucket, String kind) {
    return Key.of(bucket, kind);
  }
}

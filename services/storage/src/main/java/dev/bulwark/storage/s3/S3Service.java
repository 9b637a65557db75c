package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.NotificationConfiguration;
import dev.bulwark.api.s3.ReplicationConfiguration;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.util.List;
import java.util.function.Function;

/** S3's operations: what each is authorized against, and who handles it. */
public final class S3Service implements Service {
  private final Buckets buckets;
  private final BucketSettings settings;
  private final UnsetConfigurations unset;
  private final BucketPolicies policies;
  private final Tagging tagging;
  private final ObjectWrites writes;
  private final ObjectReads reads;
  private final ObjectDeletes deletes;
  private final ObjectCopies copies;
  private final ObjectAttributes attributes;
  private final Listings listings;
  private final MultipartUploads uploads;
  private final MultipartCompletion completion;
  private final MultipartListings uploadListings;
  private final S3Permissions permissions;
  private final PostObjects posts;
  private final VersionOperations versionOperations;
  private final LockOperations lockOperations;
  private final AclOperations aclOperations;
  private final ConfigurationOperations configurationOperations;
  private final S3Reports reports;
  private final Function<BulwarkClock, ReplicationWorker> replication;
  private final NotificationWorker notificationWorker;
  private final S3ControlService control;

  /**
   * S3 over a store. What an interrupted run left in the blob store is removed.
   *
   * @param blobStore for objects alone: blobs in it that S3 does not know are deleted
   * @param sealer encrypts objects at rest
   */
  public S3Service(
      Store store, BlobStore blobStore, Sealer sealer, PrincipalLookup principals, S3Needs needs) {
    var tables = new S3Tables(store);
    new KnownBlobs(store, tables).sweep(blobStore);
    var blobs = new Blobs(blobStore);
    var keys = new ObjectKeys(sealer, needs.keys());
    var rows = new ObjectRows(store, tables);
    var conditions = new ConditionalWrites(tables);
    var versions = new Versions(tables, rows, conditions);
    var receiver = new Receiver(blobs);
    var contents = new ContentReader(rows, blobs);
    var mfa = new MfaDelete(needs.mfa());
    this.buckets = new Buckets(store, tables, blobs);
    this.permissions = new S3Permissions(buckets, rows);
    var sender = new NoticeSender(needs.calls(), store, needs.events());
    this.notificationWorker = new NotificationWorker(store, tables, sender, needs.clock());
    var noticeRules =
        Configurations.<NotificationConfiguration>of(
            buckets, tables, "notification", "NotificationConfiguration");
    var notifications = new Notifications(tables, needs.events(), noticeRules, notificationWorker);
    var replicationRules =
        Configurations.<ReplicationConfiguration>of(
            buckets, tables, BucketReplication.KIND, "ReplicationConfiguration");
    var replications = new Replications(tables, rows, replicationRules);
    var commits = new ObjectCommits(buckets, rows, versions, blobs, notifications, replications);
    var changes = new ObjectChanges(buckets, rows, notifications, replications);
    this.settings = new BucketSettings(buckets);
    this.unset = new UnsetConfigurations(buckets);
    var resourcePolicies = new ResourcePolicies(principals);
    this.policies = new BucketPolicies(buckets, permissions, resourcePolicies);
    this.writes = new ObjectWrites(buckets, rows, receiver, keys, commits, conditions);
    this.posts = new PostObjects(buckets, writes, permissions, needs.forms());
    this.reads = new ObjectReads(buckets, rows, contents, keys, new TierAccesses(store, rows));
    this.tagging = new Tagging(buckets, reads, changes);
    this.listings = new Listings(store, tables, buckets);
    this.deletes =
        new ObjectDeletes(
            buckets, rows, versions, permissions, mfa, blobs, notifications, replications);
    this.copies = new ObjectCopies(buckets, reads, writes, contents, keys);
    this.attributes = new ObjectAttributes(buckets, reads, keys);
    this.uploads = new MultipartUploads(tables, buckets, copies, receiver, keys, blobs);
    this.completion = new MultipartCompletion(store, tables, buckets, keys, commits, conditions);
    this.uploadListings = new MultipartListings(store, tables, buckets);
    this.versionOperations =
        new VersionOperations(
            new BucketVersioning(buckets, mfa, replications),
            new VersionListings(store, tables, rows, buckets),
            new Archives(buckets, reads, changes),
            new BucketPayment(buckets),
            permissions);
    this.lockOperations =
        new LockOperations(new ObjectLocks(buckets, reads, changes, permissions), permissions);
    this.aclOperations = new AclOperations(new Acls(buckets, reads, changes), permissions);
    var points = new AccessPoints(store, tables, buckets, buckets.points());
    this.control =
        new S3ControlService(
            new AccountPublicAccess(tables),
            points,
            new AccessPointPolicies(points, resourcePolicies, buckets.blocks()),
            new AccessPointTags(points),
            buckets.points());
    this.reports =
        new S3Reports(
            store, tables, buckets, rows, versions, blobs, notifications, permissions, needs);
    this.configurationOperations =
        new ConfigurationOperations(
            new BucketCors(buckets, tables),
            new BucketLifecycle(buckets, tables),
            new BucketNotifications(buckets, noticeRules, sender),
            new BucketReplication(buckets, replicationRules, permissions),
            permissions);
    this.replication =
        clock -> {
          var roles = new ReplicationRoles(needs.calls(), needs.callers(), clock);
          var replicator =
              new Replicator(
                  buckets,
                  rows,
                  versions,
                  contents,
                  receiver,
                  keys,
                  permissions,
                  roles,
                  notifications);
          var worker = new ReplicationWorker(store, tables, rows, replicator, notifications, clock);
          replications.workedBy(worker::wake);
          return worker;
        };
  }

  /** What S3 does by that clock: lifecycle rules, tiers, inventories, the delivery of logs. */
  public S3Workers workers(BulwarkClock clock) {
    return reports.workers(clock);
  }

  /** What brings objects to other buckets, as the rules of theirs say. */
  public ReplicationWorker replication(BulwarkClock clock) {
    return replication.apply(clock);
  }

  /** S3 Control, over the same buckets. */
  public Service control() {
    return control;
  }

  /** What sends the notifications of buckets. */
  public NotificationWorker notifications() {
    return notificationWorker;
  }

  @Override
  public ServiceTable table() {
    var table = ServiceTable.of(S3Api.MODEL);
    buckets(table);
    bucketSettings(table);
    unsetConfigurations(table);
    objects(table);
    uploads(table);
    versionOperations.addTo(table);
    lockOperations.addTo(table);
    aclOperations.addTo(table);
    configurationOperations.addTo(table);
    reports.addTo(table);
    return table.build();
  }

  private void buckets(ServiceTable.Builder table) {
    table
        .on(S3Api.CREATE_BUCKET)
        .permissions(permissions::toCreate)
        .handle(buckets::create)
        .on(S3Api.DELETE_BUCKET)
        .permissions((in, call) -> bucket("s3:DeleteBucket", in.bucket(), call))
        .handle(buckets::delete)
        .on(S3Api.HEAD_BUCKET)
        .permissions((in, call) -> bucket("s3:ListBucket", in.bucket(), call))
        .dataEvent()
        .handle(buckets::head)
        .on(S3Api.GET_BUCKET_LOCATION)
        .permissions((in, call) -> bucket("s3:GetBucketLocation", in.bucket(), call))
        .handle(buckets::location)
        .on(S3Api.LIST_BUCKETS)
        .action("s3:ListAllMyBuckets")
        .anyResource()
        .handle(buckets::list)
        .on(S3Api.LIST_OBJECTS)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.list(
                        "s3:ListBucket",
                        in.bucket(),
                        in.prefix(),
                        in.delimiter(),
                        in.maxKeys(),
                        call)))
        .dataEvent()
        .handle(listings::list)
        .on(S3Api.LIST_OBJECTS_V2)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.list(
                        "s3:ListBucket",
                        in.bucket(),
                        in.prefix(),
                        in.delimiter(),
                        in.maxKeys(),
                        call)))
        .dataEvent()
        .eventName("ListObjects")
        .handle(listings::list);
  }

  private void bucketSettings(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_POLICY)
        .permissions((in, call) -> policies.permissions("s3:GetBucketPolicy", in.bucket(), call))
        .handle(policies::get)
        .on(S3Api.PUT_BUCKET_POLICY)
        .permissions((in, call) -> policies.permissions("s3:PutBucketPolicy", in.bucket(), call))
        .handle(policies::put)
        .on(S3Api.DELETE_BUCKET_POLICY)
        .permissions((in, call) -> policies.permissions("s3:DeleteBucketPolicy", in.bucket(), call))
        .handle(policies::delete)
        .on(S3Api.GET_BUCKET_POLICY_STATUS)
        .permissions((in, call) -> bucket("s3:GetBucketPolicyStatus", in.bucket(), call))
        .handle(policies::status)
        .on(S3Api.GET_PUBLIC_ACCESS_BLOCK)
        .permissions((in, call) -> bucket("s3:GetBucketPublicAccessBlock", in.bucket(), call))
        .eventName("GetBucketPublicAccessBlock")
        .handle(settings::getPublicAccessBlock)
        .on(S3Api.PUT_PUBLIC_ACCESS_BLOCK)
        .permissions((in, call) -> bucket("s3:PutBucketPublicAccessBlock", in.bucket(), call))
        .eventName("PutBucketPublicAccessBlock")
        .handle(settings::putPublicAccessBlock)
        .on(S3Api.DELETE_PUBLIC_ACCESS_BLOCK)
        .permissions((in, call) -> bucket("s3:PutBucketPublicAccessBlock", in.bucket(), call))
        .eventName("DeleteBucketPublicAccessBlock")
        .handle(settings::deletePublicAccessBlock)
        .on(S3Api.GET_BUCKET_OWNERSHIP_CONTROLS)
        .permissions((in, call) -> bucket("s3:GetBucketOwnershipControls", in.bucket(), call))
        .handle(settings::getOwnershipControls)
        .on(S3Api.PUT_BUCKET_OWNERSHIP_CONTROLS)
        .permissions((in, call) -> bucket("s3:PutBucketOwnershipControls", in.bucket(), call))
        .handle(settings::putOwnershipControls)
        .on(S3Api.DELETE_BUCKET_OWNERSHIP_CONTROLS)
        .permissions((in, call) -> bucket("s3:PutBucketOwnershipControls", in.bucket(), call))
        .handle(settings::deleteOwnershipControls)
        .on(S3Api.GET_BUCKET_ENCRYPTION)
        .permissions((in, call) -> bucket("s3:GetEncryptionConfiguration", in.bucket(), call))
        .handle(settings::getEncryption)
        .on(S3Api.PUT_BUCKET_ENCRYPTION)
        .permissions((in, call) -> bucket("s3:PutEncryptionConfiguration", in.bucket(), call))
        .handle(settings::putEncryption)
        .on(S3Api.DELETE_BUCKET_ENCRYPTION)
        .permissions((in, call) -> bucket("s3:PutEncryptionConfiguration", in.bucket(), call))
        .handle(settings::deleteEncryption)
        .on(S3Api.GET_BUCKET_TAGGING)
        .permissions((in, call) -> bucket("s3:GetBucketTagging", in.bucket(), call))
        .handle(tagging::get)
        .on(S3Api.PUT_BUCKET_TAGGING)
        .permissions((in, call) -> bucket("s3:PutBucketTagging", in.bucket(), call))
        .handle(tagging::put)
        .on(S3Api.DELETE_BUCKET_TAGGING)
        .permissions((in, call) -> bucket("s3:PutBucketTagging", in.bucket(), call))
        .handle(tagging::delete);
  }

  private void unsetConfigurations(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_WEBSITE)
        .permissions((in, call) -> bucket("s3:GetBucketWebsite", in.bucket(), call))
        .handle(unset::website);
  }

  private void objects(ServiceTable.Builder table) {
    table
        .on(S3Api.PUT_OBJECT)
        .permissions(permissions::put)
        .dataEvent()
        .handle(writes::put)
        .on(S3Api.POST_OBJECT)
        // The form tells who asks for what: it is authorized once it has been read.
        .permissions((in, call) -> List.of())
        .dataEvent()
        .handle(posts::post)
        .on(S3Api.GET_OBJECT)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:GetObject",
                        "s3:GetObjectVersion",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(reads::get)
        .on(S3Api.HEAD_OBJECT)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:GetObject",
                        "s3:GetObjectVersion",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(reads::head)
        .on(S3Api.DELETE_OBJECT)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:DeleteObject",
                        "s3:DeleteObjectVersion",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(deletes::delete)
        .on(S3Api.DELETE_OBJECTS)
        // Each key is authorized by itself, and a refused one is an entry of the answer.
        .permissions((in, call) -> List.of())
        .dataEvent()
        .handle(deletes::delete)
        .on(S3Api.COPY_OBJECT)
        .permissions(permissions::copy)
        .dataEvent()
        .handle(copies::copy)
        .on(S3Api.GET_OBJECT_ATTRIBUTES)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:GetObject",
                        "s3:GetObjectVersion",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call),
                    permissions.onVersion(
                        "s3:GetObjectAttributes",
                        "s3:GetObjectVersionAttributes",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(attributes::get)
        .on(S3Api.GET_OBJECT_TAGGING)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:GetObjectTagging",
                        "s3:GetObjectVersionTagging",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(tagging::get)
        .on(S3Api.PUT_OBJECT_TAGGING)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.tagging(
                        in.bucket(), in.key(), in.versionId(), Tagging.wanted(in), call)))
        .dataEvent()
        .handle(tagging::put)
        .on(S3Api.DELETE_OBJECT_TAGGING)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:DeleteObjectTagging",
                        "s3:DeleteObjectVersionTagging",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(tagging::delete);
  }

  private void uploads(ServiceTable.Builder table) {
    table
        .on(S3Api.CREATE_MULTIPART_UPLOAD)
        .permissions(permissions::upload)
        .dataEvent()
        .handle(uploads::create)
        .on(S3Api.UPLOAD_PART)
        .permissions(
            (in, call) ->
                List.of(permissions.onObject("s3:PutObject", in.bucket(), in.key(), call)))
        .dataEvent()
        .handle(uploads::upload)
        .on(S3Api.UPLOAD_PART_COPY)
        .permissions(
            (in, call) ->
                permissions.partCopy(
                    in.bucket(), in.key(), in.copySource(), in.expectedSourceBucketOwner(), call))
        .dataEvent()
        .handle(uploads::copy)
        .on(S3Api.COMPLETE_MULTIPART_UPLOAD)
        .permissions(
            (in, call) ->
                List.of(permissions.onObject("s3:PutObject", in.bucket(), in.key(), call)))
        .dataEvent()
        .handle(completion::complete)
        .on(S3Api.ABORT_MULTIPART_UPLOAD)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onObject("s3:AbortMultipartUpload", in.bucket(), in.key(), call)))
        .dataEvent()
        .handle(uploads::abort)
        .on(S3Api.LIST_PARTS)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onObject(
                        "s3:ListMultipartUploadParts", in.bucket(), in.key(), call)))
        .dataEvent()
        .handle(uploadListings::parts)
        .on(S3Api.LIST_MULTIPART_UPLOADS)
        .permissions((in, call) -> bucket("s3:ListBucketMultipartUploads", in.bucket(), call))
        .handle(uploadListings::uploads);
  }

  private List<Permission> bucket(String action, String bucket, Call call) {
    return List.of(permissions.onBucket(action, bucket, call));
  }
}

package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Caller;
import dev.bulwark.state.Attachment;
import dev.bulwark.state.WriteTx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one version to another bucket, as the role that the rule names: policies of the role, of
 * both buckets and of keys decide.
 */
final class Replicator {
  private static final int SERVER_ERROR = 500;
  private static final Integrity NO_CHECKS = new Integrity(null, null, null, false);

  /** A replica whose bytes are in place, and which is not stored yet. */
  private record Copy(
      ObjectRecord object,
      @Nullable Attachment attachment,
      @Nullable PartList parts,
      List<Received> received)
      implements AutoCloseable {

    void keep() {
      received.forEach(Received::keep);
    }

    @Override
    public void close() {
      received.forEach(Received::close);
    }
  }

  /** Where a version is and where it is to go, as the role sees both. */
  private record Way(
      ReplicationTask task,
      ObjectRows.Found found,
      LoadedBucket from,
      LoadedBucket to,
      Caller reader,
      Caller writer) {

    ObjectRecord object() {
      return found.record();
    }
  }

  private final Buckets buckets;
  private final ObjectRows rows;
  private final Versions versions;
  private final ContentReader contents;
  private final Receiver receiver;
  private final ObjectKeys keys;
  private final S3Permissions permissions;
  private final ReplicationRoles roles;
  private final Notifications notifications;

  Replicator(
      Buckets buckets,
      ObjectRows rows,
      Versions versions,
      ContentReader contents,
      Receiver receiver,
      ObjectKeys keys,
      S3Permissions permissions,
      ReplicationRoles roles,
      Notifications notifications) {
    this.buckets = buckets;
    this.rows = rows;
    this.versions = versions;
    this.contents = contents;
    this.receiver = receiver;
    this.keys = keys;
    this.permissions = permissions;
    this.roles = roles;
    this.notifications = notifications;
  }

  /**
   * Brings a version to its destination.
   *
   * @param commit runs what it is given in the transaction that ends the task
   * @throws ReplicationFailure where it cannot get there
   * @throws RuntimeException where it may, another time
   */
  void replicate(ReplicationTask task, Instant now, Consumer<Consumer<WriteTx>> commit) {
    if (!buckets.exists(task.bucket())) {
      throw new ReplicationFailure("SrcBucketNotFound");
    }
    var from = buckets.find(task.bucket(), null);
    var found = rows.findVersion(task.bucket(), task.key(), task.version());
    if (found == null) {
      throw new ReplicationFailure("SrcVersionNotFound");
    }
    var to = destination(task.target());
    var way =
        new Way(
            task,
            found,
            from,
            to,
            role(task, from, from.record().region()),
            role(task, from, to.record().region()));
    switch (task.kind()) {
      case OBJECT -> bringObject(way, now, commit);
      case MARKER -> bringMarker(way, now, commit);
      case CHANGE -> bringChange(way, now, commit);
    }
  }

  private LoadedBucket destination(ReplicationTask.Target target) {
    if (!buckets.exists(target.bucket())) {
      throw new ReplicationFailure("DstBucketNotFound");
    }
    var bucket = buckets.find(target.bucket(), null);
    if (target.account() != null && !target.account().equals(bucket.accountId())) {
      throw new ReplicationFailure("DstBucketNotFound");
    }
    if (bucket.record().rules().versioning() != Versioning.ENABLED) {
      throw new ReplicationFailure("DstBucketUnversioned");
    }
    return bucket;
  }

  private Caller role(ReplicationTask task, LoadedBucket bucket, String region) {
    return attempt(
        "AssumeRoleNotPermitted", () -> roles.of(task.target().role(), bucket.record(), region));
  }

  /** What is refused fails for good; what the other side cannot do now may be tried again. */
  private static <T> T attempt(String reason, Supplier<T> asked) {
    try {
      return asked.get();
    } catch (ApiException e) {
      if (e.httpStatus() >= SERVER_ERROR) {
        throw e;
      }
      throw new ReplicationFailure(reason, e);
    }
  }

  private void requireRead(Way way, String action, String reason) {
    require(way.reader(), way.from(), way, action, reason);
  }

  private void requireWrite(Way way, String action, String reason) {
    require(way.writer(), way.to(), way, action, reason);
  }

  private void require(Caller caller, LoadedBucket bucket, Way way, String action, String reason) {
    // Of the destination only the bucket's policy speaks: there is no object yet.
    var object = bucket == way.from() ? way.object() : null;
    var permission = permissions.ofRole(action, bucket, way.task().key(), object, caller);
    attempt(
        reason,
        () -> {
          caller.require(permission);
          return action;
        });
  }

  // Objects

  private void bringObject(Way way, Instant now, Consumer<Consumer<WriteTx>> commit) {
    var object = way.object();
    requireRead(way, "s3:GetObjectVersionForReplication", "SrcGetObjectNotPermitted");
    requireState(way);
    requireWrite(way, "s3:ReplicateObject", "DstPutObjectNotPermitted");
    if (!object.tags().isEmpty()) {
      requireWrite(way, "s3:ReplicateTags", "DstPutTaggingNotPermitted");
    }
    if (way.task().target().ownedByBucket()) {
      requireWrite(way, "s3:ObjectOwnerOverrideToBucketOwner", "DstPutObjectNotPermitted");
    }
    var bucket = way.to().record();
    var telling = notifications.ofReplica(bucket, way.writer().principal(), now);
    var isStored = new AtomicBoolean();
    try (var copy = copy(way, now)) {
      commit.accept(
          tx -> {
            requireSame(tx, bucket);
            // An earlier attempt whose end was not told, or a rule that was put anew.
            boolean there =
                rows.find(tx, bucket.name(), way.task().key(), way.task().version()) != null;
            isStored.set(!there);
            if (there) {
              return;
            }
            var existing = rows.find(tx, bucket.name(), way.task().key());
            var stored =
                versions.put(
                    tx,
                    bucket,
                    way.task().key(),
                    existing,
                    copy.object(),
                    copy.attachment(),
                    copy.parts(),
                    // A bucket that keeps versions gives nothing up for a new one.
                    new ArrayList<>(0));
            if (copy.parts() != null) {
              rows.keepParts(tx, bucket.name(), way.task().key(), copy.parts());
            }
            if (telling != null) {
              telling.changed(tx, way.task().key(), stored);
            }
          });
      if (isStored.get()) {
        copy.keep();
      }
    }
    notifications.sent(telling);
  }

  /** The rights to what stands beside the bytes. */
  private void requireState(Way way) {
    var object = way.object();
    if (AclPolicies.countsIn(way.from())) {
      requireRead(way, "s3:GetObjectVersionAcl", "SrcGetAclNotPermitted");
    }
    if (!object.tags().isEmpty()) {
      requireRead(way, "s3:GetObjectVersionTagging", "SrcGetTaggingNotPermitted");
    }
    if (way.from().record().rules().lock() != null) {
      if (way.to().record().rules().lock() == null) {
        throw new ReplicationFailure("DstBucketObjectLockConfigMissing");
      }
      requireRead(way, "s3:GetObjectRetention", "SrcGetRetentionNotPermitted");
      requireRead(way, "s3:GetObjectLegalHold", "SrcGetLegalHoldNotPermitted");
    }
  }

  private void requireSame(WriteTx tx, BucketRecord bucket) {
    try {
      if (buckets.current(tx, bucket).rules().versioning() != Versioning.ENABLED) {
        throw new ReplicationFailure("DstBucketUnversioned");
      }
    } catch (ApiException e) {
      throw new ReplicationFailure("DstBucketNotFound", e);
    }
  }

  private Copy copy(Way way, Instant now) {
    var source = way.object();
    if (source.encryption() instanceof Encryption.Customer customer) {
      return moved(way, customer, now);
    }
    var opener = opener(way);
    var writing = writing(way);
    var received = new ArrayList<Received>();
    try {
      var bucket = way.to().record();
      var key = way.task().key();
      if (source.content() instanceof Content.Parts) {
        var parts = new ArrayList<PartRecord>();
        long offset = 0;
        for (var part : way.found().partList().parts()) {
          try (var body = open(way, opener, offset, part.size())) {
            var taken = receiver.part(body.body(), NO_CHECKS, writing.seal());
            received.add(taken);
            parts.add(part.withBlob(taken.blobId()));
          }
          offset += part.size();
        }
        return new Copy(
            replica(way, Content.Parts.INSTANCE, writing.encryption(), now),
            null,
            new PartList(parts, null),
            received);
      }
      try (var body = open(way, opener, 0, source.size())) {
        var taken = receiver.object(body.body(), NO_CHECKS, writing.seal());
        received.add(taken);
        var content = Versions.content(bucket, taken);
        var sealed = Blobs.seal(writing.seal(), bucket.name(), key, taken.inline());
        return new Copy(
            replica(way, content, writing.encryption(), now),
            rows.attach(bucket.name(), key, content, sealed),
            null,
            received);
      }
    } catch (RuntimeException e) {
      received.forEach(Received::close);
      throw e;
    }
  }

  /**
   * A version under a key that only the client has, with its bytes as they are sealed.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html">Replicating
   *     encrypted objects</a>
   */
  private Copy moved(Way way, Encryption.Customer customer, Instant now) {
    var bucket = way.to().record();
    if (bucket.rules().encryption().blocksCustomerKeys()) {
      throw new ReplicationFailure("DstPutObjectNotPermitted");
    }
    var source = way.object();
    var key = way.task().key();
    var received = new ArrayList<Received>();
    try {
      if (source.content() instanceof Content.Parts) {
        var parts = new ArrayList<PartRecord>();
        for (var part : way.found().partList().parts()) {
          var taken = receiver.copy(part.blobId(), part.size());
          received.add(taken);
          parts.add(part.movedTo(taken.blobId()));
        }
        var object = replica(way, Content.Parts.INSTANCE, customer, now);
        return new Copy(object, null, new PartList(parts, null), received);
      }
      if (source.content() instanceof Content.Blob blob) {
        var taken = receiver.copy(blob.id(), source.size());
        received.add(taken);
        var object = replica(way, taken.content(), customer.movedFrom(blob.id()), now);
        return new Copy(object, null, null, received);
      }
      var sealed = contents.sealed(way.found());
      if (sealed == null) {
        throw movedMeanwhile();
      }
      var taken = receiver.sealed(sealed, source.size());
      var content = Versions.content(bucket, taken);
      return new Copy(
          replica(way, content, customer.movedFrom(Blobs.place(way.task().bucket(), key)), now),
          rows.attach(bucket.name(), key, content, sealed),
          null,
          received);
    } catch (RuntimeException e) {
      received.forEach(Received::close);
      throw e;
    }
  }

  /** The next attempt finds where it is now. */
  private static IllegalStateException movedMeanwhile() {
    return new IllegalStateException("a version moved while it was read");
  }

  /** Bytes of a version that are to be closed. */
  private record Opened(Body body) implements AutoCloseable {
    @Override
    public void close() {
      try {
        body.stream().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Opened open(Way way, ContentSeal seal, long offset, long length) {
    var task = way.task();
    var body = contents.open(task.bucket(), task.key(), way.found(), seal, offset, length);
    if (body == null) {
      throw movedMeanwhile();
    }
    return new Opened(body);
  }

  private ContentSeal opener(Way way) {
    return ofKeys(
        "Src",
        () ->
            keys.of(
                way.object().encryption(),
                way.from().record().arn(),
                way.task().key(),
                null,
                way.reader()));
  }

  private ObjectKeys.Writing writing(Way way) {
    return ofKeys(
        "Dst",
        () ->
            keys.forReplica(
                way.object().encryption(),
                way.task().target().kmsKey(),
                way.to().record(),
                way.task().key(),
                way.writer()));
  }

  private static <T> T ofKeys(String side, Supplier<T> asked) {
    try {
      return asked.get();
    } catch (ApiException e) {
      if (e.httpStatus() >= SERVER_ERROR) {
        throw e;
      }
      var refused = side.equals("Src") ? "SrcGetObjectNotPermitted" : "DstPutObjectNotPermitted";
      throw new ReplicationFailure(
          e.code().startsWith("AccessDenied")
              ? refused
              : side.equals("Dst") && e.code().contains("NotFound")
                  ? "DstKmsKeyNotFound"
                  : side + "KmsKeyInvalidState",
          e);
    }
  }

  private ObjectRecord replica(Way way, Content content, Encryption encryption, Instant now) {
    var source = way.object();
    var target = way.task().target();
    var headers = source.headers();
    var storageClass =
        target.storageClass() == null
            ? headers.storageClass()
            : ObjectRequests.storageClass(target.storageClass());
    var lock = way.to().record().rules().lock();
    var retention = source.extras().retention();
    return new ObjectRecord(
        source.size(),
        source.md5(),
        source.parts(),
        source.lastModified(),
        content,
        source.checksum(),
        headers.with(storageClass, headers.websiteRedirectLocation()),
        source.tags(),
        new ObjectExtras(
            source.versionName(),
            0,
            encryption,
            acl(way),
            retention != null || lock == null ? retention : lock.retention(now),
            source.extras().legalHold(),
            null,
            null,
            ReplicationStatus.REPLICA));
  }

  /** What replicas grant: as their source does, unless the destination's owner has them. */
  private @Nullable Acl acl(Way way) {
    var bucket = way.to();
    if (way.task().target().ownedByBucket() || !AclPolicies.countsIn(bucket)) {
      return null;
    }
    var acl = Acls.of(way.from().record(), way.object());
    if (AclGrants.isPublic(acl) && bucket.block().get().blockPublicAcls()) {
      throw new ReplicationFailure("DstPutAclNotPermitted");
    }
    return acl.equals(Acl.ofOwner(bucket.accountId())) ? null : acl;
  }

  // Delete markers

  private void bringMarker(Way way, Instant now, Consumer<Consumer<WriteTx>> commit) {
    requireWrite(way, "s3:ReplicateDelete", "DstDelObjNotPermitted");
    var bucket = way.to().record();
    var telling = notifications.ofReplica(bucket, way.writer().principal(), now);
    commit.accept(
        tx -> {
          requireSame(tx, bucket);
          var key = way.task().key();
          if (rows.find(tx, bucket.name(), key, way.task().version()) != null) {
            return;
          }
          var marker =
              ObjectRecord.marker(way.object().lastModified(), way.task().version(), 0)
                  .withReplication(ReplicationStatus.REPLICA);
          var existing = rows.find(tx, bucket.name(), key);
          versions.mark(tx, bucket, key, existing, marker, new ArrayList<>(0));
          if (telling != null) {
            telling.removed(tx, key, new Versions.Deleted(way.task().version(), true), true);
          }
        });
    notifications.sent(telling);
  }

  // Changes

  private void bringChange(Way way, Instant now, Consumer<Consumer<WriteTx>> commit) {
    requireState(way);
    requireWrite(way, "s3:ReplicateObject", "DstPutObjectNotPermitted");
    requireWrite(way, "s3:ReplicateTags", "DstPutTaggingNotPermitted");
    var bucket = way.to().record();
    var key = way.task().key();
    commit.accept(
        tx -> {
          requireSame(tx, bucket);
          var there = rows.find(tx, bucket.name(), key, way.task().version());
          if (there == null) {
            throw new ReplicationFailure("DstVersionNotFound");
          }
          var source = way.object();
          var extras =
              there
                  .extras()
                  .withAcl(acl(way))
                  .withRetention(retention(there, source, now))
                  .withReplication(ReplicationStatus.REPLICA);
          if (source.extras().legalHold() != null) {
            extras = extras.withLegalHold(source.extras().isHeld());
          }
          rows.update(tx, bucket.name(), key, there.withTags(source.tags()).withExtras(extras));
        });
  }

  /** Retention goes with its source, but never gets weaker than compliance promises. */
  private static @Nullable Retention retention(
      ObjectRecord there, ObjectRecord source, Instant now) {
    var before = there.extras().retention();
    var after = source.extras().retention();
    boolean promised = before != null && before.compliance() && before.isActive(now);
    boolean kept =
        promised
            && (after == null
                || !after.compliance()
                || after.until() < Objects.requireNonNull(before).until());
    return kept ? before : after;
  }
}

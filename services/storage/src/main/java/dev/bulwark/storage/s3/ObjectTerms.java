package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.service.Call;
import dev.bulwark.wire.HttpHeaders;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** What a write says of its object beside bytes and headers: whose it is, and what holds it. */
final class ObjectTerms {
  static final String LOCK_MODE = "x-amz-object-lock-mode";
  static final String LOCK_UNTIL = "x-amz-object-lock-retain-until-date";
  static final String LEGAL_HOLD = "x-amz-object-lock-legal-hold";

  private ObjectTerms() {}

  /**
   * The extras of a new object.
   *
   * @param loaded as the request has come to it: an access point may block more than its bucket
   * @param headers that say it
   */
  static ObjectExtras of(
      LoadedBucket loaded, String key, HttpHeaders headers, Encryption encryption, Call call) {
    var bucket = loaded.record();
    var acl = acl(loaded, bucket.arn() + '/' + key, headers, call);
    var retention = retention(bucket, headers, call.time());
    var held = legalHold(bucket, headers);
    boolean plain = acl == null && retention == null && held == null;
    return plain && encryption instanceof Encryption.Server
        ? ObjectExtras.NONE
        : new ObjectExtras(null, 0, encryption, acl, retention, held, null, null, null);
  }

  /** The access control list of a new object; null where it is the usual one. */
  private static @Nullable Acl acl(
      LoadedBucket loaded, String arn, HttpHeaders headers, Call call) {
    var bucket = loaded.record();
    boolean given = AclGrants.given(headers);
    if (bucket.ownership() == Ownership.ENFORCED) {
      if (given && !isOwnersAnyway(headers)) {
        throw S3Errors.aclNotSupported();
      }
      return null;
    }
    var owner = owner(bucket, headers, call.principal());
    if (!given && owner.equals(bucket.accountId())) {
      return null;
    }
    var acl = AclGrants.ofHeaders(headers, owner, bucket.accountId());
    Acls.requireNotBlocked(loaded.block().get(), acl, "s3:PutObject", arn, call);
    return acl.equals(Acl.ofOwner(bucket.accountId())) ? null : acl;
  }

  private static boolean isOwnersAnyway(HttpHeaders headers) {
    return AclGrants.BUCKET_OWNER_FULL_CONTROL.equals(headers.first("x-amz-acl"))
        && headers.first("x-amz-grant-full-control") == null
        && headers.first("x-amz-grant-read") == null
        && headers.first("x-amz-grant-read-acp") == null
        && headers.first("x-amz-grant-write") == null
        && headers.first("x-amz-grant-write-acp") == null;
  }

  private static String owner(BucketRecord bucket, HttpHeaders headers, Principal caller) {
    boolean bucketOwners =
        caller instanceof Principal.Anonymous
            || caller instanceof Principal.ServicePrincipal
            || (bucket.ownership() == Ownership.PREFERRED
                && AclGrants.BUCKET_OWNER_FULL_CONTROL.equals(headers.first("x-amz-acl")));
    return bucketOwners ? bucket.accountId() : caller.accountId();
  }

  private static @Nullable Retention retention(
      BucketRecord bucket, HttpHeaders headers, Instant now) {
    var mode = headers.first(LOCK_MODE);
    var until = headers.first(LOCK_UNTIL);
    var lock = bucket.rules().lock();
    if (mode == null && until == null) {
      return lock == null ? null : lock.retention(now);
    }
    requireLockForWrite(bucket);
    if (mode == null || until == null) {
      throw S3Errors.invalidArgument(
          "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
          mode == null ? LOCK_MODE : LOCK_UNTIL,
          null);
    }
    return retention(mode, instant(until), now);
  }

  /** A retention as a request wants it. */
  static Retention retention(@Nullable String mode, Instant until, Instant now) {
    boolean compliance = Retention.COMPLIANCE.equals(mode);
    if (!compliance && !Retention.GOVERNANCE.equals(mode)) {
      throw S3Errors.invalidArgument("Unknown wormMode directive.", LOCK_MODE, mode);
    }
    if (!until.isAfter(now)) {
      throw S3Errors.invalidArgument(
          "The retain until date must be in the future!", LOCK_UNTIL, until.toString());
    }
    return new Retention(compliance, until.toEpochMilli());
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw S3Errors.invalidArgument(
          "The retain until date must be provided in ISO 8601 format", LOCK_UNTIL, text);
    }
  }

  private static @Nullable Boolean legalHold(BucketRecord bucket, HttpHeaders headers) {
    var hold = headers.first(LEGAL_HOLD);
    if (hold == null) {
      return null;
    }
    requireLockForWrite(bucket);
    return isOn(hold);
  }

  static boolean isOn(@Nullable String hold) {
    boolean on = "ON".equals(hold);
    if (!on && !"OFF".equals(hold)) {
      throw S3Errors.invalidArgument(
          "Legal Hold must be either of 'ON' or 'OFF'", LEGAL_HOLD, hold);
    }
    return on;
  }

  private static void requireLockForWrite(BucketRecord bucket) {
    if (bucket.rules().lock() == null) {
      throw LockErrors.lockNotConfiguredForWrite();
    }
  }

  static void requireLock(BucketRecord bucket) {
    if (bucket.rules().lock() == null) {
      throw LockErrors.lockNotConfigured();
    }
  }
}

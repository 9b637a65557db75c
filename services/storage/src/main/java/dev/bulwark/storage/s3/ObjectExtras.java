package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * What only some objects have, apart from the rest so that the others pay nothing for it.
 *
 * @param versionId null for the null version
 * @param sequence its place among the versions of its key; 0 where it was put into a bucket that
 *     never had versions
 * @param legalHold whether it is held; null where that was never said
 * @param acl null where its owner is the bucket's, and nothing was granted
 * @param restore null where it was not asked back from an archive
 * @param tiering null where it is new in its storage class, or of one without tiers
 * @param replication null where it neither goes to another bucket nor came from one
 */
record ObjectExtras(
    @Nullable String versionId,
    long sequence,
    Encryption encryption,
    @Nullable Acl acl,
    @Nullable Retention retention,
    @Nullable Boolean legalHold,
    @Nullable Restore restore,
    AccessTier.@Nullable Tiering tiering,
    @Nullable ReplicationStatus replication) {

  /** Bits that tell what was written of restore and replication. */
  private static final int RESTORE = 1;

  private static final int REPLICATION = 2;

  static final ObjectExtras NONE =
      new ObjectExtras(null, 0, Encryption.Server.INSTANCE, null, null, null, null, null, null);

  ObjectExtras withVersion(@Nullable String id, long place) {
    return new ObjectExtras(
        id, place, encryption, acl, retention, legalHold, restore, tiering, replication);
  }

  ObjectExtras withEncryption(Encryption other) {
    return new ObjectExtras(
        versionId, sequence, other, acl, retention, legalHold, restore, tiering, replication);
  }

  ObjectExtras withAcl(@Nullable Acl other) {
    return new ObjectExtras(
        versionId,
        sequence,
        encryption,
        other,
        retention,
        legalHold,
        restore,
        tiering,
        replication);
  }

  ObjectExtras withRetention(@Nullable Retention other) {
    return new ObjectExtras(
        versionId, sequence, encryption, acl, other, legalHold, restore, tiering, replication);
  }

  /** Whether a legal hold is on it. */
  boolean isHeld() {
    return Boolean.TRUE.equals(legalHold);
  }

  ObjectExtras withLegalHold(boolean held) {
    return new ObjectExtras(
        versionId, sequence, encryption, acl, retention, held, restore, tiering, replication);
  }

  ObjectExtras withRestore(@Nullable Restore other) {
    return new ObjectExtras(
        versionId, sequence, encryption, acl, retention, legalHold, other, tiering, replication);
  }

  ObjectExtras withReplication(@Nullable ReplicationStatus other) {
    return new ObjectExtras(
        versionId, sequence, encryption, acl, retention, legalHold, restore, tiering, other);
  }

  ObjectExtras withTiering(AccessTier.@Nullable Tiering other) {
    return new ObjectExtras(
        versionId, sequence, encryption, acl, retention, legalHold, restore, other, replication);
  }

  /** Writes all but the tiering, which an object's record writes where there is one. */
  void write(RecordWriter out) {
    out.optional(versionId).number(sequence);
    encryption.write(out);
    out.flag(acl != null);
    if (acl != null) {
      acl.write(out);
    }
    out.flag(retention != null);
    if (retention != null) {
      retention.write(out);
    }
    out.number(legalHold == null ? 0 : legalHold ? 2 : 1);
    out.number((restore == null ? 0 : RESTORE) | (replication == null ? 0 : REPLICATION));
    if (restore != null) {
      restore.write(out);
    }
    if (replication != null) {
      out.number(replication.ordinal());
    }
  }

  static ObjectExtras read(RecordReader in) {
    var versionId = in.optional();
    long sequence = in.number();
    var encryption = Encryption.read(in);
    var acl = in.flag() ? Acl.read(in) : null;
    var retention = in.flag() ? Retention.read(in) : null;
    var legalHold = legalHold(in.integer());
    int more = in.integer();
    return new ObjectExtras(
        versionId,
        sequence,
        encryption,
        acl,
        retention,
        legalHold,
        (more & RESTORE) == 0 ? null : Restore.read(in),
        null,
        (more & REPLICATION) == 0 ? null : ReplicationStatus.values()[in.integer()]);
  }

  private static @Nullable Boolean legalHold(int number) {
    return number == 0 ? null : number == 2;
  }
}

package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * How a bucket keeps its objects.
 *
 * @param encryption of objects that say nothing of it
 * @param lock null where the bucket has no object lock
 * @param acl null where nothing but the owner's full control was granted
 * @param acceleration null where it was never set
 */
record BucketRules(
    Versioning versioning,
    boolean mfaDelete,
    DefaultEncryption encryption,
    @Nullable LockRule lock,
    @Nullable Acl acl,
    boolean requesterPays,
    @Nullable String acceleration) {

  static final BucketRules NEW =
      new BucketRules(Versioning.NEVER, false, DefaultEncryption.SERVER, null, null, false, null);

  BucketRules withVersioning(Versioning state, boolean mfa) {
    return new BucketRules(state, mfa, encryption, lock, acl, requesterPays, acceleration);
  }

  BucketRules withEncryption(DefaultEncryption other) {
    return new BucketRules(versioning, mfaDelete, other, lock, acl, requesterPays, acceleration);
  }

  BucketRules withLock(LockRule other) {
    return new BucketRules(
        versioning, mfaDelete, encryption, other, acl, requesterPays, acceleration);
  }

  BucketRules withAcl(@Nullable Acl other) {
    return new BucketRules(
        versioning, mfaDelete, encryption, lock, other, requesterPays, acceleration);
  }

  BucketRules withRequesterPays(boolean pays) {
    return new BucketRules(versioning, mfaDelete, encryption, lock, acl, pays, acceleration);
  }

  BucketRules withAcceleration(String status) {
    return new BucketRules(versioning, mfaDelete, encryption, lock, acl, requesterPays, status);
  }

  void write(RecordWriter out) {
    out.number(versioning.ordinal()).flag(mfaDelete);
    encryption.write(out);
    out.flag(lock != null);
    if (lock != null) {
      lock.write(out);
    }
    out.flag(acl != null);
    if (acl != null) {
      acl.write(out);
    }
    out.flag(requesterPays).optional(acceleration);
  }

  static BucketRules read(RecordReader in) {
    return new BucketRules(
        Versioning.values()[in.integer()],
        in.flag(),
        DefaultEncryption.read(in),
        in.flag() ? LockRule.read(in) : null,
        in.flag() ? Acl.read(in) : null,
        in.flag(),
        in.optional());
  }
}

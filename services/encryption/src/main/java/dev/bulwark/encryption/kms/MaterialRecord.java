package dev.bulwark.encryption.kms;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of a key's materials: the secret itself is in the vault.
 *
 * @param id 64 hexadecimal digits
 * @param status whether new ciphertexts are made with it
 * @param rotated when it became current; null for a key's first
 * @param rotation {@code AUTOMATIC} or {@code ON_DEMAND}; null for a key's first
 * @param present false where imported material was deleted, or has expired
 * @param validTo when imported material expires; null where it does not
 * @param description of imported material
 * @param publicKey of a pair, DER
 */
record MaterialRecord(
    String id,
    Status status,
    @Nullable Instant rotated,
    @Nullable String rotation,
    boolean present,
    @Nullable Instant validTo,
    @Nullable String description,
    byte @Nullable [] publicKey) {

  /** The names of the API. */
  enum Status {
    CURRENT,
    NON_CURRENT,
    PENDING_ROTATION,
    PENDING_MULTI_REGION_IMPORT_AND_ROTATION
  }

  /** Material that came into being with its key. */
  static MaterialRecord first(String id, byte @Nullable [] publicKey) {
    return new MaterialRecord(id, Status.CURRENT, null, null, true, null, null, publicKey);
  }

  /** Material that takes over. */
  static MaterialRecord rotatedIn(String id, Instant when, String how) {
    return new MaterialRecord(id, Status.CURRENT, when, how, true, null, null, null);
  }

  /** Whether it can be used now. */
  boolean isUsable(Instant now) {
    return present && (validTo == null || validTo.isAfter(now));
  }

  boolean isPending() {
    return status == Status.PENDING_ROTATION
        || status == Status.PENDING_MULTI_REGION_IMPORT_AND_ROTATION;
  }

  MaterialRecord withStatus(Status next) {
    return new MaterialRecord(
        id, next, rotated, rotation, present, validTo, description, publicKey);
  }

  MaterialRecord becoming(Instant when, String how) {
    return new MaterialRecord(
        id, Status.CURRENT, when, how, present, validTo, description, publicKey);
  }

  MaterialRecord imported(@Nullable Instant expiry, @Nullable String text) {
    return new MaterialRecord(
        id, status, rotated, rotation, true, expiry, text == null ? description : text, publicKey);
  }

  /**
   * Pending material that has expired: the secret is gone, and AWS still takes it for imported
   * until a rotation makes it current.
   */
  MaterialRecord expired() {
    return new MaterialRecord(
        id, status, rotated, rotation, false, validTo, description, publicKey);
  }

  MaterialRecord deleted() {
    return new MaterialRecord(id, status, rotated, rotation, false, null, description, publicKey);
  }
}

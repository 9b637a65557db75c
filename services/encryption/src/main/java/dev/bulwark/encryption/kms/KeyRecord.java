package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key as stored.
 *
 * @param enabled as DisableKey and EnableKey left it
 * @param deletion null unless it is to be deleted
 * @param policy with principals by their unique ids
 * @param materials in the order in which they came; none before the first import
 * @param multiRegion null for keys of one Region
 */
public record KeyRecord(
    KeyIdentity identity,
    String description,
    boolean enabled,
    @Nullable Deletion deletion,
    String policy,
    Map<String, String> tags,
    List<MaterialRecord> materials,
    Rotation rotation,
    @Nullable MultiRegion multiRegion) {

  /**
   * A scheduled deletion.
   *
   * @param date null while replicas of a primary key still exist
   */
  record Deletion(@Nullable Instant date, int windowInDays) {}

  /**
   * How the key rotates.
   *
   * @param periodInDays 0 while it does not by itself
   * @param next when it does next
   * @param onDemand how often it was asked to
   */
  record Rotation(int periodInDays, @Nullable Instant next, int onDemand) {
    static final Rotation NONE = new Rotation(0, null, 0);

    boolean enabled() {
      return periodInDays > 0;
    }

    /** What was due while the key did not rotate happens now, and once. */
    Rotation resumed(Instant now) {
      return next != null && next.isBefore(now) ? new Rotation(periodInDays, now, onDemand) : this;
    }
  }

  /**
   * The Regions of a multi-Region key.
   *
   * @param replicas without the primary's
   */
  record MultiRegion(String primary, List<String> replicas) {
    public MultiRegion {
      replicas = List.copyOf(replicas);
    }
  }

  public KeyRecord {
    tags = Map.copyOf(tags);
    materials = List.copyOf(materials);
  }

  String accountId() {
    return identity.accountId();
  }

  String region() {
    return identity.region();
  }

  String keyId() {
    return identity.keyId();
  }

  KeySpec spec() {
    return identity.spec();
  }

  KeyUsage usage() {
    return identity.usage();
  }

  KeyOrigin origin() {
    return identity.origin();
  }

  String arn() {
    return identity.arn();
  }

  /** When the waiting period is over; nothing where there is none, or it has not begun. */
  Optional<Instant> departure() {
    return Optional.ofNullable(deletion).map(Deletion::date);
  }

  /** Whether the waiting period is over; then there is no such key. */
  boolean isGone(Instant now) {
    return deletion != null && deletion.date() != null && !deletion.date().isAfter(now);
  }

  KeyState state(Instant now) {
    if (deletion != null) {
      return deletion.date() == null
          ? KeyState.PENDING_REPLICA_DELETION
          : KeyState.PENDING_DELETION;
    }
    if (origin() == KeyOrigin.EXTERNAL && !hasAllMaterials(now)) {
      return KeyState.PENDING_IMPORT;
    }
    return enabled ? KeyState.ENABLED : KeyState.DISABLED;
  }

  /** An imported key is fit for use while every material that ciphertexts need is there. */
  private boolean hasAllMaterials(Instant now) {
    return current().isPresent()
        && materials.stream().allMatch(one -> one.isPending() || one.isUsable(now));
  }

  /** The material that makes new ciphertexts. */
  Optional<MaterialRecord> current() {
    for (int i = materials.size() - 1; i >= 0; i--) {
      if (materials.get(i).status() == MaterialRecord.Status.CURRENT) {
        return Optional.of(materials.get(i));
      }
    }
    return Optional.empty();
  }

  /** When the imported material that makes new ciphertexts expires; null where it does not. */
  @Nullable Instant expiry() {
    return current().filter(MaterialRecord::present).map(MaterialRecord::validTo).orElse(null);
  }

  /** The material that waits for a rotation. */
  Optional<MaterialRecord> pending() {
    return materials.stream().filter(MaterialRecord::isPending).findFirst();
  }

  /** The material that a ciphertext names. */
  Optional<MaterialRecord> byTag(String tag) {
    for (var material : materials) {
      if (material.id().startsWith(tag)) {
        return Optional.of(material);
      }
    }
    return Optional.empty();
  }

  Optional<MaterialRecord> byId(String materialId) {
    return materials.stream().filter(one -> one.id().equals(materialId)).findFirst();
  }

  boolean isPrimary() {
    return multiRegion != null && multiRegion.primary().equals(region());
  }

  KeyRecord withDescription(String text) {
    return new KeyRecord(
        identity, text, enabled, deletion, policy, tags, materials, rotation, multiRegion);
  }

  KeyRecord withEnabled(boolean value) {
    return new KeyRecord(
        identity, description, value, deletion, policy, tags, materials, rotation, multiRegion);
  }

  KeyRecord withDeletion(@Nullable Deletion value) {
    return new KeyRecord(
        identity, description, enabled, value, policy, tags, materials, rotation, multiRegion);
  }

  KeyRecord withPolicy(String value) {
    return new KeyRecord(
        identity, description, enabled, deletion, value, tags, materials, rotation, multiRegion);
  }

  KeyRecord withTags(Map<String, String> value) {
    return new KeyRecord(
        identity, description, enabled, deletion, policy, value, materials, rotation, multiRegion);
  }

  /** When the next of its imported materials expires. */
  Optional<Instant> nextExpiry() {
    return materials.stream()
        .filter(MaterialRecord::present)
        .map(MaterialRecord::validTo)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  /** When it rotates next, or material expires; disabled keys wait with rotations. */
  Optional<Instant> nextDue() {
    var rotates = enabled && deletion == null ? rotation.next() : null;
    return Stream.concat(Stream.ofNullable(rotates), nextExpiry().stream())
        .min(Comparator.naturalOrder());
  }

  KeyRecord withMaterials(List<MaterialRecord> value) {
    return new KeyRecord(
        identity, description, enabled, deletion, policy, tags, value, rotation, multiRegion);
  }

  KeyRecord withRotation(Rotation value) {
    return new KeyRecord(
        identity, description, enabled, deletion, policy, tags, materials, value, multiRegion);
  }

  KeyRecord withMultiRegion(@Nullable MultiRegion value) {
    return new KeyRecord(
        identity, description, enabled, deletion, policy, tags, materials, rotation, value);
  }

  /** The same with one material changed. */
  KeyRecord withMaterial(String materialId, UnaryOperator<MaterialRecord> change) {
    return withMaterials(
        materials.stream()
            .map(one -> one.id().equals(materialId) ? change.apply(one) : one)
            .toList());
  }

  /** The same as if one material had never come. */
  KeyRecord withoutMaterial(String materialId) {
    return withMaterials(materials.stream().filter(one -> !one.id().equals(materialId)).toList());
  }

  /** The same with a material that takes over from the current one. */
  KeyRecord rotatedTo(MaterialRecord next) {
    var all = new ArrayList<MaterialRecord>();
    for (var material : materials) {
      if (!material.id().equals(next.id())) {
        all.add(
            material.status() == MaterialRecord.Status.CURRENT
                ? material.withStatus(MaterialRecord.Status.NON_CURRENT)
                : material);
      }
    }
    all.add(next);
    return withMaterials(all);
  }
}

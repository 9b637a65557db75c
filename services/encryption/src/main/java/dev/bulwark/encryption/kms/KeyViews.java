package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.KeyMetadata;
import dev.bulwark.api.kms.MultiRegionConfiguration;
import dev.bulwark.api.kms.MultiRegionKey;
import dev.bulwark.api.kms.Tag;
import dev.bulwark.cryptography.EncryptionAlgorithm;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.SigningAlgorithm;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys as the API shows them. */
final class KeyViews {
  private KeyViews() {}

  static KeyMetadata metadata(KeyRecord key, Instant now) {
    var state = key.state(now);
    var current = key.current();
    var view =
        KeyMetadata.builder()
            .awsAccountId(key.accountId())
            .keyId(key.keyId())
            .arn(key.arn())
            .creationDate(key.identity().created())
            .enabled(state == KeyState.ENABLED)
            .description(key.description())
            .keyUsage(key.usage().name())
            .keyState(state.text())
            .origin(key.origin().name())
            .keyManager(key.identity().awsManaged() ? "AWS" : "CUSTOMER")
            .customerMasterKeySpec(key.spec().name())
            .keySpec(key.spec().name())
            .encryptionAlgorithms(encryption(key))
            .signingAlgorithms(signing(key))
            .macAlgorithms(mac(key))
            .keyAgreementAlgorithms(agreement(key))
            .multiRegion(key.multiRegion() != null)
            .multiRegionConfiguration(configuration(key));
    var deletion = key.deletion();
    if (deletion != null) {
      view.deletionDate(deletion.date());
      if (deletion.date() == null) {
        view.pendingDeletionWindowInDays(deletion.windowInDays());
      }
    }
    if (key.origin() == KeyOrigin.EXTERNAL && current.isPresent() && current.get().isUsable(now)) {
      var validTo = current.get().validTo();
      view.expirationModel(
              validTo == null ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES")
          .validTo(validTo);
    }
    if (key.spec() == KeySpec.SYMMETRIC_DEFAULT && key.identity().keyStoreId() == null) {
      current.ifPresent(material -> view.currentKeyMaterialId(material.id()));
    }
    return view.build();
  }

  static @Nullable List<String> encryption(KeyRecord key) {
    return key.usage() == KeyUsage.ENCRYPT_DECRYPT
        ? EncryptionAlgorithm.of(key.spec()).stream().map(Enum::name).toList()
        : null;
  }

  static @Nullable List<String> signing(KeyRecord key) {
    return key.usage() == KeyUsage.SIGN_VERIFY
        ? SigningAlgorithm.of(key.spec()).stream().map(Enum::name).toList()
        : null;
  }

  static @Nullable List<String> agreement(KeyRecord key) {
    return key.usage() == KeyUsage.KEY_AGREEMENT ? List.of("ECDH") : null;
  }

  private static @Nullable List<String> mac(KeyRecord key) {
    return key.usage() == KeyUsage.GENERATE_VERIFY_MAC ? List.of(macAlgorithm(key.spec())) : null;
  }

  /** The one MAC algorithm of an HMAC key. */
  static String macAlgorithm(KeySpec spec) {
    return "HMAC_SHA_" + spec.bits();
  }

  private static @Nullable MultiRegionConfiguration configuration(KeyRecord key) {
    var regions = key.multiRegion();
    if (regions == null) {
      return null;
    }
    return MultiRegionConfiguration.builder()
        .multiRegionKeyType(key.isPrimary() ? "PRIMARY" : "REPLICA")
        .primaryKey(inRegion(key, regions.primary()))
        .replicaKeys(regions.replicas().stream().map(region -> inRegion(key, region)).toList())
        .build();
  }

  private static MultiRegionKey inRegion(KeyRecord key, String region) {
    return MultiRegionKey.builder()
        .arn("arn:aws:kms:" + region + ":" + key.accountId() + ":key/" + key.keyId())
        .region(region)
        .build();
  }

  static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(tag -> Tag.builder().tagKey(tag.getKey()).tagValue(tag.getValue()).build())
        .toList();
  }
}

package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.DeleteImportedKeyMaterialRequest;
import dev.bulwark.api.kms.DeleteImportedKeyMaterialResponse;
import dev.bulwark.api.kms.GetParametersForImportRequest;
import dev.bulwark.api.kms.GetParametersForImportResponse;
import dev.bulwark.api.kms.ImportKeyMaterialRequest;
import dev.bulwark.api.kms.ImportKeyMaterialResponse;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.cryptography.KeyPair;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.Wrapping;
import dev.bulwark.encryption.kms.MaterialRecord.Status;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Key material from outside. The first import decides what the key is; later ones bring the same
 * material back, or, for symmetric keys, new material that waits for a rotation.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html">Importing
 *     key material</a>
 */
final class Imports {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(24);
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final String EXPIRES = "KEY_MATERIAL_EXPIRES";
  private static final String NEW = "NEW_KEY_MATERIAL";

  private final KeyStore keys;
  private final Materials materials;
  private final KeyEvents events;
  private final ImportTokens tokens;

  Imports(KeyStore keys, Materials materials, KeyEvents events, ImportTokens tokens) {
    this.keys = keys;
    this.materials = materials;
    this.events = events;
    this.tokens = tokens;
  }

  private KeyRecord importing(String keyId, Call call) {
    var key = keys.byId(keyId, call);
    if (key.origin() != KeyOrigin.EXTERNAL) {
      throw KmsErrors.wrongOrigin(key);
    }
    KeyStates.requireNotLeaving(key, call.time());
    return key;
  }

  GetParametersForImportResponse parameters(GetParametersForImportRequest in, Call call) {
    var key = importing(in.keyId(), call);
    if (in.wrappingKeySpec().equals("SM2") || in.wrappingAlgorithm().equals("SM2PKE")) {
      throw KmsErrors.unsupported("SM2 is available in China Regions only.");
    }
    if (in.wrappingAlgorithm().equals("RSAES_PKCS1_V1_5")) {
      throw KmsErrors.wrapping(in.wrappingAlgorithm(), in.wrappingKeySpec(), key);
    }
    var wrapping = Wrapping.valueOf(in.wrappingAlgorithm());
    var wrappingSpec = KeySpec.valueOf(in.wrappingKeySpec());
    if (!wrapping.carries(key.spec(), wrappingSpec)) {
      throw KmsErrors.wrapping(in.wrappingAlgorithm(), in.wrappingKeySpec(), key);
    }
    var validTo = Keys.now(call).plus(TOKEN_LIFETIME);
    try (var wrappingKey = materials.make(wrappingSpec)) {
      return GetParametersForImportResponse.builder()
          .keyId(key.arn())
          .publicKey(wrappingKey.publicKey())
          .importToken(tokens.write(key, validTo, wrapping, wrappingKey))
          .parametersValidTo(validTo)
          .build();
    }
  }

  ImportKeyMaterialResponse importMaterial(ImportKeyMaterialRequest in, Call call) {
    var key = importing(in.keyId(), call);
    requireFitting(in, key);
    var expiry = expiry(in, call.time());
    var token = tokens.read(key, in.importToken());
    if (!token.validTo().isAfter(call.time())) {
      token.close();
      throw KmsErrors.expiredImportToken();
    }
    try (var material = unwrap(key, token, in.encryptedKeyMaterial())) {
      var id = materials.identify(key.identity(), material);
      if (in.keyMaterialId() != null && !in.keyMaterialId().equals(id)) {
        throw KmsErrors.incorrectMaterial(in.keyMaterialId());
      }
      // Whether it fits is known before the vault takes it, and asked again in the transaction.
      merged(key, in, id, expiry, material);
      return materials.keep(
          key.identity(),
          id,
          material,
          () -> call.write(tx -> merge(tx, call, key, in, id, expiry, material)));
    }
  }

  /** What can be said of the material is said of symmetric keys only, and of new material once. */
  private static void requireFitting(ImportKeyMaterialRequest in, KeyRecord key) {
    if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      requireAbsent("importType", in.importType(), key);
      requireAbsent("keyMaterialId", in.keyMaterialId(), key);
      requireAbsent("keyMaterialDescription", in.keyMaterialDescription(), key);
    }
    boolean isNew = NEW.equals(in.importType());
    if (isNew && in.keyMaterialId() != null) {
      throw KmsErrors.validation(
          "Input parameter keyMaterialId cannot be used with NEW_KEY_MATERIAL importType.");
    }
    if (key.multiRegion() == null || key.isPrimary()) {
      return;
    }
    if (isNew) {
      throw KmsErrors.validation(
          "Input parameter ImportType NEW_KEY_MATERIAL cannot be used on replica Multi-Region"
              + " keys");
    }
    if (in.keyMaterialDescription() != null) {
      throw KmsErrors.validation(
          "Key material description can only be specified on primary Multi-Region keys");
    }
  }

  private static void requireAbsent(String parameter, @Nullable String value, KeyRecord key) {
    if (value != null) {
      throw KmsErrors.onlyOfSymmetricImports(parameter, key);
    }
  }

  private static @Nullable Instant expiry(ImportKeyMaterialRequest in, Instant now) {
    boolean expires = in.expirationModel() == null || in.expirationModel().equals(EXPIRES);
    if (expires && in.validTo() == null) {
      throw KmsErrors.validation(
          "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    }
    if (!expires) {
      if (in.validTo() != null) {
        throw KmsErrors.validation(
            "A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE");
      }
      return null;
    }
    if (!in.validTo().isAfter(now)) {
      throw KmsErrors.validation("ValidTo must be in the future");
    }
    if (in.validTo().isAfter(now.plus(LONGEST))) {
      throw KmsErrors.validation("ValidTo must be less than 365 days in the future");
    }
    return in.validTo();
  }

  private static KeyMaterial unwrap(KeyRecord key, ImportTokens.Content token, byte[] wrapped) {
    try (var wrappingKey = KeyMaterial.imported(token.wrappingSpec(), token.secret())) {
      var secret = token.wrapping().unwrap(KeyPair.of(wrappingKey), wrapped);
      return KeyMaterial.imported(key.spec(), secret);
    } catch (CryptographyException e) {
      throw KmsErrors.invalidCiphertext();
    }
  }

  private ImportKeyMaterialResponse merge(
      WriteTx tx,
      Call call,
      KeyRecord key,
      ImportKeyMaterialRequest in,
      String id,
      @Nullable Instant expiry,
      KeyMaterial material) {
    materials.note(tx, key.identity(), id);
    var after =
        keys.change(tx, key.identity(), call, current -> merged(current, in, id, expiry, material));
    settleRegions(tx, after, id, call);
    return ImportKeyMaterialResponse.builder()
        .keyId(key.arn())
        .keyMaterialId(Cryptography.shown(key, id))
        .build();
  }

  private static KeyRecord merged(
      KeyRecord key,
      ImportKeyMaterialRequest in,
      String id,
      @Nullable Instant expiry,
      KeyMaterial material) {
    if (key.byId(id).isPresent()) {
      if (NEW.equals(in.importType())) {
        throw KmsErrors.materialNotNew(id, key.arn());
      }
      var again = key.withMaterial(id, one -> one.imported(expiry, in.keyMaterialDescription()));
      // As was observed at AWS, a key that was disabled is enabled by its current material.
      return again.current().filter(one -> one.id().equals(id)).isPresent()
          ? again.withEnabled(true)
          : again;
    }
    boolean first = key.materials().isEmpty();
    boolean replica = key.multiRegion() != null && !key.isPrimary();
    if ((!first && !NEW.equals(in.importType())) || replica) {
      throw KmsErrors.incorrectMaterial(expectedId(key));
    }
    var pending = key.pending();
    if (pending.isPresent()) {
      throw KmsErrors.otherMaterialPending(id, key.arn(), pending.get().id());
    }
    var status =
        first
            ? Status.CURRENT
            : key.multiRegion() == null
                ? Status.PENDING_ROTATION
                : Status.PENDING_MULTI_REGION_IMPORT_AND_ROTATION;
    var all = new ArrayList<>(key.materials());
    all.add(
        new MaterialRecord(
            id,
            status,
            null,
            null,
            true,
            expiry,
            in.keyMaterialDescription(),
            material.publicKey()));
    return key.withMaterials(all);
  }

  /** What a key lacks, or else what it has. */
  private static String expectedId(KeyRecord key) {
    return key.materials().stream()
        .filter(one -> !one.present())
        .findFirst()
        .or(key::current)
        .map(MaterialRecord::id)
        .orElse("");
  }

  /**
   * New material of a multi-Region key begins at the primary; replicas then know of it and wait for
   * their own import. Once all have it, it waits for the rotation only.
   */
  private void settleRegions(WriteTx tx, KeyRecord key, String id, Call call) {
    var multi = key.multiRegion();
    var material = key.byId(id).orElseThrow();
    if (multi == null || (!material.isPending() && multi.replicas().isEmpty())) {
      return;
    }
    var everywhere = everywhere(tx, key);
    boolean isNews = false;
    for (var one : everywhere) {
      if (one.byId(id).isEmpty()) {
        var all = new ArrayList<>(one.materials());
        all.add(material.deleted());
        keys.put(tx, call, one, one.withMaterials(all));
        isNews = true;
      }
    }
    if (isNews) {
      events.synchronizedRegions(tx, key, call.time());
    }
    boolean complete =
        everywhere.stream()
            .allMatch(one -> one.byId(id).map(MaterialRecord::present).orElse(false));
    if (complete && material.status() == Status.PENDING_MULTI_REGION_IMPORT_AND_ROTATION) {
      for (var one : everywhere) {
        keys.put(tx, call, one, one.withMaterial(id, m -> m.withStatus(Status.PENDING_ROTATION)));
      }
    }
  }

  private List<KeyRecord> everywhere(WriteTx tx, KeyRecord key) {
    return MultiRegionKeys.everywhere(key).stream()
        .map(identity -> keys.tables().keys.get(tx, KmsTables.key(identity)))
        .filter(Objects::nonNull)
        .toList();
  }

  DeleteImportedKeyMaterialResponse delete(DeleteImportedKeyMaterialRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    if (key.origin() != KeyOrigin.EXTERNAL) {
      throw KmsErrors.wrongOrigin(key);
    }
    var done =
        call.write(
            tx -> {
              var current = keys.require(tx, key.identity(), call);
              var answer = DeleteImportedKeyMaterialResponse.builder().keyId(key.arn());
              named(current, in.keyMaterialId())
                  .ifPresent(
                      material -> {
                        forget(tx, call, current, material);
                        answer.keyMaterialId(Cryptography.shown(key, material.id()));
                      });
              return answer.build();
            });
    materials.destroyNoted();
    return done;
  }

  /** The material that a request names, or the current one; none before the first import. */
  private static Optional<MaterialRecord> named(KeyRecord key, @Nullable String materialId) {
    if (materialId == null) {
      return key.current();
    }
    var named = key.byId(materialId);
    if (named.isEmpty()) {
      throw KmsErrors.neverImported(materialId, key.arn());
    }
    return named;
  }

  /**
   * Material that was current is missed until it comes back. What no ciphertext needs yet goes
   * without a trace, and from the replicas too, so that other material can come in its place; where
   * a replica gives it up, the rotation waits for that one's import again.
   */
  private void forget(WriteTx tx, Call call, KeyRecord key, MaterialRecord material) {
    var id = material.id();
    if (!material.isPending()) {
      keys.put(tx, call, key, key.withMaterial(id, MaterialRecord::deleted));
      materials.giveUp(tx, key.identity(), id);
      return;
    }
    boolean replica = key.multiRegion() != null && !key.isPrimary();
    for (var one : everywhere(tx, key)) {
      if (!replica) {
        keys.put(tx, call, one, one.withoutMaterial(id));
        materials.giveUp(tx, one.identity(), id);
      } else {
        keys.put(
            tx,
            call,
            one,
            one.withMaterial(id, m -> waiting(m, one.region().equals(key.region()))));
      }
    }
    if (replica) {
      materials.giveUp(tx, key.identity(), id);
    }
  }

  private static MaterialRecord waiting(MaterialRecord material, boolean here) {
    var waiting = material.withStatus(Status.PENDING_MULTI_REGION_IMPORT_AND_ROTATION);
    return here ? waiting.deleted() : waiting;
  }
}

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
import java.util.Objects;
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
  private final ImportTokens tokens;

  Imports(KeyStore keys, Materials materials, ImportTokens tokens) {
    this.keys = keys;
    this.materials = materials;
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
      throw KmsErrors.unsupported(
          "The RSAES_PKCS1_V1_5 wrapping algorithm is no longer supported.");
    }
    var wrapping = Wrapping.valueOf(in.wrappingAlgorithm());
    var wrappingSpec = KeySpec.valueOf(in.wrappingKeySpec());
    if (!wrapping.carries(key.spec(), wrappingSpec)) {
      throw KmsErrors.validation(
          "The wrapping algorithm %s with the wrapping key spec %s is not valid for key material of %s."
              .formatted(wrapping, wrappingSpec, key.spec()));
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
    var expiry = expiry(in, call.time());
    var token = tokens.read(key, in.importToken());
    if (!token.validTo().isAfter(call.time())) {
      throw KmsErrors.expiredImportToken();
    }
    if (NEW.equals(in.importType()) && key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsErrors.unsupported(
          "New key material can be imported for symmetric encryption keys only.");
    }
    try (var material = unwrap(key, token, in.encryptedKeyMaterial())) {
      var id = materials.identify(key.identity(), material);
      if (in.keyMaterialId() != null && !in.keyMaterialId().equals(id)) {
        throw KmsErrors.incorrectMaterial();
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

  private static @Nullable Instant expiry(ImportKeyMaterialRequest in, Instant now) {
    boolean expires = in.expirationModel() == null || in.expirationModel().equals(EXPIRES);
    if (expires && in.validTo() == null) {
      throw KmsErrors.validation(
          "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    }
    if (!expires) {
      if (in.validTo() != null) {
        throw KmsErrors.validation(
            "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE");
      }
      return null;
    }
    if (!in.validTo().isAfter(now) || in.validTo().isAfter(now.plus(LONGEST))) {
      throw KmsErrors.validation(
          "The validTo date must be in the future, and no more than 365 days away.");
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
        throw KmsErrors.validation(
            "The key material is already associated with " + key.arn() + ".");
      }
      return key.withMaterial(id, one -> one.imported(expiry, in.keyMaterialDescription()));
    }
    boolean first = key.materials().isEmpty();
    boolean replica = key.multiRegion() != null && !key.isPrimary();
    if ((!first && !NEW.equals(in.importType())) || replica) {
      throw KmsErrors.incorrectMaterial();
    }
    if (key.pending().isPresent()) {
      throw KmsErrors.conflict(key.arn() + " already has key material that is pending rotation.");
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
    var table = keys.tables().keys;
    var everywhere =
        MultiRegionKeys.everywhere(key).stream()
            .map(identity -> table.get(tx, KmsTables.key(identity)))
            .filter(Objects::nonNull)
            .toList();
    for (var one : everywhere) {
      if (one.byId(id).isEmpty()) {
        var all = new ArrayList<>(one.materials());
        all.add(material.deleted());
        keys.put(tx, call, one, one.withMaterials(all));
      }
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

  DeleteImportedKeyMaterialResponse delete(DeleteImportedKeyMaterialRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    if (key.origin() != KeyOrigin.EXTERNAL) {
      throw KmsErrors.wrongOrigin(key);
    }
    var id =
        in.keyMaterialId() == null
            ? key.current().map(MaterialRecord::id).orElse(null)
            : in.keyMaterialId();
    if (in.keyMaterialId() != null && key.byId(in.keyMaterialId()).isEmpty()) {
      throw KmsErrors.noSuchMaterial(in.keyMaterialId());
    }
    if (id == null) {
      return DeleteImportedKeyMaterialResponse.builder().keyId(key.arn()).build();
    }
    var done =
        call.write(
            tx -> {
              keys.change(
                  tx,
                  key.identity(),
                  call,
                  current -> current.withMaterial(id, MaterialRecord::deleted));
              materials.giveUp(tx, key.identity(), id);
              return DeleteImportedKeyMaterialResponse.builder()
                  .keyId(key.arn())
                  .keyMaterialId(Cryptography.shown(key, id))
                  .build();
            });
    materials.destroyNoted();
    return done;
  }
}

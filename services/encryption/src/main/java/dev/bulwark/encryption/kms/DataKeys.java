package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.GenerateDataKeyPairRequest;
import dev.bulwark.api.kms.GenerateDataKeyPairResponse;
import dev.bulwark.api.kms.GenerateDataKeyPairWithoutPlaintextRequest;
import dev.bulwark.api.kms.GenerateDataKeyPairWithoutPlaintextResponse;
import dev.bulwark.api.kms.GenerateDataKeyRequest;
import dev.bulwark.api.kms.GenerateDataKeyResponse;
import dev.bulwark.api.kms.GenerateDataKeyWithoutPlaintextRequest;
import dev.bulwark.api.kms.GenerateDataKeyWithoutPlaintextResponse;
import dev.bulwark.api.kms.GenerateRandomRequest;
import dev.bulwark.api.kms.GenerateRandomResponse;
import dev.bulwark.api.kms.RecipientInfo;
import dev.bulwark.cryptography.EncryptionAlgorithm;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.RandomBytes;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Data keys and pairs of them, in the clear and under a key; random bytes. */
final class DataKeys {
  private final KeyStore keys;
  private final KeyAccess access;
  private final Materials materials;
  private final Cryptography cryptography;
  private final GrantTokens tokens;
  private final ExternalKeyStores externalStores;
  private final KeyBackends backends;
  private final Recipients recipients;

  DataKeys(
      KeyStore keys,
      KeyAccess access,
      Materials materials,
      Cryptography cryptography,
      GrantTokens tokens,
      ExternalKeyStores externalStores,
      KeyBackends backends,
      Recipients recipients) {
    this.keys = keys;
    this.access = access;
    this.materials = materials;
    this.cryptography = cryptography;
    this.tokens = tokens;
    this.externalStores = externalStores;
    this.backends = backends;
    this.recipients = recipients;
  }

  /** What generating under a key takes: the operation's own action. */
  List<Permission> generating(
      String action,
      String keyId,
      @Nullable Map<String, String> encryptionContext,
      @Nullable List<String> grantTokens,
      @Nullable String pairSpec,
      @Nullable RecipientInfo recipient,
      Call call) {
    tokens.check(grantTokens);
    return List.of(
        permission(
            action,
            keys.finder().byName(keyId, call),
            encryptionContext,
            pairSpec,
            recipient,
            call));
  }

  private Permission permission(
      String action,
      KeyFinder.Found key,
      @Nullable Map<String, String> encryptionContext,
      @Nullable String pairSpec,
      @Nullable RecipientInfo recipient,
      Caller caller) {
    return access.permission(
        action,
        key.key(),
        caller,
        recipients
            .describe(access.context(key, caller), recipient, caller)
            .encryptionContext(encryptionContext)
            .put("kms:EncryptionAlgorithm", EncryptionAlgorithm.SYMMETRIC_DEFAULT)
            .put("kms:DataKeyPairSpec", pairSpec));
  }

  private KeyRecord usable(KeyRecord named, String operation, Instant now) {
    var key = cryptography.encrypting(named, operation, now);
    if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsErrors.wrongSpec(key, operation);
    }
    return key;
  }

  private static int length(@Nullable String spec, @Nullable Integer bytes) {
    if ((spec == null) == (bytes == null)) {
      throw KmsErrors.validation("Please specify either number of bytes or key spec.");
    }
    return bytes != null ? bytes : "AES_256".equals(spec) ? 32 : 16;
  }

  private byte[] wrap(
      KeyRecord key,
      @Nullable Map<String, String> context,
      byte[] plaintext,
      Caller caller,
      String operation) {
    try {
      return backends
          .of(key, caller, operation)
          .encrypt(key, context == null ? Map.of() : context, plaintext);
    } catch (RuntimeException e) {
      // Nobody gets it.
      Arrays.fill(plaintext, (byte) 0);
      throw e;
    }
  }

  private byte[] wrap(
      KeyRecord key, @Nullable Map<String, String> context, byte[] plaintext, Call call) {
    return wrap(key, context, plaintext, call, call.operation().name());
  }

  /** The material under which it is, which the call's event tells, too. */
  private static @Nullable String materialId(KeyRecord key, Call call) {
    var id = Cryptography.currentShown(key);
    EventDetails.tellMaterial(call, id);
    return id;
  }

  GenerateDataKeyResponse generate(GenerateDataKeyRequest in, Call call) {
    int length = length(in.keySpec(), in.numberOfBytes());
    var found = keys.find(in.keyId(), call);
    var key = usable(found.record(), "GenerateDataKey", call.time());
    Cryptography.refuseDryRun(in.dryRun());
    var plaintext = RandomBytes.of(length);
    var answer =
        GenerateDataKeyResponse.builder()
            .keyId(found.arn())
            .ciphertextBlob(wrap(key, in.encryptionContext(), plaintext, call))
            .keyMaterialId(materialId(key, call));
    return in.recipient() == null
        ? answer.plaintext(plaintext).build()
        : answer
            .ciphertextForRecipient(recipients.seal(in.recipient(), plaintext, call.time()))
            .build();
  }

  GenerateDataKeyWithoutPlaintextResponse generateSealed(
      GenerateDataKeyWithoutPlaintextRequest in, Call call) {
    int length = length(in.keySpec(), in.numberOfBytes());
    var key = usable(keys.byName(in.keyId(), call), "GenerateDataKeyWithoutPlaintext", call.time());
    Cryptography.refuseDryRun(in.dryRun());
    var plaintext = RandomBytes.of(length);
    try {
      return GenerateDataKeyWithoutPlaintextResponse.builder()
          .keyId(key.arn())
          .ciphertextBlob(wrap(key, in.encryptionContext(), plaintext, call))
          .keyMaterialId(materialId(key, call))
          .build();
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private static KeySpec pairSpec(String name) {
    if (name.equals("SM2")) {
      throw KmsErrors.unsupported("The key pair spec SM2 is available in China Regions only.");
    }
    return KeySpec.valueOf(name);
  }

  /** Keys of custom key stores seal no pairs. */
  private KeyRecord usableForPairs(String keyId, String operation, Call call) {
    var key = usable(keys.byName(keyId, call), operation, call.time());
    if (KeyBackends.isCustom(key)) {
      throw KmsErrors.wrongOrigin(key);
    }
    return key;
  }

  GenerateDataKeyPairResponse generatePair(GenerateDataKeyPairRequest in, Call call) {
    var spec = pairSpec(in.keyPairSpec());
    var key = usableForPairs(in.keyId(), "GenerateDataKeyPair", call);
    Cryptography.refuseDryRun(in.dryRun());
    try (var pair = materials.make(spec)) {
      var secret = pair.copySecret();
      var answer =
          GenerateDataKeyPairResponse.builder()
              .keyId(key.arn())
              .privateKeyCiphertextBlob(wrap(key, in.encryptionContext(), secret, call))
              .publicKey(pair.publicKey())
              .keyPairSpec(spec.name())
              .keyMaterialId(materialId(key, call));
      return in.recipient() == null
          ? answer.privateKeyPlaintext(secret).build()
          : answer
              .ciphertextForRecipient(recipients.seal(in.recipient(), secret, call.time()))
              .build();
    }
  }

  GenerateDataKeyPairWithoutPlaintextResponse generateSealedPair(
      GenerateDataKeyPairWithoutPlaintextRequest in, Call call) {
    var spec = pairSpec(in.keyPairSpec());
    var key = usableForPairs(in.keyId(), "GenerateDataKeyPairWithoutPlaintext", call);
    Cryptography.refuseDryRun(in.dryRun());
    try (var pair = materials.make(spec)) {
      var secret = pair.copySecret();
      try {
        return GenerateDataKeyPairWithoutPlaintextResponse.builder()
            .keyId(key.arn())
            .privateKeyCiphertextBlob(wrap(key, in.encryptionContext(), secret, call))
            .publicKey(pair.publicKey())
            .keyPairSpec(spec.name())
            .keyMaterialId(materialId(key, call))
            .build();
      } finally {
        Arrays.fill(secret, (byte) 0);
      }
    }
  }

  List<Permission> drawing(GenerateRandomRequest in, Caller caller) {
    var context =
        recipients.describe(KeyContext.of(caller.principal().accountId()), in.recipient(), caller);
    return List.of(new Permission("kms:GenerateRandom", Resource.ANY, context.toContext()));
  }

  GenerateRandomResponse random(GenerateRandomRequest in, Call call) {
    if (in.numberOfBytes() == null) {
      throw KmsErrors.validation("NumberOfBytes is required.");
    }
    if (in.customKeyStoreId() != null) {
      if (externalStores.has(in.customKeyStoreId(), call)) {
        throw KmsErrors.unsupported(
            "External key stores make no random bytes: " + in.customKeyStoreId() + ".");
      }
      var bytes = backends.clusters().random(in.customKeyStoreId(), in.numberOfBytes(), call);
      return random(in, bytes, call.time());
    }
    return random(in, RandomBytes.of(in.numberOfBytes()), call.time());
  }

  private GenerateRandomResponse random(GenerateRandomRequest in, byte[] bytes, Instant now) {
    var answer = GenerateRandomResponse.builder();
    return in.recipient() == null
        ? answer.plaintext(bytes).build()
        : answer.ciphertextForRecipient(recipients.seal(in.recipient(), bytes, now)).build();
  }

  // For other services

  /** A data key for another service, in the caller's name. */
  Served<KeyService.DataKey> generateFor(Caller caller, String keyId, Map<String, String> context) {
    var key = usable("GenerateDataKey", caller, keyId, context);
    var plaintext = RandomBytes.of(32);
    return new Served<>(
        key,
        new KeyService.DataKey(
            key.arn(), plaintext, wrap(key, context, plaintext, caller, "GenerateDataKey")),
        Cryptography.currentShown(key));
  }

  /** The same of another length, which only comes sealed. */
  Served<KeyService.SealedDataKey> generateSealedFor(
      Caller caller, String keyId, Map<String, String> context, int length) {
    var operation = "GenerateDataKeyWithoutPlaintext";
    var key = usable(operation, caller, keyId, context);
    var plaintext = RandomBytes.of(length);
    try {
      return new Served<>(
          key,
          new KeyService.SealedDataKey(key.arn(), wrap(key, context, plaintext, caller, operation)),
          Cryptography.currentShown(key));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private KeyRecord usable(
      String operation, Caller caller, String keyId, Map<String, String> context) {
    var found = keys.finder().byName(keyId, caller);
    caller.require(permission("kms:" + operation, found, context, null, null, caller));
    return usable(found.present().record(), operation, caller.time());
  }
}

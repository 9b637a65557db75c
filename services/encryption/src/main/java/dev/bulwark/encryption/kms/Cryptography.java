package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.DecryptRequest;
import dev.bulwark.api.kms.DecryptResponse;
import dev.bulwark.api.kms.EncryptRequest;
import dev.bulwark.api.kms.EncryptResponse;
import dev.bulwark.api.kms.ReEncryptRequest;
import dev.bulwark.api.kms.ReEncryptResponse;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.EncryptionAlgorithm;
import dev.bulwark.cryptography.Envelope;
import dev.bulwark.cryptography.KeyPair;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encrypt, Decrypt, ReEncrypt. */
final class Cryptography {
  private final KeyStore keys;
  private final KeyAccess access;
  private final Materials materials;
  private final KeyBackends backends;
  private final Rotations rotations;
  private final GrantTokens tokens;
  private final Recipients recipients;

  Cryptography(
      KeyStore keys,
      KeyAccess access,
      Materials materials,
      KeyBackends backends,
      Rotations rotations,
      GrantTokens tokens,
      Recipients recipients) {
    this.keys = keys;
    this.access = access;
    this.materials = materials;
    this.backends = backends;
    this.rotations = rotations;
    this.tokens = tokens;
    this.recipients = recipients;
  }

  static EncryptionAlgorithm algorithm(@Nullable String name) {
    if ("SM2PKE".equals(name)) {
      throw KmsErrors.unsupported("The algorithm SM2PKE is available in China Regions only.");
    }
    return name == null ? EncryptionAlgorithm.SYMMETRIC_DEFAULT : EncryptionAlgorithm.valueOf(name);
  }

  /** The key that makes new ciphertexts, once its state and use are as they should be. */
  KeyRecord encrypting(KeyRecord named, String operation, Instant now) {
    KeyStates.requireUsable(named, now);
    if (named.usage() != KeyUsage.ENCRYPT_DECRYPT) {
      throw KmsErrors.wrongUsage(named, operation);
    }
    return rotations.caughtUp(named, now);
  }

  // Encrypt

  List<Permission> encrypting(EncryptRequest in, Call call) {
    tokens.check(in.grantTokens());
    var key = keys.finder().byName(in.keyId(), call);
    return List.of(
        access.permission(
            "kms:Encrypt",
            key.key(),
            call,
            access
                .context(key, call)
                .encryptionContext(in.encryptionContext())
                .put("kms:EncryptionAlgorithm", algorithm(in.encryptionAlgorithm()))));
  }

  EncryptResponse encrypt(EncryptRequest in, Call call) {
    var found = keys.find(in.keyId(), call);
    var key = encrypting(found.record(), "Encrypt", call.time());
    var algorithm = algorithm(in.encryptionAlgorithm());
    requireEncrypts(key, algorithm, in.plaintext());
    if (algorithm != EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
      requireNoContext(in.encryptionContext());
    }
    refuseDryRun(in.dryRun());
    EventDetails.tellMaterial(call, currentShown(key));
    return EncryptResponse.builder()
        .keyId(found.arn())
        .ciphertextBlob(encrypt(key, algorithm, in.encryptionContext(), in.plaintext(), call))
        .encryptionAlgorithm(algorithm.name())
        .build();
  }

  private static void requireEncrypts(
      KeyRecord key, EncryptionAlgorithm algorithm, byte[] plaintext) {
    requireFits(key, algorithm);
    if (plaintext.length > algorithm.maxPlaintext(key.spec())) {
      throw KmsErrors.plaintextTooLong(algorithm.name(), key, algorithm.maxPlaintext(key.spec()));
    }
  }

  private static void requireFits(KeyRecord key, EncryptionAlgorithm algorithm) {
    if (!EncryptionAlgorithm.of(key.spec()).contains(algorithm)) {
      throw KmsErrors.wrongAlgorithm(algorithm.name(), key);
    }
  }

  static void refuseDryRun(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw KmsErrors.dryRun();
    }
  }

  /** The same where the work has been done, whose secret result nobody gets. */
  static void refuseDryRun(@Nullable Boolean dryRun, byte[] secret) {
    if (Boolean.TRUE.equals(dryRun)) {
      Arrays.fill(secret, (byte) 0);
      throw KmsErrors.dryRun();
    }
  }

  private byte[] encrypt(
      KeyRecord key,
      EncryptionAlgorithm algorithm,
      @Nullable Map<String, String> context,
      byte[] plaintext,
      Call call) {
    if (algorithm == EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
      return backends
          .of(key, call, call.operation().name())
          .encrypt(key, context == null ? Map.of() : context, plaintext);
    }
    return materials.current(key, KeyPair.class).encrypt(algorithm, plaintext);
  }

  private static void requireNoContext(@Nullable Map<String, String> context) {
    if (context != null && !context.isEmpty()) {
      throw KmsErrors.validation(
          "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.");
    }
  }

  // Decrypt

  /**
   * The key that a request to decrypt is about, and that it takes the permission for: the one that
   * it names, or else the one that the ciphertext names. Whether that one decrypts is asked
   * afterwards, by {@link #requireDecrypts}.
   */
  private KeyFinder.Found decrypting(
      @Nullable String named, EncryptionAlgorithm algorithm, byte[] ciphertext, Caller caller) {
    if (named != null) {
      if (isElsewhere(named, caller)) {
        throw KmsErrors.incorrectKey();
      }
      return keys.finder().byName(named, caller);
    }
    if (algorithm != EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
      throw KmsErrors.validation("KeyId must not be null");
    }
    return keys.finder().byCiphertext(ciphertext, () -> envelope(ciphertext), caller);
  }

  /** Whether a name is the ARN of a multi-Region key in another Region than the request's. */
  private static boolean isElsewhere(String named, Caller caller) {
    return named.startsWith("arn:")
        && named.contains(":key/mrk-")
        && !named.startsWith("arn:aws:kms:" + caller.region() + ":");
  }

  /** Demands that a key decrypts by that algorithm, and has made the ciphertext. */
  private static void requireDecrypts(
      KeyRecord key,
      boolean named,
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      String operation) {
    if (key.usage() != KeyUsage.ENCRYPT_DECRYPT) {
      throw KmsErrors.wrongUsage(key, operation);
    }
    if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      if (algorithm == EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
        throw KmsErrors.invalidCiphertext();
      }
      return;
    }
    if (algorithm != EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
      throw KmsErrors.wrongAlgorithm(algorithm.name(), key);
    }
    if (!named || KeyBackends.isCustom(key)) {
      return;
    }
    var envelope = envelope(ciphertext);
    if (!envelope.keyId().equals(key.keyId()) || !envelope.accountId().equals(key.accountId())) {
      throw KmsErrors.incorrectKey();
    }
  }

  private static Envelope envelope(byte[] ciphertext) {
    try {
      return Envelope.of(ciphertext);
    } catch (CryptographyException e) {
      throw KmsErrors.invalidCiphertext();
    }
  }

  /** Whether a dry run asks about permissions alone. */
  private static boolean ignoresCiphertext(
      @Nullable Boolean dryRun, @Nullable List<String> modifiers) {
    return Boolean.TRUE.equals(dryRun)
        && modifiers != null
        && modifiers.contains("IGNORE_CIPHERTEXT");
  }

  /** The key that a request decrypts with; without a ciphertext it is the one that it names. */
  private KeyFinder.Found source(
      @Nullable String named,
      EncryptionAlgorithm algorithm,
      byte @Nullable [] ciphertext,
      boolean ignoringCiphertext,
      Call call) {
    if (!ignoringCiphertext) {
      return decrypting(named, algorithm, required(ciphertext), call);
    }
    if (named == null) {
      throw KmsErrors.validation(
          "You must specify a KeyId where DryRunModifiers holds IGNORE_CIPHERTEXT.");
    }
    return keys.finder().byName(named, call);
  }

  private static byte[] required(byte @Nullable [] ciphertext) {
    if (ciphertext == null) {
      throw KmsErrors.validation(
          "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy"
              + " constraint: Member must not be null");
    }
    return ciphertext;
  }

  private KeyFinder.Found source(DecryptRequest in, EncryptionAlgorithm algorithm, Call call) {
    return source(
        in.keyId(),
        algorithm,
        in.ciphertextBlob(),
        ignoresCiphertext(in.dryRun(), in.dryRunModifiers()),
        call);
  }

  private KeyFinder.Found source(ReEncryptRequest in, EncryptionAlgorithm algorithm, Call call) {
    return source(
        in.sourceKeyId(),
        algorithm,
        in.ciphertextBlob(),
        ignoresCiphertext(in.dryRun(), in.dryRunModifiers()),
        call);
  }

  List<Permission> decrypting(DecryptRequest in, Call call) {
    tokens.check(in.grantTokens());
    var algorithm = algorithm(in.encryptionAlgorithm());
    var key = source(in, algorithm, call);
    return List.of(
        access.permission(
            "kms:Decrypt",
            key.key(),
            call,
            recipients
                .describe(access.context(key, call), in.recipient(), call)
                .encryptionContext(in.encryptionContext())
                .put("kms:EncryptionAlgorithm", algorithm)));
  }

  DecryptResponse decrypt(DecryptRequest in, Call call) {
    var algorithm = algorithm(in.encryptionAlgorithm());
    var found = KeyStore.noted(source(in, algorithm, call).present(), call);
    var key = found.record();
    KeyStates.requireUsable(key, call.time());
    if (ignoresCiphertext(in.dryRun(), in.dryRunModifiers())) {
      throw KmsErrors.dryRun();
    }
    var ciphertext = required(in.ciphertextBlob());
    requireDecrypts(key, in.keyId() != null, algorithm, ciphertext, "Decrypt");
    var opened = decrypt(key, algorithm, in.encryptionContext(), ciphertext, call);
    refuseDryRun(in.dryRun(), opened.plaintext());
    var materialId = shown(key, opened.materialId());
    EventDetails.tellMaterial(call, materialId);
    var answer =
        DecryptResponse.builder()
            .keyId(found.arn())
            .encryptionAlgorithm(algorithm.name())
            .keyMaterialId(materialId);
    return in.recipient() == null
        ? answer.plaintext(opened.plaintext()).build()
        : answer
            .ciphertextForRecipient(
                recipients.seal(in.recipient(), opened.plaintext(), call.time()))
            .build();
  }

  /** Only keys that can have several materials tell which one it was. */
  static @Nullable String shown(KeyRecord key, String materialId) {
    return key.spec() == KeySpec.SYMMETRIC_DEFAULT && !KeyBackends.isCustom(key)
        ? materialId
        : null;
  }

  /** The same of the material that makes new ciphertexts. */
  static @Nullable String currentShown(KeyRecord key) {
    var current = key.current().orElse(null);
    return current == null ? null : shown(key, current.id());
  }

  private KeyBackend.Decrypted decrypt(
      KeyRecord key,
      EncryptionAlgorithm algorithm,
      @Nullable Map<String, String> context,
      byte[] ciphertext,
      Call call) {
    if (algorithm == EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
      return backends
          .of(key, call, call.operation().name())
          .decrypt(key, context == null ? Map.of() : context, ciphertext);
    }
    requireFits(key, algorithm);
    requireNoContext(context);
    try {
      return new KeyBackend.Decrypted(
          materials.current(key, KeyPair.class).decrypt(algorithm, ciphertext), "");
    } catch (CryptographyException e) {
      throw KmsErrors.invalidCiphertext();
    }
  }

  // ReEncrypt

  List<Permission> reEncrypting(ReEncryptRequest in, Call call) {
    tokens.check(in.grantTokens());
    var from = algorithm(in.sourceEncryptionAlgorithm());
    var source = source(in, from, call);
    var target = keys.finder().byName(in.destinationKeyId(), call);
    boolean same = source.record().arn().equals(target.record().arn());
    return List.of(
        access.permission(
            "kms:ReEncryptFrom",
            source.key(),
            call,
            access
                .context(source, call)
                .encryptionContext(in.sourceEncryptionContext())
                .put("kms:EncryptionAlgorithm", from)
                .put("kms:ReEncryptOnSameKey", same)),
        access.permission(
            "kms:ReEncryptTo",
            target.key(),
            call,
            access
                .context(target, call)
                .encryptionContext(in.destinationEncryptionContext())
                .put("kms:EncryptionAlgorithm", algorithm(in.destinationEncryptionAlgorithm()))
                .put("kms:ReEncryptOnSameKey", same)));
  }

  ReEncryptResponse reEncrypt(ReEncryptRequest in, Call call) {
    var from = algorithm(in.sourceEncryptionAlgorithm());
    var to = algorithm(in.destinationEncryptionAlgorithm());
    var source = KeyStore.noted(source(in, from, call).present(), call).record();
    KeyStates.requireUsable(source, call.time());
    var target = encrypting(keys.byName(in.destinationKeyId(), call), "ReEncryptTo", call.time());
    requireFits(target, to);
    if (to != EncryptionAlgorithm.SYMMETRIC_DEFAULT) {
      requireNoContext(in.destinationEncryptionContext());
    }
    if (ignoresCiphertext(in.dryRun(), in.dryRunModifiers())) {
      throw KmsErrors.dryRun();
    }
    var ciphertext = required(in.ciphertextBlob());
    requireDecrypts(source, in.sourceKeyId() != null, from, ciphertext, "ReEncryptFrom");
    var opened = decrypt(source, from, in.sourceEncryptionContext(), ciphertext, call);
    try {
      requireEncrypts(target, to, opened.plaintext());
      refuseDryRun(in.dryRun());
      var sourceMaterial = shown(source, opened.materialId());
      var targetMaterial = currentShown(target);
      EventDetails.tellMaterials(call, sourceMaterial, targetMaterial);
      return ReEncryptResponse.builder()
          .ciphertextBlob(
              encrypt(target, to, in.destinationEncryptionContext(), opened.plaintext(), call))
          .sourceKeyId(source.arn())
          .keyId(target.arn())
          .sourceEncryptionAlgorithm(from.name())
          .destinationEncryptionAlgorithm(to.name())
          .sourceKeyMaterialId(sourceMaterial)
          .destinationKeyMaterialId(targetMaterial)
          .build();
    } finally {
      Arrays.fill(opened.plaintext(), (byte) 0);
    }
  }

  // For other services

  /** Encrypts for another service, in the caller's name. */
  Served<byte[]> encryptFor(
      Caller caller, String keyId, Map<String, String> context, byte[] plaintext) {
    var key = allowed("kms:Encrypt", keys.finder().byName(keyId, caller), context, caller);
    requireEncrypts(key, EncryptionAlgorithm.SYMMETRIC_DEFAULT, plaintext);
    return new Served<>(
        key,
        backends.of(key, caller, "Encrypt").encrypt(key, context, plaintext),
        currentShown(key));
  }

  /** Demands what another service would need for an operation in the caller's name. */
  String requireFor(Caller caller, String action, String keyId, Map<String, String> context) {
    var key = allowed(action, keys.finder().byName(keyId, caller), context, caller);
    requireFits(key, EncryptionAlgorithm.SYMMETRIC_DEFAULT);
    return key.arn();
  }

  /** Decrypts for another service, in the caller's name. */
  Served<byte[]> decryptFor(Caller caller, byte[] ciphertext, Map<String, String> context) {
    var found = decrypting(null, EncryptionAlgorithm.SYMMETRIC_DEFAULT, ciphertext, caller);
    var key = allowed("kms:Decrypt", found, context, caller);
    var opened = backends.of(key, caller, "Decrypt").decrypt(key, context, ciphertext);
    return new Served<>(key, opened.plaintext(), shown(key, opened.materialId()));
  }

  /** A key that the caller may use so, and that can be used. */
  private KeyRecord allowed(
      String action, KeyFinder.Found found, Map<String, String> context, Caller caller) {
    caller.require(
        access.permission(
            action,
            found.key(),
            caller,
            access
                .context(found, caller)
                .encryptionContext(context)
                .put("kms:EncryptionAlgorithm", EncryptionAlgorithm.SYMMETRIC_DEFAULT)));
    return action.equals("kms:Decrypt")
        ? usable(found.record(), caller.time())
        : encrypting(found.record(), action.substring("kms:".length()), caller.time());
  }

  private static KeyRecord usable(KeyRecord key, Instant now) {
    KeyStates.requireUsable(key, now);
    return key;
  }
}

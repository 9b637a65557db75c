package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.DeriveSharedSecretRequest;
import dev.bulwark.api.kms.DeriveSharedSecretResponse;
import dev.bulwark.api.kms.GenerateMacRequest;
import dev.bulwark.api.kms.GenerateMacResponse;
import dev.bulwark.api.kms.GetPublicKeyRequest;
import dev.bulwark.api.kms.GetPublicKeyResponse;
import dev.bulwark.api.kms.SignRequest;
import dev.bulwark.api.kms.SignResponse;
import dev.bulwark.api.kms.VerifyMacRequest;
import dev.bulwark.api.kms.VerifyMacResponse;
import dev.bulwark.api.kms.VerifyRequest;
import dev.bulwark.api.kms.VerifyResponse;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.KeyPair;
import dev.bulwark.cryptography.MacKey;
import dev.bulwark.cryptography.SigningAlgorithm;
import dev.bulwark.cryptography.SigningAlgorithm.Input;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signatures, MACs, shared secrets, and the public keys that go with them. */
final class Signatures {
  private final KeyStore keys;
  private final KeyAccess access;
  private final Materials materials;
  private final GrantTokens tokens;
  private final Recipients recipients;

  Signatures(
      KeyStore keys,
      KeyAccess access,
      Materials materials,
      GrantTokens tokens,
      Recipients recipients) {
    this.keys = keys;
    this.access = access;
    this.materials = materials;
    this.tokens = tokens;
    this.recipients = recipients;
  }

  /** What using a key takes: the operation's own action, under keys of its own. */
  List<Permission> using(
      String action,
      String keyId,
      @Nullable List<String> grantTokens,
      Call call,
      String conditionKey,
      @Nullable String value,
      @Nullable String messageType) {
    tokens.check(grantTokens);
    var key = keys.finder().byName(keyId, call);
    return List.of(
        access.permission(
            action,
            key.key(),
            call,
            access
                .context(key, call)
                .put(conditionKey, value)
                .put("kms:MessageType", messageType)));
  }

  /** The input's default is not in the model. */
  static String messageType(@Nullable String type) {
    return type == null ? Input.RAW.name() : type;
  }

  /** The same for a shared secret, which may be for a recipient. */
  List<Permission> deriving(DeriveSharedSecretRequest in, Call call) {
    tokens.check(in.grantTokens());
    var key = keys.finder().byName(in.keyId(), call);
    return List.of(
        access.permission(
            "kms:DeriveSharedSecret",
            key.key(),
            call,
            recipients
                .describe(access.context(key, call), in.recipient(), call)
                .put("kms:KeyAgreementAlgorithm", in.keyAgreementAlgorithm())));
  }

  private KeyRecord usable(String keyId, KeyUsage usage, Call call) {
    var key = keys.byName(keyId, call);
    KeyStates.requireUsable(key, call.time());
    if (key.usage() != usage) {
      throw KmsErrors.wrongUsage(key, call.operation().name());
    }
    return key;
  }

  // Signatures

  private record Message(SigningAlgorithm algorithm, Input input) {}

  private static Message message(
      KeyRecord key, String algorithmName, @Nullable String type, byte[] message) {
    if (algorithmName.equals("SM2DSA")) {
      throw KmsErrors.wrongAlgorithm(algorithmName, key);
    }
    var algorithm = SigningAlgorithm.valueOf(algorithmName);
    if (!SigningAlgorithm.of(key.spec()).contains(algorithm)) {
      throw KmsErrors.wrongAlgorithm(algorithmName, key);
    }
    var input = Input.valueOf(messageType(type));
    if (!algorithm.inputs().contains(input)) {
      throw KmsErrors.messageType(input.name(), algorithmName);
    }
    if (input != Input.RAW && message.length != algorithm.digestBytes()) {
      throw KmsErrors.digestLength(algorithmName);
    }
    return new Message(algorithm, input);
  }

  SignResponse sign(SignRequest in, Call call) {
    var key = usable(in.keyId(), KeyUsage.SIGN_VERIFY, call);
    var message = message(key, in.signingAlgorithm(), in.messageType(), in.message());
    Cryptography.refuseDryRun(in.dryRun());
    return SignResponse.builder()
        .keyId(key.arn())
        .signature(
            materials
                .current(key, KeyPair.class)
                .sign(message.algorithm(), message.input(), in.message()))
        .signingAlgorithm(in.signingAlgorithm())
        .build();
  }

  VerifyResponse verify(VerifyRequest in, Call call) {
    var key = usable(in.keyId(), KeyUsage.SIGN_VERIFY, call);
    var message = message(key, in.signingAlgorithm(), in.messageType(), in.message());
    if (!materials
        .current(key, KeyPair.class)
        .verify(message.algorithm(), message.input(), in.message(), in.signature())) {
      throw KmsErrors.invalidSignature();
    }
    Cryptography.refuseDryRun(in.dryRun());
    return VerifyResponse.builder()
        .keyId(key.arn())
        .signatureValid(true)
        .signingAlgorithm(in.signingAlgorithm())
        .build();
  }

  // MACs

  private KeyRecord macKey(String keyId, String algorithm, Call call) {
    var key = usable(keyId, KeyUsage.GENERATE_VERIFY_MAC, call);
    if (!KeyViews.macAlgorithm(key.spec()).equals(algorithm)) {
      throw KmsErrors.wrongAlgorithm(algorithm, key);
    }
    return key;
  }

  GenerateMacResponse generateMac(GenerateMacRequest in, Call call) {
    var key = macKey(in.keyId(), in.macAlgorithm(), call);
    Cryptography.refuseDryRun(in.dryRun());
    return GenerateMacResponse.builder()
        .keyId(key.arn())
        .mac(materials.current(key, MacKey.class).mac(in.message()))
        .macAlgorithm(in.macAlgorithm())
        .build();
  }

  VerifyMacResponse verifyMac(VerifyMacRequest in, Call call) {
    var key = macKey(in.keyId(), in.macAlgorithm(), call);
    if (!materials.current(key, MacKey.class).verify(in.message(), in.mac())) {
      throw KmsErrors.invalidMac();
    }
    Cryptography.refuseDryRun(in.dryRun());
    return VerifyMacResponse.builder()
        .keyId(key.arn())
        .macValid(true)
        .macAlgorithm(in.macAlgorithm())
        .build();
  }

  // Public halves

  DeriveSharedSecretResponse derive(DeriveSharedSecretRequest in, Call call) {
    var key = usable(in.keyId(), KeyUsage.KEY_AGREEMENT, call);
    var answer =
        DeriveSharedSecretResponse.builder()
            .keyId(key.arn())
            .keyAgreementAlgorithm(in.keyAgreementAlgorithm())
            .keyOrigin(key.origin().name());
    try {
      var secret = materials.current(key, KeyPair.class).agree(in.publicKey());
      Cryptography.refuseDryRun(in.dryRun(), secret);
      return in.recipient() == null
          ? answer.sharedSecret(secret).build()
          : answer
              .ciphertextForRecipient(recipients.seal(in.recipient(), secret, call.time()))
              .build();
    } catch (CryptographyException e) {
      throw KmsErrors.validation(
          "The public key is not valid for the key spec " + key.spec() + ".");
    }
  }

  GetPublicKeyResponse publicKey(GetPublicKeyRequest in, Call call) {
    var key = keys.byName(in.keyId(), call);
    if (!key.spec().isPair()) {
      throw KmsErrors.unsupported(
          key.arn() + " key spec is " + key.spec() + " which is not valid for this operation.");
    }
    // AWS answers for disabled keys, too; its documentation's table of key states says otherwise.
    KeyStates.requireNotLeaving(key, call.time());
    var material =
        key.current()
            .filter(one -> one.isUsable(call.time()))
            .orElseThrow(() -> KmsErrors.pendingImport(key.arn()));
    return GetPublicKeyResponse.builder()
        .keyId(key.arn())
        .publicKey(material.publicKey())
        .customerMasterKeySpec(key.spec().name())
        .keySpec(key.spec().name())
        .keyUsage(key.usage().name())
        .encryptionAlgorithms(KeyViews.encryption(key))
        .signingAlgorithms(KeyViews.signing(key))
        .keyAgreementAlgorithms(KeyViews.agreement(key))
        .build();
  }
}

package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.DecryptRequest;
import dev.bulwark.api.kms.DeriveSharedSecretRequest;
import dev.bulwark.api.kms.EncryptRequest;
import dev.bulwark.api.kms.GenerateDataKeyPairRequest;
import dev.bulwark.api.kms.GenerateDataKeyRequest;
import dev.bulwark.api.kms.GenerateRandomRequest;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.api.kms.ReEncryptRequest;
import dev.bulwark.api.kms.SignRequest;
import dev.bulwark.api.kms.VerifyRequest;
import dev.bulwark.cryptography.EncryptionAlgorithm;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.ServiceTable;
import java.util.Objects;
import java.util.function.Function;

/** The lines of the table about what is done with keys. None of them changes anything. */
final class UseOperations {
  private static final String SIGNING = "kms:SigningAlgorithm";
  private static final String MAC = "kms:MacAlgorithm";

  private static final String DEFAULT_ALGORITHM = EncryptionAlgorithm.SYMMETRIC_DEFAULT.name();

  private final KmsHandlers handlers;

  UseOperations(KmsHandlers handlers) {
    this.handlers = handlers;
  }

  void addTo(ServiceTable.Builder lines) {
    addEncryption(lines);
    addDataKeys(lines);
    addSignatures(lines);
  }

  /** Notes the use of the key that an output names. */
  private <I extends Structure, O extends Structure> ServiceTable.Handler<I, O> noted(
      ServiceTable.Handler<I, O> handler, Function<O, String> keyArn) {
    return (in, call) -> {
      var out = handler.handle(in, call);
      handlers.uses().note(keyArn.apply(out), call);
      return out;
    };
  }

  // Events tell algorithms that the caller left out; recipients are told of elsewhere.

  private static EncryptRequest asked(EncryptRequest in) {
    return in.encryptionAlgorithm() != null
        ? in
        : in.toBuilder().encryptionAlgorithm(DEFAULT_ALGORITHM).build();
  }

  private static DecryptRequest asked(DecryptRequest in) {
    return in.encryptionAlgorithm() != null && in.recipient() == null
        ? in
        : in.toBuilder()
            .encryptionAlgorithm(
                Objects.requireNonNullElse(in.encryptionAlgorithm(), DEFAULT_ALGORITHM))
            .recipient(null)
            .build();
  }

  private static ReEncryptRequest asked(ReEncryptRequest in) {
    return in.toBuilder()
        .sourceEncryptionAlgorithm(
            Objects.requireNonNullElse(in.sourceEncryptionAlgorithm(), DEFAULT_ALGORITHM))
        .destinationEncryptionAlgorithm(
            Objects.requireNonNullElse(in.destinationEncryptionAlgorithm(), DEFAULT_ALGORITHM))
        .build();
  }

  private static GenerateDataKeyRequest asked(GenerateDataKeyRequest in) {
    return in.recipient() == null ? in : in.toBuilder().recipient(null).build();
  }

  private static GenerateDataKeyPairRequest asked(GenerateDataKeyPairRequest in) {
    return in.recipient() == null ? in : in.toBuilder().recipient(null).build();
  }

  private static GenerateRandomRequest asked(GenerateRandomRequest in) {
    return in.recipient() == null ? in : in.toBuilder().recipient(null).build();
  }

  private static DeriveSharedSecretRequest asked(DeriveSharedSecretRequest in) {
    return in.recipient() == null ? in : in.toBuilder().recipient(null).build();
  }

  private static SignRequest asked(SignRequest in) {
    return in.messageType() != null
        ? in
        : in.toBuilder().messageType(Signatures.messageType(null)).build();
  }

  private static VerifyRequest asked(VerifyRequest in) {
    return in.messageType() != null
        ? in
        : in.toBuilder().messageType(Signatures.messageType(null)).build();
  }

  private void addEncryption(ServiceTable.Builder lines) {
    var cryptography = handlers.cryptography();
    lines
        .on(KmsApi.ENCRYPT)
        .permissions(cryptography::encrypting)
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(cryptography::encrypt, out -> out.keyId()));
    lines
        .on(KmsApi.DECRYPT)
        .permissions(cryptography::decrypting)
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(cryptography::decrypt, out -> out.keyId()));
    lines
        .on(KmsApi.RE_ENCRYPT)
        .permissions(cryptography::reEncrypting)
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(
            (in, call) -> {
              var out = cryptography.reEncrypt(in, call);
              handlers.uses().note(out.sourceKeyId(), call);
              handlers.uses().note(out.keyId(), call);
              return out;
            });
  }

  private void addDataKeys(ServiceTable.Builder lines) {
    var dataKeys = handlers.dataKeys();
    lines
        .on(KmsApi.GENERATE_DATA_KEY)
        .permissions(
            (in, call) ->
                dataKeys.generating(
                    "kms:GenerateDataKey",
                    in.keyId(),
                    in.encryptionContext(),
                    in.grantTokens(),
                    null,
                    in.recipient(),
                    call))
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(dataKeys::generate, out -> out.keyId()));
    lines
        .on(KmsApi.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT)
        .permissions(
            (in, call) ->
                dataKeys.generating(
                    "kms:GenerateDataKeyWithoutPlaintext",
                    in.keyId(),
                    in.encryptionContext(),
                    in.grantTokens(),
                    null,
                    null,
                    call))
        .readOnly(true)
        .handle(noted(dataKeys::generateSealed, out -> out.keyId()));
    lines
        .on(KmsApi.GENERATE_DATA_KEY_PAIR)
        .permissions(
            (in, call) ->
                dataKeys.generating(
                    "kms:GenerateDataKeyPair",
                    in.keyId(),
                    in.encryptionContext(),
                    in.grantTokens(),
                    in.keyPairSpec(),
                    in.recipient(),
                    call))
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(dataKeys::generatePair, out -> out.keyId()));
    lines
        .on(KmsApi.GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT)
        .permissions(
            (in, call) ->
                dataKeys.generating(
                    "kms:GenerateDataKeyPairWithoutPlaintext",
                    in.keyId(),
                    in.encryptionContext(),
                    in.grantTokens(),
                    in.keyPairSpec(),
                    null,
                    call))
        .readOnly(true)
        .handle(noted(dataKeys::generateSealedPair, out -> out.keyId()));
    lines
        .on(KmsApi.GENERATE_RANDOM)
        .permissions(dataKeys::drawing)
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(dataKeys::random);
  }

  private void addSignatures(ServiceTable.Builder lines) {
    var signatures = handlers.signatures();
    lines
        .on(KmsApi.SIGN)
        .permissions(
            (in, call) ->
                signatures.using(
                    "kms:Sign",
                    in.keyId(),
                    in.grantTokens(),
                    call,
                    SIGNING,
                    in.signingAlgorithm(),
                    Signatures.messageType(in.messageType())))
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(signatures::sign, out -> out.keyId()));
    lines
        .on(KmsApi.VERIFY)
        .permissions(
            (in, call) ->
                signatures.using(
                    "kms:Verify",
                    in.keyId(),
                    in.grantTokens(),
                    call,
                    SIGNING,
                    in.signingAlgorithm(),
                    Signatures.messageType(in.messageType())))
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(signatures::verify, out -> out.keyId()));
    lines
        .on(KmsApi.GENERATE_MAC)
        .permissions(
            (in, call) ->
                signatures.using(
                    "kms:GenerateMac",
                    in.keyId(),
                    in.grantTokens(),
                    call,
                    MAC,
                    in.macAlgorithm(),
                    null))
        .readOnly(true)
        .handle(noted(signatures::generateMac, out -> out.keyId()));
    lines
        .on(KmsApi.VERIFY_MAC)
        .permissions(
            (in, call) ->
                signatures.using(
                    "kms:VerifyMac",
                    in.keyId(),
                    in.grantTokens(),
                    call,
                    MAC,
                    in.macAlgorithm(),
                    null))
        .readOnly(true)
        .handle(noted(signatures::verifyMac, out -> out.keyId()));
    lines
        .on(KmsApi.DERIVE_SHARED_SECRET)
        .permissions(signatures::deriving)
        .readOnly(true)
        .eventInput(UseOperations::asked)
        .handle(noted(signatures::derive, out -> out.keyId()));
    lines
        .on(KmsApi.GET_PUBLIC_KEY)
        .permissions(
            (in, call) ->
                signatures.using(
                    "kms:GetPublicKey", in.keyId(), in.grantTokens(), call, "", null, null))
        .handle(signatures::publicKey);
  }
}

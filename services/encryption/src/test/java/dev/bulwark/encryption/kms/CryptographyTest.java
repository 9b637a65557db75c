package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** What is encrypted, signed and derived, and how it fails. */
final class CryptographyTest {
  private static final String DRY_RUN =
      "DryRunOperationException: The request would have succeeded, but the DryRun option is set.";
  private static final String INCORRECT_KEY =
      "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.";

  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private String key() {
    return kms.createKey().keyMetadata().arn();
  }

  private String key(String spec, String usage) {
    return kms.createKey(r -> r.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  private SdkBytes encrypt(String key, Map<String, String> context) {
    return kms.encrypt(r -> r.keyId(key).plaintext(bytes("secret")).encryptionContext(context))
        .ciphertextBlob();
  }

  @Test
  void aCiphertextNamesItsKeyAndBelongsToItsContext() {
    var arn = key();
    var sealed = encrypt(arn, Map.of("a", "1", "b", "2"));
    var reversed = new TreeMap<String, String>(Comparator.reverseOrder());
    reversed.putAll(Map.of("a", "1", "b", "2"));
    var opened = kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(reversed));
    assertThat(opened.plaintext()).isEqualTo(bytes("secret"));
    assertThat(opened.keyId()).isEqualTo(arn);
    assertThat(opened.encryptionAlgorithmAsString()).isEqualTo("SYMMETRIC_DEFAULT");
    for (var wrong :
        new Map[] {
          Map.of(), Map.of("a", "1"), Map.of("a", "1", "b", "3"), Map.of("A", "1", "b", "2")
        }) {
      @SuppressWarnings("unchecked")
      Map<String, String> context = wrong;
      assertFails(
          "InvalidCiphertextException: ",
          () -> kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(context)));
    }
    assertThat(encrypt(arn, Map.of())).isNotEqualTo(encrypt(arn, Map.of()));
  }

  @Test
  void aChangedCiphertextIsRefusedWhereverItChanged() {
    var sealed = encrypt(key(), Map.of()).asByteArray();
    for (int i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      // Another key's id leads nowhere; all else is no ciphertext of this key.
      assertCode(
          i >= 1 && i < 23 ? "AccessDeniedException" : "InvalidCiphertextException",
          () -> kms.decrypt(r -> r.ciphertextBlob(SdkBytes.fromByteArray(changed))));
    }
    assertCode("InvalidCiphertextException", () -> kms.decrypt(r -> r.ciphertextBlob(bytes("x"))));
  }

  @Test
  void anotherKeyThanTheCiphertextsIsIncorrect() {
    var sealed = encrypt(key(), Map.of());
    var other = key();
    assertFails(INCORRECT_KEY, () -> kms.decrypt(r -> r.ciphertextBlob(sealed).keyId(other)));
    var pair = key("RSA_2048", "SIGN_VERIFY");
    assertFails(INCORRECT_KEY, () -> kms.decrypt(r -> r.ciphertextBlob(sealed).keyId(pair)));
    assertCode(
        "AccessDeniedException",
        () -> lab.root(Region.EU_WEST_1).decrypt(r -> r.ciphertextBlob(sealed)));
  }

  @Test
  void reEncryptMovesACiphertext() {
    var from = key();
    var to = key();
    var sealed = encrypt(from, Map.of("a", "1"));
    var moved =
        kms.reEncrypt(
            r ->
                r.ciphertextBlob(sealed)
                    .sourceEncryptionContext(Map.of("a", "1"))
                    .destinationKeyId(to)
                    .destinationEncryptionContext(Map.of("b", "2")));
    assertThat(moved.sourceKeyId()).isEqualTo(from);
    assertThat(moved.keyId()).isEqualTo(to);
    assertThat(
            kms.decrypt(
                    r ->
                        r.ciphertextBlob(moved.ciphertextBlob())
                            .encryptionContext(Map.of("b", "2")))
                .plaintext())
        .isEqualTo(bytes("secret"));
  }

  @Test
  void dataKeysOpenAgain() {
    var arn = key();
    var made = kms.generateDataKey(r -> r.keyId(arn).keySpec("AES_128"));
    assertThat(made.plaintext().asByteArray()).hasSize(16);
    assertThat(kms.decrypt(r -> r.ciphertextBlob(made.ciphertextBlob())).plaintext())
        .isEqualTo(made.plaintext());
    var sealed = kms.generateDataKeyWithoutPlaintext(r -> r.keyId(arn).numberOfBytes(100));
    assertThat(
            kms.decrypt(r -> r.ciphertextBlob(sealed.ciphertextBlob())).plaintext().asByteArray())
        .hasSize(100);
    assertFails(
        "ValidationException: Please specify either number of bytes or key spec.",
        () -> kms.generateDataKey(r -> r.keyId(arn)));
  }

  @ParameterizedTest
  @CsvSource({"RSA_2048", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"})
  void dataKeyPairsComeSealed(String spec) {
    var arn = key();
    var made = kms.generateDataKeyPair(r -> r.keyId(arn).keyPairSpec(spec));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(made.privateKeyCiphertextBlob())).plaintext())
        .isEqualTo(made.privateKeyPlaintext());
    var sealed = kms.generateDataKeyPairWithoutPlaintext(r -> r.keyId(arn).keyPairSpec(spec));
    assertThat(sealed.publicKey()).isNotEqualTo(made.publicKey());
    assertThat(sealed.keyPairSpecAsString()).isEqualTo(spec);
  }

  @Test
  void whatIsEncryptedWithThePublicKeyIsDecrypted() throws Exception {
    var arn = key("RSA_2048", "ENCRYPT_DECRYPT");
    var shown = kms.getPublicKey(r -> r.keyId(arn));
    assertThat(shown.encryptionAlgorithmsAsStrings())
        .containsExactly("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256");
    var publicKey =
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(shown.publicKey().asByteArray()));
    var cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, publicKey);
    var sealed = SdkBytes.fromByteArray(cipher.doFinal("secret".getBytes("UTF-8")));
    assertThat(
            kms.decrypt(
                    r ->
                        r.ciphertextBlob(sealed).keyId(arn).encryptionAlgorithm("RSAES_OAEP_SHA_1"))
                .plaintext())
        .isEqualTo(bytes("secret"));
    assertCode(
        "InvalidCiphertextException",
        () ->
            kms.decrypt(
                r ->
                    r.ciphertextBlob(sealed).keyId(arn).encryptionAlgorithm("RSAES_OAEP_SHA_256")));
    assertFails(
        "ValidationException: Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.",
        () ->
            kms.encrypt(
                r ->
                    r.keyId(arn)
                        .plaintext(SdkBytes.fromByteArray(new byte[191]))
                        .encryptionAlgorithm("RSAES_OAEP_SHA_256")));
    assertFails(
        "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.",
        () -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSASSA_PSS_SHA_256, SHA-256",
    "RSA_2048, RSASSA_PSS_SHA_512, SHA-512",
    "RSA_3072, RSASSA_PKCS1_V1_5_SHA_384, SHA-384",
    "ECC_NIST_P256, ECDSA_SHA_256, SHA-256",
    "ECC_NIST_P384, ECDSA_SHA_384, SHA-384",
    "ECC_NIST_P521, ECDSA_SHA_512, SHA-512",
    "ECC_SECG_P256K1, ECDSA_SHA_256, SHA-256"
  })
  void aMessageAndItsDigestHaveTheSameSignatures(String spec, String algorithm, String hash)
      throws Exception {
    var arn = key(spec, "SIGN_VERIFY");
    var digest =
        SdkBytes.fromByteArray(MessageDigest.getInstance(hash).digest("secret".getBytes("UTF-8")));
    var ofMessage =
        kms.sign(r -> r.keyId(arn).message(bytes("secret")).signingAlgorithm(algorithm))
            .signature();
    var ofDigest =
        kms.sign(
                r -> r.keyId(arn).message(digest).messageType("DIGEST").signingAlgorithm(algorithm))
            .signature();
    for (var signature : new SdkBytes[] {ofMessage, ofDigest}) {
      assertThat(
              kms.verify(
                      r ->
                          r.keyId(arn)
                              .message(bytes("secret"))
                              .signature(signature)
                              .signingAlgorithm(algorithm))
                  .signatureValid())
          .isTrue();
      assertThat(
              kms.verify(
                      r ->
                          r.keyId(arn)
                              .message(digest)
                              .messageType("DIGEST")
                              .signature(signature)
                              .signingAlgorithm(algorithm))
                  .signatureValid())
          .isTrue();
    }
    assertFails(
        "KMSInvalidSignatureException: ",
        () ->
            kms.verify(
                r ->
                    r.keyId(arn)
                        .message(bytes("other"))
                        .signature(ofMessage)
                        .signingAlgorithm(algorithm)));
    assertFails(
        "ValidationException: Digest is invalid length for algorithm " + algorithm + ".",
        () ->
            kms.sign(
                r ->
                    r.keyId(arn)
                        .message(bytes("x"))
                        .messageType("DIGEST")
                        .signingAlgorithm(algorithm)));
  }

  @ParameterizedTest
  @CsvSource({"ML_DSA_44, 2420", "ML_DSA_65, 3309", "ML_DSA_87, 4627"})
  void mlDsaSignsMessagesAndTheirRepresentatives(String spec, int length) throws Exception {
    var arn = key(spec, "SIGN_VERIFY");
    var publicKey = kms.getPublicKey(r -> r.keyId(arn)).publicKey().asByteArray();
    var signature =
        kms.sign(r -> r.keyId(arn).message(bytes("secret")).signingAlgorithm("ML_DSA_SHAKE_256"))
            .signature();
    assertThat(signature.asByteArray()).hasSize(length);
    var mu = SdkBytes.fromByteArray(mu(publicKey, "secret".getBytes("UTF-8")));
    assertThat(
            kms.verify(
                    r ->
                        r.keyId(arn)
                            .message(mu)
                            .messageType("EXTERNAL_MU")
                            .signature(signature)
                            .signingAlgorithm("ML_DSA_SHAKE_256"))
                .signatureValid())
        .isTrue();
    var ofMu =
        kms.sign(
                r ->
                    r.keyId(arn)
                        .message(mu)
                        .messageType("EXTERNAL_MU")
                        .signingAlgorithm("ML_DSA_SHAKE_256"))
            .signature();
    var verifier = Signature.getInstance("ML-DSA");
    verifier.initVerify(
        KeyFactory.getInstance("ML-DSA").generatePublic(new X509EncodedKeySpec(publicKey)));
    verifier.update("secret".getBytes("UTF-8"));
    assertThat(verifier.verify(ofMu.asByteArray())).isTrue();
    assertCode(
        "ValidationException",
        () ->
            kms.sign(
                r ->
                    r.keyId(arn)
                        .message(mu)
                        .messageType("DIGEST")
                        .signingAlgorithm("ML_DSA_SHAKE_256")));
  }

  /** FIPS 204: SHAKE256 over the hash of the raw public key, two bytes for no context, message. */
  private static byte[] mu(byte[] spki, byte[] message) {
    var raw = SubjectPublicKeyInfo.getInstance(spki).getPublicKeyData().getOctets();
    var tr = new byte[64];
    var shake = new SHAKEDigest(256);
    shake.update(raw, 0, raw.length);
    shake.doFinal(tr, 0, tr.length);
    var mu = new byte[64];
    shake.update(tr, 0, tr.length);
    shake.update(new byte[2], 0, 2);
    shake.update(message, 0, message.length);
    shake.doFinal(mu, 0, mu.length);
    return mu;
  }

  @Test
  void ed25519SignsMessagesAndPreHashesDigests() throws Exception {
    var arn = key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY");
    var signature =
        kms.sign(r -> r.keyId(arn).message(bytes("secret")).signingAlgorithm("ED25519_SHA_512"))
            .signature();
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(
                    kms.getPublicKey(r -> r.keyId(arn)).publicKey().asByteArray())));
    verifier.update("secret".getBytes("UTF-8"));
    assertThat(verifier.verify(signature.asByteArray())).isTrue();
    var digest = SdkBytes.fromByteArray(new byte[64]);
    var hashed =
        kms.sign(
                r ->
                    r.keyId(arn)
                        .message(digest)
                        .messageType("DIGEST")
                        .signingAlgorithm("ED25519_PH_SHA_512"))
            .signature();
    assertThat(
            kms.verify(
                    r ->
                        r.keyId(arn)
                            .message(digest)
                            .messageType("DIGEST")
                            .signature(hashed)
                            .signingAlgorithm("ED25519_PH_SHA_512"))
                .signatureValid())
        .isTrue();
    assertCode(
        "ValidationException",
        () ->
            kms.sign(
                r ->
                    r.keyId(arn)
                        .message(digest)
                        .messageType("DIGEST")
                        .signingAlgorithm("ED25519_SHA_512")));
  }

  @ParameterizedTest
  @CsvSource({"224", "256", "384", "512"})
  void macsAreVerifiedAndOthersRefused(int bits) {
    var arn = key("HMAC_" + bits, "GENERATE_VERIFY_MAC");
    var algorithm = "HMAC_SHA_" + bits;
    var mac = kms.generateMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm(algorithm)).mac();
    assertThat(mac.asByteArray()).hasSize(bits / 8);
    assertThat(
            kms.verifyMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm(algorithm).mac(mac))
                .macValid())
        .isTrue();
    assertFails(
        "KMSInvalidMacException: ",
        () ->
            kms.verifyMac(r -> r.keyId(arn).message(bytes("n")).macAlgorithm(algorithm).mac(mac)));
    var other = bits == 256 ? "HMAC_SHA_512" : "HMAC_SHA_256";
    assertFails(
        "InvalidKeyUsageException: Algorithm "
            + other
            + " is incompatible with key spec HMAC_"
            + bits
            + ".",
        () -> kms.generateMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm(other)));
  }

  @ParameterizedTest
  @CsvSource({"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"})
  void twoKeysDeriveOneSecret(String spec) {
    var one = key(spec, "KEY_AGREEMENT");
    var other = key(spec, "KEY_AGREEMENT");
    var secret = derive(one, other);
    assertThat(secret).isEqualTo(derive(other, one));
    var foreign = key("RSA_2048", "SIGN_VERIFY");
    assertCode("ValidationException", () -> derive(one, foreign));
  }

  private SdkBytes derive(String key, String peer) {
    var publicKey = kms.getPublicKey(r -> r.keyId(peer)).publicKey();
    return kms.deriveSharedSecret(
            r -> r.keyId(key).keyAgreementAlgorithm("ECDH").publicKey(publicKey))
        .sharedSecret();
  }

  @Test
  void usesThatAKeyIsNotMadeForAreRefused() {
    var symmetric = key();
    assertFails(
        "InvalidKeyUsageException: "
            + symmetric
            + " key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.",
        () ->
            kms.generateMac(
                r -> r.keyId(symmetric).message(bytes("x")).macAlgorithm("HMAC_SHA_256")));
    var signing = key("ECC_NIST_P256", "SIGN_VERIFY");
    assertFails(
        "InvalidKeyUsageException: "
            + signing
            + " key usage is SIGN_VERIFY which is not valid for Encrypt.",
        () -> kms.encrypt(r -> r.keyId(signing).plaintext(bytes("x"))));
    assertFails(
        "InvalidKeyUsageException: Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.",
        () ->
            kms.sign(r -> r.keyId(signing).message(bytes("x")).signingAlgorithm("ECDSA_SHA_384")));
    assertCode("UnsupportedOperationException", () -> kms.getPublicKey(r -> r.keyId(symmetric)));
  }

  @Test
  void aDryRunDoesNothing() {
    var arn = key();
    assertFails(DRY_RUN, () -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x")).dryRun(true)));
    assertFails(
        DRY_RUN, () -> kms.generateDataKey(r -> r.keyId(arn).keySpec("AES_256").dryRun(true)));
    assertFails(
        DRY_RUN,
        () ->
            kms.createGrant(
                r ->
                    r.keyId(arn)
                        .granteePrincipal("arn:aws:iam::123456789012:root")
                        .operationsWithStrings("Decrypt")
                        .dryRun(true)));
    assertThat(kms.listGrants(r -> r.keyId(arn)).grants()).isEmpty();
  }

  @Test
  void randomBytesComeInTheNumberAskedFor() {
    assertThat(kms.generateRandom(r -> r.numberOfBytes(1024)).plaintext().asByteArray())
        .hasSize(1024);
    assertFails("ValidationException: NumberOfBytes is required.", () -> kms.generateRandom());
  }

  // Rotation

  @Test
  void rotationKeepsOldCiphertextsReadable() {
    var arn = key();
    var old = encrypt(arn, Map.of());
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    var made = kms.generateDataKey(r -> r.keyId(arn).keySpec("AES_256"));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(old)).plaintext()).isEqualTo(bytes("secret"));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(1);
    assertThat(made.ciphertextBlob().asByteArray()).isNotEqualTo(old.asByteArray());
    assertThat(lab.vault.status().materials()).isEqualTo(2);
  }

  @Test
  void automaticRotationFollowsTheClock() {
    var arn = key();
    kms.enableKeyRotation(r -> r.keyId(arn).rotationPeriodInDays(90));
    var status = kms.getKeyRotationStatus(r -> r.keyId(arn));
    assertThat(status.keyRotationEnabled()).isTrue();
    assertThat(status.rotationPeriodInDays()).isEqualTo(90);
    var old = encrypt(arn, Map.of());
    lab.advance(Duration.ofDays(181));
    var rotations = kms.listKeyRotations(r -> r.keyId(arn)).rotations();
    assertThat(rotations)
        .extracting("rotationDate")
        .containsExactly(
            status.nextRotationDate(), status.nextRotationDate().plus(Duration.ofDays(90)));
    assertThat(rotations).allMatch(one -> one.rotationTypeAsString().equals("AUTOMATIC"));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(old)).plaintext()).isEqualTo(bytes("secret"));
    kms.disableKeyRotation(r -> r.keyId(arn));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(arn)).keyRotationEnabled()).isFalse();
    var pair = key("RSA_2048", "SIGN_VERIFY");
    assertCode("UnsupportedOperationException", () -> kms.enableKeyRotation(r -> r.keyId(pair)));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(pair)).keyRotationEnabled()).isFalse();
  }

  // Multi-Region keys

  @Test
  void replicasOpenEachOthersCiphertexts() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata();
    assertThat(primary.keyId()).matches("mrk-[0-9a-f]{32}");
    var paris = lab.root(Region.EU_WEST_3);
    var replica =
        kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-3"))
            .replicaKeyMetadata();
    assertThat(replica.multiRegionConfiguration().multiRegionKeyTypeAsString())
        .isEqualTo("REPLICA");
    var sealed = encrypt(primary.arn(), Map.of());
    assertThat(paris.decrypt(r -> r.ciphertextBlob(sealed)).keyId()).isEqualTo(replica.arn());
    kms.rotateKeyOnDemand(r -> r.keyId(primary.keyId()));
    var later = encrypt(primary.arn(), Map.of());
    assertThat(paris.decrypt(r -> r.ciphertextBlob(later)).plaintext()).isEqualTo(bytes("secret"));
    assertCode(
        "AlreadyExistsException",
        () -> kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-3")));
    assertCode(
        "UnsupportedOperationException",
        () -> paris.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-1")));

    kms.updatePrimaryRegion(r -> r.keyId(primary.keyId()).primaryRegion("eu-west-3"));
    assertThat(
            paris
                .describeKey(r -> r.keyId(primary.keyId()))
                .keyMetadata()
                .multiRegionConfiguration()
                .multiRegionKeyTypeAsString())
        .isEqualTo("PRIMARY");
  }

  @Test
  void aPrimaryKeyOutlivesItsReplicas() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata();
    var paris = lab.root(Region.EU_WEST_3);
    kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-3"));
    var scheduled = kms.scheduleKeyDeletion(r -> r.keyId(primary.keyId()).pendingWindowInDays(7));
    assertThat(scheduled.keyStateAsString()).isEqualTo("PendingReplicaDeletion");
    assertThat(scheduled.deletionDate()).isNull();
    paris.scheduleKeyDeletion(r -> r.keyId(primary.keyId()).pendingWindowInDays(7));
    lab.advance(Duration.ofDays(8));
    lab.kms.deleteDue(lab.clock);
    assertThat(kms.describeKey(r -> r.keyId(primary.keyId())).keyMetadata().keyStateAsString())
        .isEqualTo("PendingDeletion");
    lab.advance(Duration.ofDays(7));
    assertCode("NotFoundException", () -> kms.describeKey(r -> r.keyId(primary.keyId())));
  }

  // Imports

  private SdkBytes wrapped(SdkBytes publicKey, byte[] material) throws Exception {
    var cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(publicKey.asByteArray())));
    return SdkBytes.fromByteArray(cipher.doFinal(material));
  }

  private void importInto(String arn, byte[] material) throws Exception {
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(arn).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), material);
    kms.importKeyMaterial(
        r ->
            r.keyId(arn)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE"));
  }

  @Test
  void importedMaterialComesAndGoesAndComesBack() throws Exception {
    var arn =
        kms.createKey(r -> r.origin("EXTERNAL").keySpec("HMAC_256").keyUsage("GENERATE_VERIFY_MAC"))
            .keyMetadata()
            .arn();
    assertFails(
        "KMSInvalidStateException: " + arn + " is pending import.",
        () -> kms.generateMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm("HMAC_SHA_256")));
    var material = new byte[32];
    material[0] = 7;
    importInto(arn, material);
    var expected = Mac.getInstance("HmacSHA256");
    expected.init(new SecretKeySpec(material, "HmacSHA256"));
    assertThat(
            kms.generateMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm("HMAC_SHA_256"))
                .mac()
                .asByteArray())
        .isEqualTo(expected.doFinal("m".getBytes("UTF-8")));
    kms.deleteImportedKeyMaterial(r -> r.keyId(arn));
    assertThat(lab.vault.status().materials()).isZero();
    assertFails(
        "KMSInvalidStateException: " + arn + " is pending import.",
        () -> kms.generateMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm("HMAC_SHA_256")));
    assertCode("IncorrectKeyMaterialException", () -> importInto(arn, new byte[32]));
    importInto(arn, material);
    kms.generateMac(r -> r.keyId(arn).message(bytes("m")).macAlgorithm("HMAC_SHA_256"));
  }

  @Test
  void importedMaterialExpiresByTheClock() throws Exception {
    var arn = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(arn).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), new byte[32]);
    assertFails(
        "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
        () ->
            kms.importKeyMaterial(
                r ->
                    r.keyId(arn)
                        .importToken(parameters.importToken())
                        .encryptedKeyMaterial(sealed)));
    kms.importKeyMaterial(
        r ->
            r.keyId(arn)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .validTo(lab.clock.instant().plus(Duration.ofDays(2))));
    var ciphertext = encrypt(arn, Map.of());
    lab.advance(Duration.ofDays(3));
    assertFails(
        "KMSInvalidStateException: " + arn + " is pending import.",
        () -> kms.decrypt(r -> r.ciphertextBlob(ciphertext)));
    assertCode(
        "ExpiredImportTokenException",
        () ->
            kms.importKeyMaterial(
                r ->
                    r.keyId(arn)
                        .importToken(parameters.importToken())
                        .encryptedKeyMaterial(sealed)
                        .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE")));
    importInto(arn, new byte[32]);
    assertThat(kms.decrypt(r -> r.ciphertextBlob(ciphertext)).plaintext())
        .isEqualTo(bytes("secret"));
    var own = key();
    assertFails(
        "UnsupportedOperationException: "
            + own
            + " origin is AWS_KMS which is not valid for this operation.",
        () ->
            kms.getParametersForImport(
                r ->
                    r.keyId(own)
                        .wrappingAlgorithm("RSAES_OAEP_SHA_1")
                        .wrappingKeySpec("RSA_2048")));
  }

  @Test
  void anImportTokenIsOfOneKey() throws Exception {
    var one = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    var other = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(one).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), new byte[32]);
    assertCode(
        "InvalidImportTokenException",
        () ->
            kms.importKeyMaterial(
                r ->
                    r.keyId(other)
                        .importToken(parameters.importToken())
                        .encryptedKeyMaterial(sealed)
                        .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE")));
  }
}

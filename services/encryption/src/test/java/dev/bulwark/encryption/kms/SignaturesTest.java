package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** Signatures, MACs and shared secrets, and uses that a key is not made for. */
final class SignaturesTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
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
    var arn = lab.key(spec, "SIGN_VERIFY");
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
    var arn = lab.key(spec, "SIGN_VERIFY");
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
    var arn = lab.key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY");
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
    var arn = lab.key("HMAC_" + bits, "GENERATE_VERIFY_MAC");
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
    var one = lab.key(spec, "KEY_AGREEMENT");
    var other = lab.key(spec, "KEY_AGREEMENT");
    var secret = derive(one, other);
    assertThat(secret).isEqualTo(derive(other, one));
    var foreign = lab.key("RSA_2048", "SIGN_VERIFY");
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
    var symmetric = lab.key();
    assertFails(
        "InvalidKeyUsageException: "
            + symmetric
            + " key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.",
        () ->
            kms.generateMac(
                r -> r.keyId(symmetric).message(bytes("x")).macAlgorithm("HMAC_SHA_256")));
    var signing = lab.key("ECC_NIST_P256", "SIGN_VERIFY");
    assertFails(
        "InvalidKeyUsageException: "
            + signing
            + " key usage is SIGN_VERIFY which is not valid for Encrypt.",
        () -> kms.encrypt(r -> r.keyId(signing).plaintext(bytes("x"))));
    assertFails(
        "InvalidKeyUsageException: Algorithm ECDSA_SHA_384 is incompatible with key spec"
            + " ECC_NIST_P256.",
        () ->
            kms.sign(r -> r.keyId(signing).message(bytes("x")).signingAlgorithm("ECDSA_SHA_384")));
    assertCode("UnsupportedOperationException", () -> kms.getPublicKey(r -> r.keyId(symmetric)));
  }

  private static final String DRY_RUN = "DryRunOperationException";

  @Test
  void aDryRunFailsAsTheCallWould() {
    var mac = lab.key("HMAC_256", "GENERATE_VERIFY_MAC");
    var right =
        kms.generateMac(r -> r.keyId(mac).message(bytes("m")).macAlgorithm("HMAC_SHA_256")).mac();
    for (var one : Map.of(right, DRY_RUN, bytes("wrong"), "KMSInvalidMacException").entrySet()) {
      assertCode(
          one.getValue(),
          () ->
              kms.verifyMac(
                  r ->
                      r.keyId(mac)
                          .message(bytes("m"))
                          .macAlgorithm("HMAC_SHA_256")
                          .mac(one.getKey())
                          .dryRun(true)));
    }
    var pair = lab.key("ECC_NIST_P256", "SIGN_VERIFY");
    var signature =
        kms.sign(r -> r.keyId(pair).message(bytes("m")).signingAlgorithm("ECDSA_SHA_256"))
            .signature();
    for (var one : Map.of("m", DRY_RUN, "other", "KMSInvalidSignatureException").entrySet()) {
      assertCode(
          one.getValue(),
          () ->
              kms.verify(
                  r ->
                      r.keyId(pair)
                          .message(bytes(one.getKey()))
                          .signingAlgorithm("ECDSA_SHA_256")
                          .signature(signature)
                          .dryRun(true)));
    }
    var agreeing = lab.key("ECC_NIST_P256", "KEY_AGREEMENT");
    var own = kms.getPublicKey(r -> r.keyId(agreeing)).publicKey();
    for (var one : Map.of(own, DRY_RUN, bytes("no key"), "ValidationException").entrySet()) {
      assertCode(
          one.getValue(),
          () ->
              kms.deriveSharedSecret(
                  r ->
                      r.keyId(agreeing)
                          .keyAgreementAlgorithm("ECDH")
                          .publicKey(one.getKey())
                          .dryRun(true)));
    }
  }

  @Test
  void aDisabledKeyShowsItsPublicHalf() {
    var pair = lab.key("ECC_NIST_P256", "SIGN_VERIFY");
    var shown = kms.getPublicKey(r -> r.keyId(pair)).publicKey();
    kms.disableKey(r -> r.keyId(pair));
    assertThat(kms.getPublicKey(r -> r.keyId(pair)).publicKey()).isEqualTo(shown);
    kms.scheduleKeyDeletion(r -> r.keyId(pair).pendingWindowInDays(7));
    assertCode("KMSInvalidStateException", () -> kms.getPublicKey(r -> r.keyId(pair)));
  }
}

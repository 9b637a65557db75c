package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;

/** What is encrypted, and what data keys and random bytes come of. */
final class EncryptionTest {
  private static final String DRY_RUN =
      "DryRunOperationException: The request would have succeeded, but the DryRun option is set.";
  private static final String INCORRECT_KEY =
      "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform"
          + " this operation.";

  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aCiphertextNamesItsKeyAndBelongsToItsContext() {
    var arn = lab.key();
    var sealed = lab.encrypt(arn, Map.of("a", "1", "b", "2"));
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
    assertThat(lab.encrypt(arn, Map.of())).isNotEqualTo(lab.encrypt(arn, Map.of()));
  }

  @Test
  void aContextIsOfUnicode() {
    var arn = lab.key();
    kms.encrypt(
        r -> r.keyId(arn).plaintext(bytes("x")).encryptionContext(Map.of("a", "\ud83d\ude00")));
    assertThat(
            error(
                lab.call(
                    "Encrypt",
                    "{\"KeyId\": \"%s\", \"Plaintext\": \"eA==\", \"EncryptionContext\": {\"a\": \"\\ud83d\"}}"
                        .formatted(arn))))
        .isEqualTo("SerializationException");
  }

  @Test
  void aChangedCiphertextIsRefusedWhereverItChanged() {
    var sealed = lab.encrypt(lab.key(), Map.of()).asByteArray();
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
    var sealed = lab.encrypt(lab.key(), Map.of());
    var other = lab.key();
    assertFails(INCORRECT_KEY, () -> kms.decrypt(r -> r.ciphertextBlob(sealed).keyId(other)));
    var pair = lab.key("RSA_2048", "SIGN_VERIFY");
    assertFails(
        "InvalidKeyUsageException: "
            + pair
            + " key usage is SIGN_VERIFY which is not valid for Decrypt.",
        () -> kms.decrypt(r -> r.ciphertextBlob(sealed).keyId(pair)));
    var bob = lab.user("Bob");
    for (var key : new String[] {other, pair}) {
      assertCode(
          "AccessDeniedException", () -> bob.decrypt(r -> r.ciphertextBlob(sealed).keyId(key)));
    }
    assertCode(
        "AccessDeniedException",
        () -> lab.root(Region.EU_WEST_1).decrypt(r -> r.ciphertextBlob(sealed)));
  }

  @Test
  void reEncryptMovesACiphertext() {
    var from = lab.key();
    var to = lab.key();
    var sealed = lab.encrypt(from, Map.of("a", "1"));
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
    var arn = lab.key();
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
    var arn = lab.key();
    var made = kms.generateDataKeyPair(r -> r.keyId(arn).keyPairSpec(spec));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(made.privateKeyCiphertextBlob())).plaintext())
        .isEqualTo(made.privateKeyPlaintext());
    var sealed = kms.generateDataKeyPairWithoutPlaintext(r -> r.keyId(arn).keyPairSpec(spec));
    assertThat(sealed.publicKey()).isNotEqualTo(made.publicKey());
    assertThat(sealed.keyPairSpecAsString()).isEqualTo(spec);
  }

  @Test
  void whatIsEncryptedWithThePublicKeyIsDecrypted() throws Exception {
    var arn = lab.key("RSA_2048", "ENCRYPT_DECRYPT");
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
        "ValidationException: Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt"
            + " data larger than 190 bytes.",
        () ->
            kms.encrypt(
                r ->
                    r.keyId(arn)
                        .plaintext(SdkBytes.fromByteArray(new byte[191]))
                        .encryptionAlgorithm("RSAES_OAEP_SHA_256")));
    assertFails(
        "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec"
            + " RSA_2048.",
        () -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))));
  }

  @Test
  void whatAPairDecryptsNamesAlgorithmAndKey() {
    var arn = lab.key("RSA_2048", "ENCRYPT_DECRYPT");
    var sealed =
        kms.encrypt(
                r -> r.keyId(arn).plaintext(bytes("x")).encryptionAlgorithm("RSAES_OAEP_SHA_256"))
            .ciphertextBlob();
    assertFails(
        "InvalidCiphertextException: ",
        () -> kms.decrypt(r -> r.keyId(arn).ciphertextBlob(sealed)));
    assertFails(
        "ValidationException: KeyId must not be null",
        () -> kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionAlgorithm("RSAES_OAEP_SHA_256")));
    assertFails(
        DRY_RUN,
        () ->
            kms.decrypt(
                r ->
                    r.keyId(arn)
                        .ciphertextBlob(sealed)
                        .encryptionAlgorithm("RSAES_OAEP_SHA_256")
                        .dryRun(true)));
    assertFails(
        "InvalidCiphertextException: ",
        () ->
            kms.decrypt(
                r ->
                    r.keyId(arn)
                        .ciphertextBlob(bytes("x"))
                        .encryptionAlgorithm("RSAES_OAEP_SHA_256")
                        .dryRun(true)));
  }

  @Test
  void aDryRunDoesNothing() {
    var arn = lab.key();
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
  void aDryRunNeedsNoCiphertextWhereItSaysSo() {
    var arn = lab.key();
    var bob = lab.newUser("Bob");
    var request =
        "{\"KeyId\": \"%s\", \"DryRun\": true, \"DryRunModifiers\": [\"IGNORE_CIPHERTEXT\"]}"
            .formatted(arn);
    assertThat(error(lab.call("Decrypt", request))).isEqualTo("DryRunOperationException");
    assertThat(error(lab.call(bob, "Decrypt", request))).isEqualTo("AccessDeniedException");
    lab.allow("Bob", "kms:Decrypt");
    assertThat(error(lab.call(bob, "Decrypt", request))).isEqualTo("DryRunOperationException");
    assertThat(
            error(
                lab.call(
                    "ReEncrypt",
                    request
                        .replace("KeyId", "SourceKeyId")
                        .replace("{", "{\"DestinationKeyId\": \"" + arn + "\", "))))
        .isEqualTo("DryRunOperationException");
    for (var incomplete :
        new String[] {
          request.replace("true", "false"),
          "{\"KeyId\": \"" + arn + "\"}",
          request.replace("\"KeyId\": \"" + arn + "\", ", "")
        }) {
      assertThat(error(lab.call("Decrypt", incomplete))).isEqualTo("ValidationException");
    }
  }

  private static String error(JsonNode answer) {
    return answer.path("__type").asString("").replaceFirst(".*#", "");
  }

  @Test
  void randomBytesComeInTheNumberAskedFor() {
    assertThat(kms.generateRandom(r -> r.numberOfBytes(1024)).plaintext().asByteArray())
        .hasSize(1024);
    assertFails("ValidationException: NumberOfBytes is required.", () -> kms.generateRandom());
  }
}

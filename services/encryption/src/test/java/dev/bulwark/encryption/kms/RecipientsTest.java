package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.RecipientInfo;
import tools.jackson.databind.json.JsonMapper;

/** Enclaves that get answers which they alone can read. */
final class RecipientsTest {
  private static final String IMAGE = HexFormat.of().formatHex(Enclave.register(7));

  private final Enclave enclave = new Enclave(Instant.now());
  private final Lab lab = new Lab(new AttestationRoots(List.of(enclave.root)));
  private final KmsClient kms = lab.root();

  RecipientsTest() throws GeneralSecurityException {}

  @AfterEach
  void close() {
    lab.close();
  }

  private static RecipientInfo recipient(byte[] document) {
    return RecipientInfo.builder()
        .keyEncryptionAlgorithm("RSAES_OAEP_SHA_256")
        .attestationDocument(SdkBytes.fromByteArray(document))
        .build();
  }

  private RecipientInfo recipient() {
    return recipient(enclave.document());
  }

  private byte[] open(SdkBytes forRecipient) {
    return enclave.open(forRecipient.asByteArray());
  }

  @Test
  void eventsTellOfTheEnclave() {
    var key = kms.createKey().keyMetadata();
    var ciphertext = lab.encrypt(key.keyId(), Map.of());
    kms.decrypt(r -> r.ciphertextBlob(ciphertext).recipient(recipient()));
    var record = JsonMapper.shared().readTree(lab.records(Lab.ACCOUNT, "Decrypt").getLast());
    var told = record.at("/additionalEventData/recipient");
    assertThat(told.at("/attestationDocumentModuleId").asString()).isNotEmpty();
    assertThat(told.at("/attestationDocumentEnclaveImageDigest").asString())
        .isEqualTo(Base64.getEncoder().encodeToString(Enclave.register(7)));
    assertThat(record.at("/additionalEventData/keyMaterialId").asString())
        .isEqualTo(key.currentKeyMaterialId());
    assertThat(record.at("/requestParameters").has("recipient")).isFalse();

    kms.generateRandom(r -> r.numberOfBytes(40).recipient(recipient()));
    var random = JsonMapper.shared().readTree(lab.records(Lab.ACCOUNT, "GenerateRandom").getLast());
    assertThat(random.at("/additionalEventData/recipient")).isEqualTo(told);
  }

  @Test
  void answersAreForTheEnclaveAlone() {
    var key = kms.createKey().keyMetadata().keyId();
    var ciphertext = lab.encrypt(key, Map.of());
    var plain = kms.decrypt(r -> r.ciphertextBlob(ciphertext)).plaintext().asByteArray();
    var opened = kms.decrypt(r -> r.ciphertextBlob(ciphertext).recipient(recipient()));
    assertThat(opened.plaintext()).isNull();
    assertThat(open(opened.ciphertextForRecipient())).isEqualTo(plain);

    var dataKey = kms.generateDataKey(r -> r.keyId(key).keySpec("AES_256").recipient(recipient()));
    assertThat(dataKey.plaintext()).isNull();
    assertThat(open(dataKey.ciphertextForRecipient()))
        .isEqualTo(
            kms.decrypt(r -> r.ciphertextBlob(dataKey.ciphertextBlob())).plaintext().asByteArray());

    var pair =
        kms.generateDataKeyPair(
            r -> r.keyId(key).keyPairSpec("ECC_NIST_P256").recipient(recipient()));
    assertThat(pair.privateKeyPlaintext()).isNull();
    assertThat(open(pair.ciphertextForRecipient()))
        .isEqualTo(
            kms.decrypt(r -> r.ciphertextBlob(pair.privateKeyCiphertextBlob()))
                .plaintext()
                .asByteArray());

    var random = kms.generateRandom(r -> r.numberOfBytes(40).recipient(recipient()));
    assertThat(random.plaintext()).isNull();
    assertThat(open(random.ciphertextForRecipient())).hasSize(40);

    var agreement =
        kms.createKey(r -> r.keySpec("ECC_NIST_P256").keyUsage("KEY_AGREEMENT"))
            .keyMetadata()
            .keyId();
    var secret =
        kms.deriveSharedSecret(
            r -> r.keyId(agreement).keyAgreementAlgorithm("ECDH").publicKey(pair.publicKey()));
    var sealed =
        kms.deriveSharedSecret(
            r ->
                r.keyId(agreement)
                    .keyAgreementAlgorithm("ECDH")
                    .publicKey(pair.publicKey())
                    .recipient(recipient()));
    assertThat(sealed.sharedSecret()).isNull();
    assertThat(open(sealed.ciphertextForRecipient()))
        .isEqualTo(secret.sharedSecret().asByteArray());
  }

  @Test
  void policiesSeeWhatIsAttested() {
    var key = kms.createKey().keyMetadata();
    kms.putKeyPolicy(
        r ->
            r.keyId(key.keyId())
                .policy(
                    """
                    {"Version": "2012-10-17", "Statement": [
                      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%1$s:root"},
                       "NotAction": "kms:Decrypt", "Resource": "*"},
                      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%1$s:root"},
                       "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEqualsIgnoreCase": {
                         "kms:RecipientAttestation:ImageSha384": "%2$s",
                         "kms:RecipientAttestation:PCR8": "%3$s"}}}]}"""
                        .formatted(
                            Lab.ACCOUNT, IMAGE, HexFormat.of().formatHex(Enclave.register(9)))));
    var ciphertext = lab.encrypt(key.arn(), Map.of());
    assertCode("AccessDeniedException", () -> kms.decrypt(r -> r.ciphertextBlob(ciphertext)));
    kms.decrypt(r -> r.ciphertextBlob(ciphertext).recipient(recipient()));
    enclave.claims.put("pcrs", Map.of(0L, Enclave.register(7), 8L, Enclave.register(1)));
    assertCode(
        "AccessDeniedException",
        () -> kms.decrypt(r -> r.ciphertextBlob(ciphertext).recipient(recipient())));
  }

  private void refused(String why, byte[] document) {
    assertFails(
        "ValidationException: The attestation document is not valid: " + why,
        () -> kms.generateRandom(r -> r.numberOfBytes(8).recipient(recipient(document))));
  }

  @Test
  void whatIsNotProvenCountsForNothing() throws GeneralSecurityException {
    refused("the document cannot be read: the bytes end too early.", bytes("x").asByteArray());
    var document = enclave.document();
    var changed = document.clone();
    changed[changed.length - 1] ^= 1;
    refused("the signature is not right.", changed);
    var stranger = new Enclave(lab.clock.instant());
    refused("the certificates lead to no root that is trusted.", stranger.document());
    // A stranger who brings along whom we trust is not vouched for by that.
    stranger.claims.put("cabundle", List.of(encoded(enclave.root)));
    refused("the certificates lead to no root that is trusted.", stranger.document());
    enclave.claims.put("public_key", null);
    refused("the document tells no public key.", enclave.document());
    enclave.claims.put("public_key", new byte[] {1, 2, 3});
    refused("the public key is not one of RSA.", enclave.document());
    enclave.claims.put("pcrs", Map.of(0L, new byte[3]));
    refused("the document cannot be read: a register is not as it should be.", enclave.document());
    lab.advance(Duration.ofMinutes(6));
    refused("the document is not of this time.", document);
  }

  private static byte[] encoded(X509Certificate certificate) throws GeneralSecurityException {
    return certificate.getEncoded();
  }

  @Test
  void withoutARootNobodyIsBelieved() {
    try (var other = new Lab()) {
      assertCode(
          "ValidationException",
          () -> other.root().generateRandom(r -> r.numberOfBytes(8).recipient(recipient())));
    }
  }
}

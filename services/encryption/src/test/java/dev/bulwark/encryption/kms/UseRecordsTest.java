package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What CloudTrail tells of the use of keys.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/understanding-kms-entries.html">Examples
 *     of AWS KMS log entries</a>
 */
final class UseRecordsTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private JsonNode last(String operation) {
    return JsonMapper.shared().readTree(lab.records(Lab.ACCOUNT, operation).getLast());
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void ciphersTellAlgorithmAndMaterial() {
    var key = kms.createKey().keyMetadata();
    var material = key.currentKeyMaterialId();
    var sealed = lab.encrypt(key.keyId(), Map.of("Department", "Engineering"));
    var added = json("{'keyMaterialId':'" + material + "'}");
    var encryption = last("Encrypt");
    assertThat(encryption.at("/requestParameters").toString())
        .isEqualTo(
            json(
                "{'keyId':'%s','encryptionContext':{'Department':'Engineering'},'encryptionAlgorithm':'SYMMETRIC_DEFAULT'}"
                    .formatted(key.keyId())));
    assertThat(encryption.at("/additionalEventData").toString()).isEqualTo(added);
    assertThat(encryption.at("/responseElements").isNull()).isTrue();
    assertThat(encryption.at("/readOnly").asBoolean()).isTrue();

    kms.decrypt(
        r -> r.ciphertextBlob(sealed).encryptionContext(Map.of("Department", "Engineering")));
    assertThat(last("Decrypt").at("/requestParameters").toString())
        .isEqualTo(
            json(
                "{'encryptionContext':{'Department':'Engineering'},'encryptionAlgorithm':'SYMMETRIC_DEFAULT'}"));
    assertThat(last("Decrypt").at("/additionalEventData").toString()).isEqualTo(added);

    assertCode(
        "InvalidCiphertextException",
        () -> kms.decrypt(r -> r.keyId(key.arn()).ciphertextBlob(sealed)));
    assertThat(last("Decrypt").at("/requestParameters").toString())
        .isEqualTo(
            json("{'keyId':'%s','encryptionAlgorithm':'SYMMETRIC_DEFAULT'}".formatted(key.arn())));
    assertThat(last("Decrypt").has("additionalEventData")).isFalse();

    kms.generateDataKey(r -> r.keyId(key.keyId()).numberOfBytes(16));
    assertThat(last("GenerateDataKey").at("/requestParameters/numberOfBytes").asInt())
        .isEqualTo(16);
    assertThat(last("GenerateDataKey").at("/additionalEventData").toString()).isEqualTo(added);
    kms.generateDataKeyPairWithoutPlaintext(r -> r.keyId(key.keyId()).keyPairSpec("ECC_NIST_P256"));
    assertThat(last("GenerateDataKeyPairWithoutPlaintext").at("/additionalEventData").toString())
        .isEqualTo(added);
  }

  @Test
  void whatGoesFromKeyToKeyTellsBothMaterials() {
    var source = kms.createKey().keyMetadata();
    var target = kms.createKey().keyMetadata();
    var sealed = lab.encrypt(source.keyId(), Map.of());
    kms.reEncrypt(r -> r.ciphertextBlob(sealed).destinationKeyId(target.keyId()));
    var record = last("ReEncrypt");
    assertThat(record.at("/additionalEventData").toString())
        .isEqualTo(
            json(
                "{'destinationKeyMaterialId':'%s','sourceKeyMaterialId':'%s'}"
                    .formatted(target.currentKeyMaterialId(), source.currentKeyMaterialId())));
    assertThat(record.at("/requestParameters").toString())
        .isEqualTo(
            json(
                "{'destinationKeyId':'%s','sourceEncryptionAlgorithm':'SYMMETRIC_DEFAULT','destinationEncryptionAlgorithm':'SYMMETRIC_DEFAULT'}"
                    .formatted(target.keyId())));
    assertThat(record.at("/resources/0/ARN").asString()).isEqualTo(source.arn());
    assertThat(record.at("/resources/1/ARN").asString()).isEqualTo(target.arn());
  }

  @Test
  void keysWithOneMaterialTellNone() {
    var key = kms.createKey(r -> r.keySpec("RSA_2048").keyUsage("ENCRYPT_DECRYPT")).keyMetadata();
    kms.encrypt(
        r ->
            r.keyId(key.keyId())
                .encryptionAlgorithm("RSAES_OAEP_SHA_256")
                .plaintext(bytes("secret")));
    assertThat(last("Encrypt").has("additionalEventData")).isFalse();
    var signer = kms.createKey(r -> r.keySpec("ECC_NIST_P256").keyUsage("SIGN_VERIFY"));
    kms.sign(
        r ->
            r.keyId(signer.keyMetadata().keyId())
                .signingAlgorithm("ECDSA_SHA_256")
                .message(SdkBytes.fromUtf8String("message")));
    assertThat(last("Sign").at("/requestParameters").toString())
        .isEqualTo(
            json(
                "{'keyId':'%s','messageType':'RAW','signingAlgorithm':'ECDSA_SHA_256'}"
                    .formatted(signer.keyMetadata().keyId())));
  }

  @Test
  void makingAKeyTellsWhatWasLeftOut() {
    kms.createKey();
    var record = last("CreateKey");
    assertThat(record.at("/requestParameters").toString())
        .isEqualTo(
            json(
                "{'description':'','keyUsage':'ENCRYPT_DECRYPT','customerMasterKeySpec':'SYMMETRIC_DEFAULT','keySpec':'SYMMETRIC_DEFAULT','origin':'AWS_KMS','bypassPolicyLockoutSafetyCheck':false}"));
    assertThat(record.at("/responseElements/keyMetadata/creationDate").asString())
        .matches("[A-Z][a-z]{2} \\d{1,2}, \\d{4}, \\d{1,2}:\\d{2}:\\d{2} [AP]M");
  }
}

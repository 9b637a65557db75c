package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;

/** Key material from outside. */
final class ImportsTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private SdkBytes wrapped(SdkBytes publicKey, byte[] material) throws Exception {
    var cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(publicKey.asByteArray())));
    return SdkBytes.fromByteArray(cipher.doFinal(material));
  }

  private void importInto(String arn, byte[] material) throws Exception {
    importInto(kms, arn, material, null);
  }

  private void importInto(KmsClient client, String key, byte[] material, @Nullable String type)
      throws Exception {
    var parameters =
        client.getParametersForImport(
            r -> r.keyId(key).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), material);
    client.importKeyMaterial(
        r ->
            r.keyId(key)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .importType(type)
                .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE"));
  }

  private void importUntil(String key, Instant validTo) throws Exception {
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(key).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), new byte[32]);
    kms.importKeyMaterial(
        r ->
            r.keyId(key)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .expirationModel("KEY_MATERIAL_EXPIRES")
                .validTo(validTo));
  }

  /** As is the case while the vault is sealed. */
  @Test
  void aRotationThatFailsKeepsNoMaterialFromExpiring() throws Exception {
    var rotating = lab.key();
    kms.enableKeyRotation(r -> r.keyId(rotating).rotationPeriodInDays(90));
    var key = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata();
    importUntil(key.arn(), lab.clock.instant().plus(Duration.ofDays(100)));
    lab.advance(Duration.ofDays(101));
    lab.vault.close();
    lab.kms.deleteDue(lab.clock);
    var after = new KmsTables(lab.store).findKey(Lab.ACCOUNT, "us-east-1", key.keyId());
    assertThat(after).isNotNull();
    assertThat(after.record().materials().getFirst().present()).isFalse();
  }

  /** Keeps what is told. */
  private static final class Told implements MetricPublisher {
    private final Map<Source, Double> values = new HashMap<>();
    private Runnable reading = () -> {};

    @Override
    public void add(Source source, ServiceMetric metric, double value) {
      assertThat(metric.name()).isEqualTo("SecondsUntilKeyMaterialExpiration");
      values.put(source, value);
    }

    @Override
    public void everyMinute(Runnable what) {
      reading = what;
    }
  }

  @Test
  void howLongMaterialIsValidIsAMetric() throws Exception {
    var told = new Told();
    lab.kms.publishMetrics(told);
    var key = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata();
    importUntil(key.arn(), lab.clock.instant().plus(Duration.ofHours(2)));

    lab.clock.advance(Duration.ofHours(1));
    told.reading.run();
    var source = new MetricPublisher.Source(Lab.ACCOUNT, "us-east-1", Map.of("KeyId", key.keyId()));
    assertThat(told.values).containsOnlyKeys(source);
    assertThat(told.values.get(source)).isBetween(3500.0, 3600.0);

    told.values.clear();
    lab.clock.advance(Duration.ofHours(2));
    told.reading.run();
    assertThat(told.values).isEmpty();
  }

  @Test
  void newMaterialOfAMultiRegionKeyBeginsAtItsPrimary() throws Exception {
    var key = kms.createKey(r -> r.origin("EXTERNAL").multiRegion(true)).keyMetadata().keyId();
    importInto(key, new byte[32]);
    kms.replicateKey(r -> r.keyId(key).replicaRegion("eu-west-3"));
    var paris = lab.root(Region.EU_WEST_3);
    importInto(paris, key, new byte[32], null);
    var next = new byte[32];
    next[0] = 7;
    assertFails(
        "ValidationException: Input parameter ImportType NEW_KEY_MATERIAL cannot be used on replica"
            + " Multi-Region keys",
        () -> importInto(paris, key, next, "NEW_KEY_MATERIAL"));
    importInto(kms, key, next, "NEW_KEY_MATERIAL");
    assertFails(
        "KMSInvalidStateException: Cannot perform key material rotation: Key material has not been"
            + " imported for replicas of the Multi-Region key.",
        () -> kms.rotateKeyOnDemand(r -> r.keyId(key)));
    importInto(paris, key, next, "EXISTING_KEY_MATERIAL");
    kms.rotateKeyOnDemand(r -> r.keyId(key));
  }

  @Test
  void pendingMaterialIsReplaced() throws Exception {
    var arn = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    importInto(arn, material(0));
    var nothingPending =
        "KMSInvalidStateException: No available key material pending rotation for the key: "
            + arn
            + ".";
    assertFails(nothingPending, () -> kms.rotateKeyOnDemand(r -> r.keyId(arn)));
    importInto(kms, arn, material(1), "NEW_KEY_MATERIAL");
    var pending = materials(arn).get(1).path("KeyMaterialId").asString();
    assertCode(
        "KMSInvalidStateException", () -> importInto(kms, arn, material(2), "NEW_KEY_MATERIAL"));
    assertFails(
        "IncorrectKeyMaterialException: Key material (id: "
            + pending
            + ") being imported as NEW_KEY_MATERIAL is already associated with KMS key "
            + arn
            + ".",
        () -> importInto(kms, arn, material(1), "NEW_KEY_MATERIAL"));
    delete(arn, pending);
    assertThat(materials(arn)).hasSize(1);
    assertThat(lab.vault.status().materials()).isEqualTo(1);
    assertFails(nothingPending, () -> kms.rotateKeyOnDemand(r -> r.keyId(arn)));
    assertThat(delete(arn, pending).path("message").asString())
        .isEqualTo(
            "Key material (id: " + pending + ") has never been imported into KMS key " + arn + ".");
    importInto(kms, arn, material(2), "NEW_KEY_MATERIAL");
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(1);
  }

  @Test
  void pendingMaterialLeavesReplicasWithThePrimary() throws Exception {
    var key = kms.createKey(r -> r.origin("EXTERNAL").multiRegion(true)).keyMetadata().keyId();
    importInto(key, material(0));
    kms.replicateKey(r -> r.keyId(key).replicaRegion("eu-west-3"));
    var paris = lab.root(Region.EU_WEST_3);
    importInto(paris, key, material(0), null);
    importInto(kms, key, material(1), "NEW_KEY_MATERIAL");
    importInto(paris, key, material(1), null);
    delete(key, materials(key).get(1).path("KeyMaterialId").asString());
    assertThat(lab.vault.status().materials()).isEqualTo(2);
    assertCode("IncorrectKeyMaterialException", () -> importInto(paris, key, material(1), null));
    importInto(kms, key, material(2), "NEW_KEY_MATERIAL");
    importInto(paris, key, material(2), null);
    kms.rotateKeyOnDemand(r -> r.keyId(key));
  }

  @Test
  void pendingMaterialThatExpiredIsStillRotatedTo() throws Exception {
    var arn = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    importInto(arn, material(0));
    var old = lab.encrypt(arn, Map.of());
    importUntil(arn, material(1), "NEW_KEY_MATERIAL", lab.now().plus(Duration.ofHours(1)));
    lab.advance(Duration.ofHours(2));
    lab.kms.deleteDue(lab.clock);
    assertThat(lab.vault.status().materials()).isEqualTo(1);
    assertThat(materials(arn).get(1).path("ImportState").asString()).isEqualTo("IMPORTED");
    assertThat(lab.records(Lab.ACCOUNT, "DeleteExpiredKeyMaterial")).hasSize(1);
    assertThat(kms.decrypt(r -> r.ciphertextBlob(old)).plaintext()).isEqualTo(bytes("secret"));
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    assertFails(
        "KMSInvalidStateException: " + arn + " is pending import.",
        () -> kms.decrypt(r -> r.ciphertextBlob(old)));
    importInto(arn, material(1));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(old)).plaintext()).isEqualTo(bytes("secret"));
  }

  private static byte[] material(int first) {
    var material = new byte[32];
    material[0] = (byte) first;
    return material;
  }

  private List<JsonNode> materials(String key) {
    return List.copyOf(
        lab.call(
                "ListKeyRotations",
                "{\"KeyId\": \"%s\", \"IncludeKeyMaterial\": \"ALL_KEY_MATERIAL\"}".formatted(key))
            .path("Rotations")
            .values());
  }

  private JsonNode delete(String key, String materialId) {
    return lab.call(
        "DeleteImportedKeyMaterial",
        "{\"KeyId\": \"%s\", \"KeyMaterialId\": \"%s\"}".formatted(key, materialId));
  }

  private void importUntil(String key, byte[] material, String type, Instant validTo)
      throws Exception {
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(key).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), material);
    kms.importKeyMaterial(
        r ->
            r.keyId(key)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .importType(type)
                .validTo(validTo));
  }

  @Test
  void anImportEnablesTheKey() throws Exception {
    var arn = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    importInto(arn, material(0));
    kms.disableKey(r -> r.keyId(arn));
    importInto(arn, material(0));
    assertThat(kms.describeKey(r -> r.keyId(arn)).keyMetadata().enabled()).isTrue();
  }

  @Test
  void whatIsNotImportedIsRefused() throws Exception {
    assertFails(
        "ValidationException: KeySpec ML_DSA_44 is not supported for Origin EXTERNAL",
        () ->
            kms.createKey(r -> r.origin("EXTERNAL").keySpec("ML_DSA_44").keyUsage("SIGN_VERIFY")));
    var arn = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    for (var algorithm : List.of("RSA_AES_KEY_WRAP_SHA_256", "RSAES_PKCS1_V1_5")) {
      assertFails(
          "ValidationException: Wrapping algorithm "
              + algorithm
              + " and wrapping key spec RSA_2048 cannot be used to import a SYMMETRIC_DEFAULT key.",
          () ->
              kms.getParametersForImport(
                  r -> r.keyId(arn).wrappingAlgorithm(algorithm).wrappingKeySpec("RSA_2048")));
    }
    var mac =
        kms.createKey(r -> r.origin("EXTERNAL").keySpec("HMAC_256").keyUsage("GENERATE_VERIFY_MAC"))
            .keyMetadata()
            .arn();
    assertFails(
        "ValidationException: Input parameter importType cannot be used with HMAC_256 imported"
            + " keys.",
        () -> importInto(kms, mac, material(0), "EXISTING_KEY_MATERIAL"));
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
    assertThat(
            lab.call("DeleteImportedKeyMaterial", "{\"KeyId\": \"" + arn + "\"}")
                .path("KeyId")
                .asString())
        .isEqualTo(arn);
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
        "ValidationException: A validTo date must be set if the ExpirationModel is"
            + " KEY_MATERIAL_EXPIRES",
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
    var ciphertext = lab.encrypt(arn, Map.of());
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
    var own = lab.key();
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
  void policiesCompareTheExpiryAsANumber() throws Exception {
    var bob = lab.user("Bob");
    var deadline = lab.now().plus(Duration.ofDays(30));
    lab.allow(
        "Bob",
        "kms:ImportKeyMaterial",
        "{\"NumericLessThanEquals\": {\"kms:ValidTo\": \"%d.0\"}}"
            .formatted(deadline.getEpochSecond()));
    var arn = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(arn).wrappingAlgorithm("RSAES_OAEP_SHA_1").wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), new byte[32]);
    assertCode(
        "AccessDeniedException",
        () ->
            bob.importKeyMaterial(
                r ->
                    r.keyId(arn)
                        .importToken(parameters.importToken())
                        .encryptedKeyMaterial(sealed)
                        .validTo(deadline.plusSeconds(60))));
    bob.importKeyMaterial(
        r ->
            r.keyId(arn)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .validTo(deadline.minusSeconds(60)));
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

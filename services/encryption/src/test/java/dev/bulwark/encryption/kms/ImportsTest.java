package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

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
    var parameters =
        kms.getParametersForImport(
            r ->
                r.keyId(key.arn())
                    .wrappingAlgorithm("RSAES_OAEP_SHA_1")
                    .wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey(), new byte[32]);
    kms.importKeyMaterial(
        r ->
            r.keyId(key.arn())
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .expirationModel("KEY_MATERIAL_EXPIRES")
                .validTo(lab.clock.instant().plus(Duration.ofHours(2))));

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
    assertCode(
        "IncorrectKeyMaterialException", () -> importInto(paris, key, next, "NEW_KEY_MATERIAL"));
    importInto(kms, key, next, "NEW_KEY_MATERIAL");
    assertCode("ConflictException", () -> kms.rotateKeyOnDemand(r -> r.keyId(key)));
    importInto(paris, key, next, "EXISTING_KEY_MATERIAL");
    kms.rotateKeyOnDemand(r -> r.keyId(key));
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

  @Test
  void mlDsaKeysAreImportedByTheirSeed() throws Exception {
    var seed = new byte[32];
    seed[0] = 7;
    var secret = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed);
    var arn =
        kms.createKey(r -> r.origin("EXTERNAL").keySpec("ML_DSA_65").keyUsage("SIGN_VERIFY"))
            .keyMetadata()
            .arn();
    var parameters =
        kms.getParametersForImport(
            r ->
                r.keyId(arn)
                    .wrappingAlgorithm("RSA_AES_KEY_WRAP_SHA_256")
                    .wrappingKeySpec("RSA_2048"));
    var sealed =
        wrappedTwice(
            parameters.publicKey(),
            PrivateKeyInfoFactory.createPrivateKeyInfo(secret).getEncoded());
    kms.importKeyMaterial(
        r ->
            r.keyId(arn)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE"));
    var shown = kms.getPublicKey(r -> r.keyId(arn)).publicKey().asByteArray();
    assertThat(Arrays.copyOfRange(shown, shown.length - 1952, shown.length))
        .isEqualTo(secret.getPublicKey());
    var signature =
        kms.sign(r -> r.keyId(arn).message(bytes("m")).signingAlgorithm("ML_DSA_SHAKE_256"))
            .signature();
    assertThat(
            kms.verify(
                    r ->
                        r.keyId(arn)
                            .message(bytes("m"))
                            .signature(signature)
                            .signingAlgorithm("ML_DSA_SHAKE_256"))
                .signatureValid())
        .isTrue();
  }

  /** RSA_AES_KEY_WRAP_SHA_256: an AES key by OAEP, the material under that by AES-KWP. */
  private static SdkBytes wrappedTwice(SdkBytes publicKey, byte[] material) throws Exception {
    var aes = new SecretKeySpec(new byte[32], "AES");
    var oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(
        Cipher.ENCRYPT_MODE,
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(publicKey.asByteArray())),
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    var wrap = Cipher.getInstance("AES/KWP/NoPadding");
    wrap.init(Cipher.ENCRYPT_MODE, aes);
    var first = oaep.doFinal(aes.getEncoded());
    var second = wrap.doFinal(material);
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return SdkBytes.fromByteArray(both);
  }
}

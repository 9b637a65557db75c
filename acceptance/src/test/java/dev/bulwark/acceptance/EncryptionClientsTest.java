package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.AlgorithmSuiteId;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateDefaultCryptographicMaterialsManagerInput;
import software.amazon.cryptography.materialproviders.model.DBEAlgorithmSuiteId;
import software.amazon.cryptography.materialproviders.model.DBECommitmentPolicy;
import software.amazon.cryptography.materialproviders.model.DecryptMaterialsInput;
import software.amazon.cryptography.materialproviders.model.GetEncryptionMaterialsInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;
import software.amazon.encryption.s3.S3EncryptionClient;
import software.amazon.encryption.s3.materials.KmsKeyring;

/** AWS's own libraries that encrypt on the client's side, unchanged, with keys of KMS. */
class EncryptionClientsTest {
  private static final byte[] SECRET = "attack at dawn".getBytes(StandardCharsets.UTF_8);
  private static final Map<String, String> CONTEXT = Map.of("purpose", "test");

  private final RunningServer server = RunningServer.shared();
  private final KmsClient kms = server.client(KmsClient.builder(), RunningServer.ROOT);
  private final String key = kms.createKey().keyMetadata().arn();

  private KmsClientBuilder builder() {
    return KmsClient.builder()
        .endpointOverride(server.endpoint())
        .credentialsProvider(StaticCredentialsProvider.create(RunningServer.ROOT));
  }

  private IKeyring keyring() {
    return materials()
        .CreateAwsKmsKeyring(
            CreateAwsKmsKeyringInput.builder().kmsKeyId(key).kmsClient(kms).build());
  }

  private static MaterialProviders materials() {
    return MaterialProviders.builder()
        .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
        .build();
  }

  @Test
  void theEncryptionSdkWithItsMasterKeyProvider() {
    var provider =
        KmsMasterKeyProvider.builder()
            .builderSupplier(this::builder)
            .defaultRegion(Region.US_EAST_1)
            .buildStrict(key);
    var crypto =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
            .build();
    var sealed = crypto.encryptData(provider, SECRET, CONTEXT).getResult();
    var opened = crypto.decryptData(provider, sealed);
    assertThat(opened.getResult()).isEqualTo(SECRET);
    assertThat(opened.getEncryptionContext()).containsAllEntriesOf(CONTEXT);

    sealed[sealed.length / 2] ^= 1;
    assertThatThrownBy(() -> crypto.decryptData(provider, sealed)).isInstanceOf(Exception.class);
  }

  @Test
  void theEncryptionSdkWithAKeyring() {
    var crypto = AwsCrypto.standard();
    var sealed = crypto.encryptData(keyring(), SECRET, CONTEXT).getResult();
    assertThat(crypto.decryptData(keyring(), sealed, CONTEXT).getResult()).isEqualTo(SECRET);
    kms.disableKey(r -> r.keyId(key));
    assertThatThrownBy(() -> crypto.encryptData(keyring(), SECRET, CONTEXT))
        .hasStackTraceContaining("DisabledException");
    kms.enableKey(r -> r.keyId(key));
  }

  /** The materials of a record of a database: a data key for each, which KMS opens again. */
  @Test
  void theDatabaseEncryptionSdksKeyring() {
    var manager =
        materials()
            .CreateDefaultCryptographicMaterialsManager(
                CreateDefaultCryptographicMaterialsManagerInput.builder()
                    .keyring(keyring())
                    .build());
    var policy =
        software.amazon.cryptography.materialproviders.model.CommitmentPolicy.builder()
            .DBE(DBECommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
            .build();
    var made =
        manager.GetEncryptionMaterials(
                GetEncryptionMaterialsInput.builder()
                    .encryptionContext(CONTEXT)
                    .commitmentPolicy(policy)
                    .build())
            .encryptionMaterials();
    assertThat(made.algorithmSuite().id().DBE())
        .isEqualTo(
            DBEAlgorithmSuiteId
                .ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384_SYMSIG_HMAC_SHA384);
    var opened =
        manager.DecryptMaterials(
                DecryptMaterialsInput.builder()
                    .algorithmSuiteId(
                        AlgorithmSuiteId.builder().DBE(made.algorithmSuite().id().DBE()).build())
                    .commitmentPolicy(policy)
                    .encryptedDataKeys(made.encryptedDataKeys())
                    .encryptionContext(made.encryptionContext())
                    .build())
            .decryptionMaterials();
    assertThat(opened.plaintextDataKey()).isEqualTo(made.plaintextDataKey());
    assertThat(List.of(made.encryptedDataKeys().getFirst().keyProviderInfo().array())).isNotEmpty();
  }

  @Test
  void theS3EncryptionClient() {
    var bucket = "encryption-client-" + UUID.randomUUID();
    var plain = server.s3(RunningServer.ROOT);
    plain.createBucket(r -> r.bucket(bucket));
    var asynchronous =
        S3AsyncClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(StaticCredentialsProvider.create(RunningServer.ROOT))
            .build();
    var content = new byte[200_000];
    new Random(3).nextBytes(content);
    try (asynchronous;
        var client =
            S3EncryptionClient.builderV4()
                .keyring(KmsKeyring.builder().kmsClient(kms).wrappingKeyId(key).build())
                .wrappedClient(plain)
                .wrappedAsyncClient(asynchronous)
                .build()) {
      client.putObject(r -> r.bucket(bucket).key("o"), RequestBody.fromBytes(content));
      assertThat(client.getObjectAsBytes(r -> r.bucket(bucket).key("o")).asByteArray())
          .isEqualTo(content);
      assertThat(plain.getObjectAsBytes(r -> r.bucket(bucket).key("o")).asByteArray())
          .isNotEqualTo(content);
    }
  }
}

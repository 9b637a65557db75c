package dev.bulwark.audit.cloudtrail;

import dev.bulwark.access.Principal.ServicePrincipal;
import dev.bulwark.api.kms.DecryptRequest;
import dev.bulwark.api.kms.DescribeKeyRequest;
import dev.bulwark.api.kms.GenerateDataKeyRequest;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.audit.cloudtrail.EventDataStoreRecord.Settings;
import dev.bulwark.audit.cloudtrail.LakeTables.FileRecord;
import dev.bulwark.base.Randomness;
import dev.bulwark.lake.EventFile;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys of files of events: a new one for each file, sealed under the KMS key of its event data
 * store, which CloudTrail asks for as {@code cloudtrail.amazonaws.com}, or else by the
 * installation.
 */
final class LakeKeys {
  private static final String SERVICE = "cloudtrail.amazonaws.com";
  private static final String PURPOSE = "cloudtrail/lake-file";
  private static final int LENGTH = 32;

  private final ServiceCalls calls;
  private final Sealer sealer;

  LakeKeys(ServiceCalls calls, Sealer sealer) {
    this.calls = calls;
    this.sealer = sealer;
  }

  static ServicePrincipal service(EventDataStoreRecord store) {
    return new ServicePrincipal(SERVICE, store.accountId(), store.arn());
  }

  /** A file's key, and what is kept of it. */
  record FileKey(byte[] key, byte[] sealed, boolean kms) {
    FileRecord of(EventFile file) {
      return new FileRecord(file, sealed, kms);
    }
  }

  /**
   * The store with its KMS key by its ARN, once CloudTrail may use that.
   *
   * @param before the settings that were checked earlier, null for a new store
   * @throws ApiException KmsKeyNotFoundException, InsufficientEncryptionPolicyException and others
   */
  EventDataStoreRecord checked(EventDataStoreRecord store, @Nullable Settings before) {
    var named = store.settings().keyArn();
    if (named == null || (before != null && named.equals(before.keyArn()))) {
      return store;
    }
    try {
      var metadata =
          calls
              .call(
                  service(store),
                  store.homeRegion(),
                  KmsApi.DESCRIBE_KEY,
                  DescribeKeyRequest.builder().keyId(qualified(store, named)).build())
              .keyMetadata();
      var arn = metadata == null ? null : metadata.arn();
      if (arn == null) {
        throw CloudTrailErrors.noKey(named);
      }
      var keyed = store.withSettings(store.settings().withKey(arn), store.updated());
      var made = generate(keyed, arn);
      decrypt(keyed, made.sealed());
      return keyed;
    } catch (ApiException e) {
      throw switch (e.code()) {
        case "NotFoundException" -> CloudTrailErrors.noKey(named);
        case "AccessDeniedException" -> LakeErrors.encryptionPolicy(named);
        case "InvalidArnException", "ValidationException" -> CloudTrailErrors.invalidKey(named);
        default -> CloudTrailErrors.kms(String.valueOf(e.getMessage()));
      };
    }
  }

  private static String qualified(EventDataStoreRecord store, String keyId) {
    return Destinations.qualified(store.homeRegion(), store.accountId(), keyId);
  }

  /**
   * A key for a new file.
   *
   * @throws ApiException what KMS answers
   */
  FileKey create(EventDataStoreRecord store) {
    var arn = store.settings().keyArn();
    if (arn != null) {
      return generate(store, arn);
    }
    var key = Randomness.bytes(LENGTH);
    return new FileKey(key, sealer.seal(PURPOSE, key, belongsTo(store)), false);
  }

  /**
   * A file with its key.
   *
   * @throws ApiException what KMS answers
   */
  EventFile.Open open(EventDataStoreRecord store, FileRecord file) {
    var key =
        file.kms()
            ? decrypt(store, file.sealedKey())
            : sealer.open(PURPOSE, file.sealedKey(), belongsTo(store));
    return new EventFile.Open(file.file(), key);
  }

  private FileKey generate(EventDataStoreRecord store, String keyArn) {
    var made =
        calls.call(
            service(store),
            store.homeRegion(),
            KmsApi.GENERATE_DATA_KEY,
            GenerateDataKeyRequest.builder()
                .keyId(keyArn)
                .keySpec("AES_256")
                .encryptionContext(context(store))
                .build());
    return new FileKey(
        Objects.requireNonNull(made.plaintext()),
        Objects.requireNonNull(made.ciphertextBlob()),
        true);
  }

  private byte[] decrypt(EventDataStoreRecord store, byte[] sealed) {
    var opened =
        calls.call(
            service(store),
            store.homeRegion(),
            KmsApi.DECRYPT,
            DecryptRequest.builder()
                .ciphertextBlob(sealed)
                .encryptionContext(context(store))
                .build());
    return Objects.requireNonNull(opened.plaintext());
  }

  private static Map<String, String> context(EventDataStoreRecord store) {
    return Map.of("aws:cloudtrail:arn", store.arn());
  }

  private static byte[] belongsTo(EventDataStoreRecord store) {
    return store.arn().getBytes(StandardCharsets.UTF_8);
  }
}

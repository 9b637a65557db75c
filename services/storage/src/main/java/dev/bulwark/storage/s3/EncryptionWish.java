package dev.bulwark.storage.s3;

import dev.bulwark.wire.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a write asks for its object to be encrypted; what it leaves open, the bucket says.
 *
 * @param customer a key of the client's own
 */
record EncryptionWish(
    String algorithm,
    @Nullable String keyId,
    boolean bucketKey,
    Map<String, String> context,
    @Nullable CustomerKey customer) {

  private static final String HEADER = "x-amz-server-side-encryption";
  private static final String KEY_ID = HEADER + "-aws-kms-key-id";
  private static final String CONTEXT = HEADER + "-context";
  private static final String BUCKET_KEY = HEADER + "-bucket-key-enabled";
  private static final int MOST_CONTEXT_BYTES = 8 * 1024;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The wish of a request's headers, over what the bucket does by itself. */
  static EncryptionWish of(HttpHeaders headers, DefaultEncryption usual) {
    var algorithm = headers.first(HEADER);
    var keyId = headers.first(KEY_ID);
    var context = headers.first(CONTEXT);
    var customer = CustomerKey.of(headers, CustomerKey.OBJECT);
    if (customer != null) {
      return ofCustomer(customer, algorithm != null || keyId != null, usual);
    }
    var flag = headers.first(BUCKET_KEY);
    if (algorithm == null) {
      return ofDefault(keyId, context, flag, usual);
    }
    switch (algorithm) {
      case Encryption.AES256 -> {
        if (keyId != null || context != null) {
          throw S3Errors.invalidArgument(
              "Server Side Encryption with AWS KMS managed key requires HTTP header"
                  + " x-amz-server-side-encryption : aws:kms",
              HEADER,
              algorithm);
        }
      }
      case Encryption.KMS, Encryption.KMS_DUAL -> {}
      default -> throw S3Errors.invalidEncryptionAlgorithm(algorithm);
    }
    boolean sameKey = keyId != null && keyId.equals(usual.keyId());
    boolean bucketKey =
        flag != null ? Boolean.parseBoolean(flag) : usual.bucketKey() && (keyId == null || sameKey);
    // DSSE-KMS knows no bucket keys.
    boolean usesBucketKey = bucketKey && algorithm.equals(Encryption.KMS);
    boolean likeBucket = keyId == null && algorithm.equals(usual.algorithm());
    return new EncryptionWish(
        algorithm, likeBucket ? usual.keyId() : keyId, usesBucketKey, context(context), null);
  }

  private static EncryptionWish ofCustomer(
      CustomerKey customer, boolean otherToo, DefaultEncryption usual) {
    if (otherToo) {
      throw S3Errors.invalidArgument(
          "Server Side Encryption with Customer provided key is incompatible with the encryption"
              + " method specified",
          HEADER,
          null);
    }
    if (usual.blocksCustomerKeys()) {
      throw S3Errors.customerKeysBlocked();
    }
    return new EncryptionWish(Encryption.AES256, null, false, Map.of(), customer);
  }

  private static EncryptionWish ofDefault(
      @Nullable String keyId,
      @Nullable String context,
      @Nullable String flag,
      DefaultEncryption usual) {
    if (keyId != null) {
      throw S3Errors.invalidArgument(
          "Server Side Encryption with AWS KMS managed key requires HTTP header"
              + " x-amz-server-side-encryption : aws:kms",
          HEADER,
          null);
    }
    boolean bucketKey = flag == null ? usual.bucketKey() : Boolean.parseBoolean(flag);
    boolean kms = usual.algorithm().equals(Encryption.KMS);
    return new EncryptionWish(
        usual.algorithm(), usual.keyId(), kms && bucketKey, context(context), null);
  }

  private static Map<String, String> context(@Nullable String header) {
    if (header == null) {
      return Map.of();
    }
    try {
      if (header.length() <= MOST_CONTEXT_BYTES) {
        var json = new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
        var tree = JSON.readTree(json);
        if (tree.isObject()) {
          var context = new LinkedHashMap<String, String>();
          tree.properties().forEach(pair -> context.put(pair.getKey(), pair.getValue().asString()));
          return context;
        }
      }
    } catch (IllegalArgumentException | JacksonException e) {
      // Answered below: whatever it is, it is no context.
    }
    throw S3Errors.invalidArgument(
        "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which"
            + " represents a string-string map",
        CONTEXT,
        header);
  }
}

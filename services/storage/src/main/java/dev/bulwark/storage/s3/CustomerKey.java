package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpHeaders;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A key that the client sends with its requests, and that is never stored.
 *
 * @param md5 of the key, in base64
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html">Using
 *     server-side encryption with customer-provided keys</a>
 */
record CustomerKey(byte[] key, String md5) {
  /** What the headers of the request's object begin with. */
  static final String OBJECT = "x-amz-server-side-encryption-customer-";

  /** What the headers of a copy's source begin with. */
  static final String COPY_SOURCE = "x-amz-copy-source-server-side-encryption-customer-";

  private static final String PREFACE =
      "Requests specifying Server Side Encryption with Customer provided keys must provide ";
  private static final int LENGTH = 32;

  /**
   * The key of a request; null where it has none.
   *
   * @throws ApiException InvalidArgument where it is not whole
   */
  static @Nullable CustomerKey of(HttpHeaders headers, String prefix) {
    var algorithm = headers.first(prefix + "algorithm");
    var key = headers.first(prefix + "key");
    var md5 = headers.first(prefix + "key-md5");
    if (algorithm == null && key == null && md5 == null) {
      return null;
    }
    if (algorithm == null) {
      throw invalid(PREFACE + "a valid encryption algorithm.", prefix + "algorithm", null);
    }
    if (!algorithm.equals(Encryption.AES256)) {
      throw S3Errors.invalidEncryptionAlgorithm(algorithm);
    }
    if (key == null) {
      throw invalid(PREFACE + "an appropriate secret key.", prefix + "key", null);
    }
    if (md5 == null) {
      throw invalid(
          PREFACE + "the client calculated MD5 of the secret key.", prefix + "key-MD5", null);
    }
    var bytes = decode(key);
    if (bytes == null || bytes.length != LENGTH) {
      // The key itself is nothing to repeat.
      throw invalid(
          "The secret key was invalid for the specified algorithm.", prefix + "key", null);
    }
    var given = decode(md5);
    if (given == null
        || !MessageDigest.isEqual(given, ChecksumAlgorithm.messageDigest("MD5").digest(bytes))) {
      throw invalid(
          "The calculated MD5 hash of the key did not match the hash that was provided.",
          prefix + "key-MD5",
          md5);
    }
    return new CustomerKey(bytes, md5);
  }

  private static byte @Nullable [] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static ApiException invalid(String message, String name, @Nullable String value) {
    return S3Errors.invalidArgument(message, name, value);
  }

  @Override
  public String toString() {
    return "CustomerKey[" + md5 + "]";
  }
}

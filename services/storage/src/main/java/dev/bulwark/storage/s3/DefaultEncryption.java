package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * How a bucket encrypts objects that say nothing of it.
 *
 * @param algorithm {@code AES256}, {@code aws:kms} or {@code aws:kms:dsse}
 * @param keyId as it was put; null for the account's key of AWS for S3
 * @param blocksCustomerKeys whether writes with keys of their own are refused
 */
record DefaultEncryption(
    String algorithm, @Nullable String keyId, boolean bucketKey, boolean blocksCustomerKeys) {
  static final DefaultEncryption SERVER =
      new DefaultEncryption(Encryption.AES256, null, false, false);

  void write(RecordWriter out) {
    out.text(algorithm).optional(keyId).flag(bucketKey).flag(blocksCustomerKeys);
  }

  static DefaultEncryption read(RecordReader in) {
    return new DefaultEncryption(in.text(), in.optional(), in.flag(), in.flag());
  }
}

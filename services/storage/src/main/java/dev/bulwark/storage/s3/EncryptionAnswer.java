package dev.bulwark.storage.s3;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What answers tell of an object's encryption.
 *
 * @param given the key that the request brought
 */
record EncryptionAnswer(Encryption encryption, @Nullable CustomerKey given) {

  /** Sets the members that outputs have for it. */
  void send(
      Consumer<String> algorithm,
      Consumer<String> keyId,
      Consumer<Boolean> bucketKey,
      Consumer<String> customerAlgorithm,
      Consumer<String> customerMd5) {
    send(algorithm, keyId, bucketKey);
    if (encryption instanceof Encryption.Customer && given != null) {
      customerAlgorithm.accept(Encryption.AES256);
      customerMd5.accept(given.md5());
    }
  }

  /** Sets the members of outputs that say nothing of clients' keys. */
  void send(Consumer<String> algorithm, Consumer<String> keyId, Consumer<Boolean> bucketKey) {
    switch (encryption) {
      case Encryption.Server server -> algorithm.accept(Encryption.AES256);
      case Encryption.Customer customer -> {}
      case Encryption.Kms kms -> {
        algorithm.accept(kms.dual() ? Encryption.KMS_DUAL : Encryption.KMS);
        keyId.accept(kms.keyArn());
        if (kms.bucketKey()) {
          bucketKey.accept(true);
        }
      }
    }
  }
}

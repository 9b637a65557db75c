package dev.bulwark.storage.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an object's bytes are encrypted, as far as it may be stored.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryption.html">Protecting
 *     data with encryption</a>
 */
sealed interface Encryption {
  String AES256 = "AES256";
  String KMS = "aws:kms";
  String KMS_DUAL = "aws:kms:dsse";

  /** SSE-S3: under keys of the installation. */
  record Server() implements Encryption {
    static final Server INSTANCE = new Server();
  }

  /**
   * SSE-KMS and DSSE-KMS: under a data key that KMS made.
   *
   * @param dual whether the installation's key seals it once more
   * @param bucketKey whether the data key is the bucket's, from which the object's is derived
   * @param wrapped the data key, encrypted by KMS
   * @param salt what the object's key is derived with
   * @param context the encryption context that the client added
   */
  record Kms(
      boolean dual,
      String keyArn,
      boolean bucketKey,
      byte[] wrapped,
      byte[] salt,
      Map<String, String> context)
      implements Encryption {}

  /**
   * SSE-C: under a key that the client keeps.
   *
   * @param salt what the object's key is derived with
   * @param check tells the client's key from others
   * @param origin where the bytes were sealed, to which they stay bound: replicas are moved as they
   *     are, for only the client could seal them anew; null for where they are
   */
  record Customer(byte[] salt, byte[] check, @Nullable String origin) implements Encryption {

    Customer movedFrom(String place) {
      return origin == null ? new Customer(salt, check, place) : this;
    }
  }

  /** Where an object's bytes were sealed; null for where they are. */
  default @Nullable String origin() {
    return null;
  }

  /** Whether entity tags are MD5s of the bytes: not where that would tell of what is encrypted. */
  default boolean showsMd5() {
    return this instanceof Server;
  }

  default void write(RecordWriter out) {
    switch (this) {
      case Server server -> out.number(0);
      case Kms kms ->
          out.number(1)
              .flag(kms.dual)
              .text(kms.keyArn)
              .flag(kms.bucketKey)
              .raw(kms.wrapped)
              .raw(kms.salt)
              .map(kms.context);
      case Customer customer -> {
        out.number(customer.origin == null ? 2 : 3).raw(customer.salt).raw(customer.check);
        if (customer.origin != null) {
          out.text(customer.origin);
        }
      }
    }
  }

  static Encryption read(RecordReader in) {
    return switch (in.integer()) {
      case 0 -> Server.INSTANCE;
      case 1 -> new Kms(in.flag(), in.text(), in.flag(), in.raw(), in.raw(), in.map());
      case 2 -> new Customer(in.raw(), in.raw(), null);
      default -> new Customer(in.raw(), in.raw(), in.text());
    };
  }
}

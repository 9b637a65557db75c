package dev.bulwark.storage.s3;

import dev.bulwark.base.Randomness;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys under which objects are sealed: the installation's, KMS's, the client's. Each request
 * asks KMS in the name of its caller, so that an object is as readable as its key can be used.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html">Using
 *     server-side encryption with AWS KMS keys</a>
 */
final class ObjectKeys {
  private static final String SERVICE = "s3.amazonaws.com";
  private static final String CONTEXT_KEY = "aws:s3:arn";
  private static final String MANAGED_KEY = "alias/aws/s3";
  private static final int SALT = 16;

  /** An object that is to be written: what is stored of its encryption, and what seals it. */
  record Writing(Encryption encryption, ContentSeal seal) {}

  private final ContentSeal server;
  private final DataKeys keys;
  private final BucketKeys bucketKeys;
  private final Writing usual;

  ObjectKeys(Sealer sealer, DataKeys keys) {
    this.server = new ServerSeal(sealer);
    this.keys = keys;
    this.bucketKeys = new BucketKeys();
    this.usual = new Writing(Encryption.Server.INSTANCE, server);
  }

  /** The keys of a new object. */
  Writing forNew(EncryptionWish wish, BucketRecord bucket, String key, Caller caller) {
    var customer = wish.customer();
    if (customer != null) {
      var salt = Randomness.bytes(SALT);
      var encryption = new Encryption.Customer(salt, derive(customer.key(), "check", salt), null);
      return new Writing(encryption, customerSeal(customer, salt));
    }
    if (wish.algorithm().equals(Encryption.AES256)) {
      return usual;
    }
    return translated(() -> forKms(wish, bucket, key, caller.via(SERVICE)));
  }

  /**
   * The keys of a replica: of the same kind as its source's.
   *
   * @param keyId for sources under keys of KMS, where the caller may encrypt
   */
  Writing forReplica(
      Encryption source, @Nullable String keyId, BucketRecord bucket, String key, Caller caller) {
    if (!(source instanceof Encryption.Kms kms)) {
      return usual;
    }
    var context = context(bucket.arn() + '/' + key, kms.context());
    var id = Objects.requireNonNullElse(keyId, MANAGED_KEY);
    return translated(
        () -> writing(kms.dual(), kms.context(), keys.wrap(caller.via(SERVICE), id, context)));
  }

  private Writing forKms(EncryptionWish wish, BucketRecord bucket, String key, Caller s3) {
    boolean dual = wish.algorithm().equals(Encryption.KMS_DUAL);
    var named = wish.keyId() == null ? MANAGED_KEY : wish.keyId();
    if (wish.bucketKey()) {
      var context = context(bucket.arn(), wish.context());
      var keyArn = keys.require(s3, "kms:GenerateDataKey", named, context);
      var shared =
          bucketKeys.current(
              bucket.name(), keyArn, context, s3.time(), () -> keys.generate(s3, keyArn, context));
      var salt = Randomness.bytes(SALT);
      var encryption =
          new Encryption.Kms(dual, keyArn, true, shared.ciphertext(), salt, wish.context());
      return new Writing(
          encryption, seal(dual, KeySeal.of(derive(shared.plaintext(), "object", salt))));
    }
    var context = context(bucket.arn() + '/' + key, wish.context());
    return writing(dual, wish.context(), keys.generate(s3, named, context));
  }

  /** Under a data key that is the object's own. */
  private Writing writing(boolean dual, Map<String, String> given, DataKeys.DataKey own) {
    var encryption =
        new Encryption.Kms(dual, own.keyArn(), false, own.ciphertext(), new byte[0], given);
    try {
      return new Writing(encryption, seal(dual, KeySeal.of(own.plaintext())));
    } finally {
      Arrays.fill(own.plaintext(), (byte) 0);
    }
  }

  /**
   * What opens the bytes of an object, or seals further parts of it.
   *
   * @param given the key that the request brings; null for none
   * @throws ApiException where the caller cannot use the key, or the request's is not the object's
   */
  ContentSeal of(
      Encryption encryption,
      String bucketArn,
      String key,
      @Nullable CustomerKey given,
      Caller caller) {
    requireApplicable(encryption, given);
    return switch (encryption) {
      case Encryption.Server same -> server;
      case Encryption.Customer customer -> ofCustomer(customer, given);
      case Encryption.Kms kms -> translated(() -> ofKms(kms, bucketArn, key, caller.via(SERVICE)));
    };
  }

  /** Checks the key that a request brings, where it has to bring one, as {@link #of} does. */
  void checkCustomer(Encryption encryption, @Nullable CustomerKey given) {
    requireApplicable(encryption, given);
    if (encryption instanceof Encryption.Customer customer) {
      ofCustomer(customer, given);
    }
  }

  private static void requireApplicable(Encryption encryption, @Nullable CustomerKey given) {
    if (given != null && !(encryption instanceof Encryption.Customer)) {
      throw S3Errors.invalidRequest("The encryption parameters are not applicable to this object.");
    }
  }

  private static ContentSeal ofCustomer(Encryption.Customer customer, @Nullable CustomerKey given) {
    if (given == null) {
      throw S3Errors.invalidRequest(
          "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve"
              + " the object.");
    }
    if (!MessageDigest.isEqual(customer.check(), derive(given.key(), "check", customer.salt()))) {
      throw S3Errors.accessDenied();
    }
    return customerSeal(given, customer.salt());
  }

  private ContentSeal ofKms(Encryption.Kms kms, String bucketArn, String key, Caller s3) {
    if (kms.bucketKey()) {
      var context = context(bucketArn, kms.context());
      keys.require(s3, "kms:Decrypt", kms.keyArn(), context);
      // The bucket's key is found, and the object's derived, where its bytes are not at hand.
      return seal(
          kms.dual(),
          KeySeal.derived(
              () ->
                  derive(
                      translated(
                          () ->
                              bucketKeys.known(
                                  kms.wrapped(), () -> keys.decrypt(s3, kms.wrapped(), context))),
                      "object",
                      kms.salt())));
    }
    var plaintext = keys.decrypt(s3, kms.wrapped(), context(bucketArn + '/' + key, kms.context()));
    try {
      return seal(kms.dual(), KeySeal.of(plaintext));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private ContentSeal seal(boolean dual, KeySeal own) {
    return dual ? new DualSeal(own, server) : own;
  }

  private static ContentSeal customerSeal(CustomerKey key, byte[] salt) {
    return KeySeal.of(derive(key.key(), "object", salt));
  }

  /** KMS sees what is encrypted; a client's own pair of that name stands before it. */
  private static Map<String, String> context(String arn, Map<String, String> given) {
    if (given.isEmpty()) {
      return Map.of(CONTEXT_KEY, arn);
    }
    var context = new LinkedHashMap<>(given);
    context.putIfAbsent(CONTEXT_KEY, arn);
    return context;
  }

  /** A key from a key: HMAC-SHA-256 as a pseudorandom function (NIST SP 800-108). */
  private static byte[] derive(byte[] key, String purpose, byte[] salt) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) 0);
      return mac.doFinal(salt);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HMAC", e);
    }
  }

  /** S3 hands KMS's refusals on under names of its own. */
  private static <T> T translated(Supplier<T> asked) {
    try {
      return asked.get();
    } catch (ApiException e) {
      throw e.code().startsWith("AccessDenied")
          ? S3Errors.accessDenied(Objects.requireNonNullElse(e.getMessage(), ""))
          : S3Errors.ofKms(e);
    }
  }
}

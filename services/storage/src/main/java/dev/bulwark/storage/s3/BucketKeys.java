package dev.bulwark.storage.s3;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bucket keys at hand, so that not each object takes a key of its own from KMS. Who uses one is
 * asked for the permission all the same: see {@link ObjectKeys}.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html">Amazon S3
 *     Bucket Keys</a>
 */
final class BucketKeys {
  private static final int MOST = 1000;

  /** AWS says no more than that the time is limited. */
  private static final Duration USED_FOR = Duration.ofHours(1);

  private static final Duration KEPT_FOR = Duration.ofMinutes(5);

  private record Use(String bucket, String keyArn, Map<String, String> context) {}

  private record Current(DataKeys.DataKey key, Instant since) {}

  private final Cache<Use, Current> current = cache();
  private final Cache<ByteBuffer, byte[]> opened = cache();

  private static <K, V> Cache<K, V> cache() {
    return Caffeine.newBuilder()
        .maximumSize(MOST)
        .expireAfterAccess(KEPT_FOR)
        .executor(Runnable::run)
        .build();
  }

  /** The bucket key that new objects are to be sealed with. */
  DataKeys.DataKey current(
      String bucket,
      String keyArn,
      Map<String, String> context,
      Instant now,
      Supplier<DataKeys.DataKey> make) {
    var use = new Use(bucket, keyArn, context);
    @Nullable Current found = current.getIfPresent(use);
    if (found == null || !now.isBefore(found.since().plus(USED_FOR))) {
      found = new Current(make.get(), now);
      current.put(use, found);
    }
    return found.key();
  }

  /** The bucket key that a cipher text holds. */
  byte[] known(byte[] ciphertext, Supplier<byte[]> open) {
    var name = ByteBuffer.wrap(ciphertext);
    var key = opened.getIfPresent(name);
    if (key == null) {
      key = open.get();
      opened.put(name, key);
    }
    return key;
  }
}

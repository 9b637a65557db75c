package dev.bulwark.monitoring.logs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.access.Principal.ServicePrincipal;
import dev.bulwark.api.kms.DecryptRequest;
import dev.bulwark.api.kms.GenerateDataKeyRequest;
import dev.bulwark.api.kms.GenerateDataKeyResponse;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Data keys for log groups that are encrypted under a key of KMS, asked for as CloudWatch Logs with
 * the group's ARN as encryption context, and kept for a few minutes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html">Encrypt
 *     log data using KMS</a>
 */
final class GroupKeys {
  private static final Duration USED_FOR = Duration.ofMinutes(5);
  private static final int MOST_KEPT = 10_000;

  /** A data key, in plain and as KMS has encrypted it. */
  record DataKey(byte[] plain, byte[] encrypted) {}

  private record Kept(DataKey key, Instant until) {}

  private final ServiceCalls calls;
  private final Clock clock;
  private final Cache<String, Kept> current = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
  private final Cache<ByteBuffer, Kept> opened =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

  GroupKeys(ServiceCalls calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  private static ServicePrincipal service(LogGroupRecord group) {
    return new ServicePrincipal(
        "logs." + group.region() + ".amazonaws.com", group.accountId(), group.arn());
  }

  private static Map<String, String> context(LogGroupRecord group) {
    return Map.of("aws:logs:arn", group.arn());
  }

  /**
   * The ARN of a key that the group's events can be encrypted under.
   *
   * @throws ApiException InvalidParameterException, AccessDeniedException
   */
  String check(LogGroupRecord group, String keyId) {
    try {
      return Objects.requireNonNull(generate(group, keyId).keyId());
    } catch (ApiException e) {
      throw e.code().equals("NotFoundException")
          ? LogsErrors.noKey()
          : LogsErrors.keyNotAllowed(group.arn());
    }
  }

  private GenerateDataKeyResponse generate(LogGroupRecord group, String keyId) {
    return calls.call(
        service(group),
        group.region(),
        KmsApi.GENERATE_DATA_KEY,
        GenerateDataKeyRequest.builder()
            .keyId(keyId)
            .keySpec("AES_256")
            .encryptionContext(context(group))
            .build());
  }

  /**
   * The data key that encrypts what comes in; null for a group without a key.
   *
   * @throws ApiException AccessDeniedException where KMS gives none
   */
  @Nullable DataKey current(LogGroupRecord group) {
    var keyArn = group.keyArn();
    if (keyArn == null) {
      return null;
    }
    var now = clock.instant();
    var name = group.id() + keyArn;
    var kept = current.getIfPresent(name);
    if (kept == null || !now.isBefore(kept.until())) {
      try {
        var made = generate(group, keyArn);
        var key =
            new DataKey(
                Objects.requireNonNull(made.plaintext()),
                Objects.requireNonNull(made.ciphertextBlob()));
        kept = new Kept(key, now.plus(USED_FOR));
      } catch (ApiException e) {
        throw LogsErrors.keyNotAllowed(group.arn());
      }
      current.put(name, kept);
    }
    return kept.key();
  }

  /**
   * The plain form of a data key.
   *
   * @throws ApiException AccessDeniedException where KMS does not decrypt it
   */
  byte[] open(LogGroupRecord group, byte[] encrypted) {
    var now = clock.instant();
    var name = ByteBuffer.wrap(encrypted);
    var kept = opened.getIfPresent(name);
    if (kept == null || !now.isBefore(kept.until())) {
      try {
        var plain =
            calls
                .call(
                    service(group),
                    group.region(),
                    KmsApi.DECRYPT,
                    DecryptRequest.builder()
                        .ciphertextBlob(encrypted)
                        .encryptionContext(context(group))
                        .build())
                .plaintext();
        kept = new Kept(new DataKey(Objects.requireNonNull(plain), encrypted), now.plus(USED_FOR));
      } catch (ApiException e) {
        throw LogsErrors.keyNotAllowed(group.arn());
      }
      opened.put(name, kept);
    }
    return kept.key().plain();
  }
}

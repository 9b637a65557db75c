package dev.bulwark.storage.s3;

import dev.bulwark.state.StoreCache;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What answers tell of the day on which an object will expire. */
final class Expirations {
  private static final int CACHED = 10_000;

  private final StoreCache<LifecyclePolicy> policies;

  Expirations(S3Tables tables) {
    this.policies = tables.configurations.cached(CACHED, LifecyclePolicy.CODEC::decode);
  }

  /** When and by which rule an object will expire. */
  private record Due(Instant time, @Nullable String rule) {}

  /** The value of the {@code x-amz-expiration} header; null where no rule expires the object. */
  @Nullable String of(String bucket, String key, ObjectRecord object) {
    var due = due(bucket, key, object);
    return due == null
        ? null
        : "expiry-date=\""
            + Restore.DATE.format(due.time())
            + "\", rule-id=\""
            + URLEncoder.encode(String.valueOf(due.rule()), StandardCharsets.UTF_8)
                .replace("+", "%20")
            + '"';
  }

  /** When an object will expire; null where no rule expires it. */
  @Nullable Instant timeOf(String bucket, String key, ObjectRecord object) {
    var due = due(bucket, key, object);
    return due == null ? null : due.time();
  }

  private @Nullable Due due(String bucket, String key, ObjectRecord object) {
    var policy = policies.get(S3Tables.configurationKey(bucket, LifecyclePolicy.KIND));
    if (policy == null) {
      return null;
    }
    Due first = null;
    for (var rule : policy.enabled()) {
      var expiration = rule.expiration();
      if (expiration == null || !LifecycleFilters.of(rule).match(key, object)) {
        continue;
      }
      var due = LifecycleTimes.due(expiration.days(), expiration.date(), object.lastModified());
      if (due != null && (first == null || due.isBefore(first.time()))) {
        first = new Due(due, rule.id());
      }
    }
    return first;
  }
}

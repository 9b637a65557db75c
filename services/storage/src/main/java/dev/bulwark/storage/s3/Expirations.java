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

  /** The value of the {@code x-amz-expiration} header; null where no rule expires the object. */
  @Nullable String of(String bucket, String key, ObjectRecord object) {
    var policy = policies.get(S3Tables.configurationKey(bucket, LifecyclePolicy.KIND));
    if (policy == null) {
      return null;
    }
    Instant first = null;
    String by = null;
    for (var rule : policy.enabled()) {
      var expiration = rule.expiration();
      if (expiration == null || !LifecycleFilters.of(rule).match(key, object)) {
        continue;
      }
      var due = LifecycleTimes.due(expiration.days(), expiration.date(), object.lastModified());
      if (due != null && (first == null || due.isBefore(first))) {
        first = due;
        by = rule.id();
      }
    }
    return first == null
        ? null
        : "expiry-date=\""
            + Restore.DATE.format(first)
            + "\", rule-id=\""
            + URLEncoder.encode(String.valueOf(by), StandardCharsets.UTF_8).replace("+", "%20")
            + '"';
  }
}

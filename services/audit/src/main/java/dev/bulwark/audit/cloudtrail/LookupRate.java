package dev.bulwark.audit.cloudtrail;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.util.concurrent.TimeUnit;

/** How often an account may look up events in a Region: a bucket of tokens for each of both. */
final class LookupRate {
  private static final int MOST_BUCKETS = 10_000;

  /** What was left at that time. */
  private record Bucket(double tokens, long millis) {}

  private final int perSecond;
  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(MOST_BUCKETS).build();

  LookupRate(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * @throws dev.bulwark.schema.ApiException ThrottlingException
   */
  void take(Call call) {
    long now = call.time().toEpochMilli();
    var after =
        buckets
            .asMap()
            .merge(
                Key.of(call.accountId(), call.region()),
                new Bucket(perSecond - 1, now),
                (before, full) -> less(before, now));
    if (after.tokens() < 0) {
      throw CloudTrailErrors.throttled();
    }
  }

  /** One token less; a negative rest refuses, and gives the token back to who comes next. */
  private Bucket less(Bucket before, long now) {
    double held = before.tokens() < 0 ? before.tokens() + 1 : before.tokens();
    long passed = Math.max(0, now - before.millis());
    double filled =
        Math.min(perSecond, held + passed * (double) perSecond / TimeUnit.SECONDS.toMillis(1));
    return new Bucket(filled - 1, Math.max(now, before.millis()));
  }
}

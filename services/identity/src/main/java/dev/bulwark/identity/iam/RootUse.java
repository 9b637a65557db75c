package dev.bulwark.identity.iam;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.access.Principal;
import dev.bulwark.service.AccessKeyUse;
import java.time.Duration;
import java.time.Instant;

/**
 * Warns in the log of uses of root users' access keys, once an hour for each: nobody should need
 * them daily. Each call's event tells of it too, by its type of identity.
 */
public final class RootUse implements AccessKeyUse {
  private static final System.Logger LOG = System.getLogger(RootUse.class.getName());
  private static final Duration SILENCE = Duration.ofHours(1);

  private final AccessKeyUse next;
  private final Cache<String, Instant> warned =
      Caffeine.newBuilder().maximumSize(1_000).executor(Runnable::run).build();

  /**
   * @param next is told of every use
   */
  public RootUse(AccessKeyUse next) {
    this.next = next;
  }

  @Override
  public void used(
      Principal principal, String accessKeyId, String service, String region, Instant time) {
    if (principal instanceof Principal.AccountRoot) {
      warn(principal.accountId(), accessKeyId, service, time);
    }
    next.used(principal, accessKeyId, service, region, time);
  }

  private void warn(String accountId, String accessKeyId, String service, Instant time) {
    var last = warned.getIfPresent(accessKeyId);
    if (last == null || last.plus(SILENCE).isBefore(time)) {
      warned.put(accessKeyId, time);
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "The root user of account %s calls %s with the access key %s"
                  .formatted(accountId, service, accessKeyId));
    }
  }
}

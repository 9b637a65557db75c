package dev.bulwark.storage.s3;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The roles in which S3 replicates, assumed for buckets that name them. */
final class ReplicationRoles {
  private static final String SERVICE = "s3.amazonaws.com";
  private static final String SESSION = "s3-replication";
  private static final Duration SPARE = Duration.ofMinutes(5);
  private static final int MOST = 1000;

  /** A session for a bucket, and until when it is good. */
  private record Session(RoleSession role, Instant expires) {}

  private record Use(String role, String bucketArn, String accountId) {}

  private final ServiceCalls calls;
  private final Supplier<ServiceCallers> callers;
  private final Clock clock;
  private final Cache<Use, Session> sessions =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  ReplicationRoles(ServiceCalls calls, Supplier<ServiceCallers> callers, Clock clock) {
    this.calls = calls;
    this.callers = callers;
    this.clock = clock;
  }

  /**
   * A role that acts for a bucket.
   *
   * @param region where it asks
   * @throws ApiException as STS refuses S3 the role
   */
  Caller of(String role, BucketRecord bucket, String region) {
    var use = new Use(role, bucket.arn(), bucket.accountId());
    @Nullable Session known = sessions.getIfPresent(use);
    if (known != null && clock.instant().isBefore(known.expires().minus(SPARE))) {
      try {
        return caller(known, region);
      } catch (ApiException e) {
        // The session has ended before its time: another may be had.
        sessions.invalidate(use);
      }
    }
    var fresh = assume(use, bucket.region());
    sessions.put(use, fresh);
    return caller(fresh, region);
  }

  private Caller caller(Session session, String region) {
    return callers.get().inRole(SERVICE, session.role(), region, S3Api.MODEL.info());
  }

  private Session assume(Use use, String region) {
    var given =
        Objects.requireNonNull(
            calls
                .call(
                    new Principal.ServicePrincipal(SERVICE, use.accountId(), use.bucketArn()),
                    region,
                    StsApi.ASSUME_ROLE,
                    AssumeRoleRequest.builder()
                        .roleArn(use.role())
                        .roleSessionName(SESSION)
                        .build())
                .credentials());
    return new Session(
        new RoleSession(given.accessKeyId(), given.sessionToken()), given.expiration());
  }
}

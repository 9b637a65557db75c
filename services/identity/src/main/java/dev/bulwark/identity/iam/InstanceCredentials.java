package dev.bulwark.identity.iam;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.schema.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What EC2 hands to instances with an instance profile: sessions of its role, named after the
 * instance, each renewed long before it ends. They are kept in memory alone.
 */
public final class InstanceCredentials {
  /** The service that assumes the roles. */
  public static final String SERVICE = "ec2.amazonaws.com";

  /** As long as AWS's sessions of instances last, whatever the longest session of the role. */
  private static final Duration DURATION = Duration.ofHours(6);

  /** AWS has new credentials at least five minutes before the old ones end. */
  private static final Duration RENEWED_BEFORE = Duration.ofHours(1);

  private static final Duration RETRIED_AFTER = Duration.ofMinutes(1);
  private static final int MOST_INSTANCES = 10_000;

  /** Assumes a role as EC2, for an instance of that account. */
  @FunctionalInterface
  public interface Ec2 {
    /**
     * @throws ApiException where the role does not trust EC2
     */
    Credentials assumeRole(String accountId, AssumeRoleRequest request);
  }

  /** An instance and the name of its instance profile. */
  public record Instance(String accountId, String profileName, String instanceId) {}

  /**
   * What an instance is told.
   *
   * @param roleName null where the profile has no role
   * @param updated when EC2 last assumed the role, or tried to
   * @param credentials null where there is no role, or it does not trust EC2
   */
  public record View(
      String profileArn,
      String profileId,
      @Nullable String roleName,
      Instant updated,
      @Nullable Credentials credentials) {

    /** Leaves out the credentials. */
    @Override
    public String toString() {
      return "View[" + profileArn + ", " + roleName + ", " + updated + "]";
    }
  }

  private record Profile(InstanceProfileRecord record, @Nullable RoleRecord role) {}

  /**
   * What came of assuming a role.
   *
   * @param role as it was then: where that has changed, it is assumed again
   */
  private record Assumed(
      RoleRecord role, @Nullable Credentials credentials, Instant time, Instant until) {}

  private final IamTables tables;
  private final Ec2 ec2;
  private final Clock clock;
  private final ReentrantLock assuming = new ReentrantLock();
  private final Cache<Instance, Assumed> assumed =
      Caffeine.newBuilder().maximumSize(MOST_INSTANCES).executor(Runnable::run).build();

  /** Credentials for the profiles in these tables. */
  public InstanceCredentials(IamTables tables, Ec2 ec2, Clock clock) {
    this.tables = tables;
    this.ec2 = ec2;
    this.clock = clock;
  }

  /** What an instance is told now; empty where there is no such profile. */
  public Optional<View> of(Instance instance) {
    return profile(instance).map(profile -> view(instance, profile));
  }

  private Optional<Profile> profile(Instance instance) {
    return tables
        .store()
        .read(
            tx -> {
              var key = IamTables.key(instance.accountId(), instance.profileName());
              var record = tables.instanceProfiles().get(tx, key);
              if (record == null) {
                return Optional.empty();
              }
              var role =
                  record.roleId() == null
                      ? null
                      : tables.roleById(tx, record.roleId()).orElse(null);
              return Optional.of(new Profile(record, role));
            });
  }

  private View view(Instance instance, Profile profile) {
    var record = profile.record();
    if (profile.role() == null) {
      return new View(record.arn(), record.id(), null, clock.instant(), null);
    }
    var found = current(instance, profile.role());
    return new View(
        record.arn(), record.id(), found.role().name(), found.time(), found.credentials());
  }

  private Assumed current(Instance instance, RoleRecord role) {
    var known = known(instance, role);
    if (known != null) {
      return known;
    }
    assuming.lock();
    try {
      var meanwhile = known(instance, role);
      if (meanwhile != null) {
        return meanwhile;
      }
      var made = assume(instance, role);
      assumed.put(instance, made);
      return made;
    } finally {
      assuming.unlock();
    }
  }

  private @Nullable Assumed known(Instance instance, RoleRecord role) {
    var known = assumed.getIfPresent(instance);
    return known != null && known.role().equals(role) && clock.instant().isBefore(known.until())
        ? known
        : null;
  }

  private Assumed assume(Instance instance, RoleRecord role) {
    var now = clock.instant();
    var request =
        AssumeRoleRequest.builder()
            .roleArn(role.arn())
            .roleSessionName(instance.instanceId())
            .durationSeconds((int) DURATION.toSeconds())
            .build();
    try {
      var credentials = ec2.assumeRole(instance.accountId(), request);
      return new Assumed(role, credentials, now, now.plus(DURATION).minus(RENEWED_BEFORE));
    } catch (ApiException e) {
      return new Assumed(role, null, now, now.plus(RETRIED_AFTER));
    }
  }
}

package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.identity.iam.IamTables.KeyUse;
import dev.bulwark.identity.iam.IamTables.RoleUse;
import dev.bulwark.service.AccessKeyUse;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When access keys and roles were used last. A use is noted in memory and reaches the store with
 * others a little later, so that calls pay nothing for it; what a crash takes with it is the last
 * interval.
 */
public final class LastUsed implements AccessKeyUse, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LastUsed.class.getName());

  /** Uses within a minute of the last are one, unless service or Region differ. */
  private static final Duration GRAIN = Duration.ofMinutes(1);

  private final IamTables tables;
  private final ConcurrentMap<String, KeyUse> keys = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, RoleUse> roles = new ConcurrentHashMap<>();

  /** Keys of root users, which need not be in the store. */
  private final Set<String> rootKeys = ConcurrentHashMap.newKeySet();

  private @Nullable ScheduledExecutorService timer;

  /** Nothing is written until {@link #start} or {@link #flush}. */
  public LastUsed(IamTables tables) {
    this.tables = tables;
  }

  /** Writes what was noted, again and again. */
  public synchronized void start(Duration interval) {
    if (timer == null) {
      timer =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("iam-last-used").factory());
      timer.scheduleWithFixedDelay(
          this::flushQuietly, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void used(
      Principal principal, String accessKeyId, String service, String region, Instant time) {
    if (principal instanceof Principal.AssumedRole role) {
      roleUsed(role.roleId(), region, time);
      return;
    }
    if (principal instanceof Principal.AccountRoot && principal.session() == null) {
      rootKeys.add(accessKeyId);
    }
    var known = keys.get(accessKeyId);
    if (known == null
        || !known.service().equals(service)
        || !known.region().equals(region)
        || known.time().plus(GRAIN).isBefore(time)) {
      keys.put(accessKeyId, new KeyUse(time.truncatedTo(ChronoUnit.SECONDS), service, region));
    }
  }

  private void roleUsed(String roleId, String region, Instant time) {
    var known = roles.get(roleId);
    if (known == null
        || !known.region().equals(region)
        || known.time().plus(GRAIN).isBefore(time)) {
      roles.put(roleId, new RoleUse(time.truncatedTo(ChronoUnit.SECONDS), region));
    }
  }

  @Nullable KeyUse ofKey(ReadTx tx, String accessKeyId) {
    var noted = keys.get(accessKeyId);
    return noted == null ? tables.keyUses().get(tx, accessKeyId) : noted;
  }

  @Nullable RoleUse ofRole(ReadTx tx, String roleId) {
    var noted = roles.get(roleId);
    return noted == null ? tables.roleUses().get(tx, roleId) : noted;
  }

  /** Writes what was noted. */
  public void flush() {
    var keyUses = List.copyOf(keys.entrySet());
    var roleUses = List.copyOf(roles.entrySet());
    if (keyUses.isEmpty() && roleUses.isEmpty()) {
      return;
    }
    tables
        .store()
        .write(
            tx -> {
              for (var use : keyUses) {
                // Temporary keys are not remembered.
                if (rootKeys.contains(use.getKey())
                    || tables.accessKeys().contains(tx, use.getKey())) {
                  tables.keyUses().put(tx, use.getKey(), use.getValue());
                }
              }
              for (var use : roleUses) {
                if (tables.roleById(tx, use.getKey()).isPresent()) {
                  tables.roleUses().put(tx, use.getKey(), use.getValue());
                }
              }
              return keyUses.size() + roleUses.size();
            });
    keyUses.forEach(use -> keys.remove(use.getKey(), use.getValue()));
    roleUses.forEach(use -> roles.remove(use.getKey(), use.getValue()));
  }

  private void flushQuietly() {
    try {
      flush();
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "The last uses of access keys could not be written", e);
    }
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
    flush();
  }
}

package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.events.EventStreams;
import dev.bulwark.service.Service;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * CloudHSM over one store and the tokens in its folder. The keys are in software, SoftHSM2's: there
 * is no hardware, and nothing here is certified.
 */
public final class CloudHsm implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CloudHsm.class.getName());

  private static final Duration END = Duration.ofSeconds(10);

  private final Tokens tokens;
  private final BackupSchedule schedule;
  private final ClusterUsers users;
  private final UserAdministration administration;
  private final ClusterTrust trust;
  private final CloudHsmService service;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "cloudhsm-backups");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * CloudHSM.
   *
   * @param environment where BULWARK_SOFTHSM_LIBRARY is looked up
   */
  public CloudHsm(
      Store store,
      Sealer sealer,
      Map<String, String> environment,
      CloudHsmQuotas quotas,
      EventStreams streams,
      Clock clock) {
    var folder = store.directory().resolve("hsm");
    var tables = new CloudHsmTables(store);
    var pages = new CloudHsmPages(sealer);
    tokens = new Tokens(folder, environment);
    var archives = new BackupArchives(tokens, sealer, folder.resolve("backups"));
    var backups = new Backups(tables, archives, pages);
    schedule = new BackupSchedule(tables, archives, backups);
    var events = new HsmEvents(streams, clock);
    var logins = new UserLogins(tables, events);
    users = new ClusterUsers(tables, tokens, archives, logins, events);
    administration =
        new UserAdministration(tables, tokens, backups, archives, users, logins, events);
    trust = new ClusterTrust(tables, archives, users, logins, events, clock);
    var clusters = new Clusters(tables, tokens, users, backups, quotas, pages);
    service =
        new CloudHsmService(
            clusters,
            new Hsms(tables, clusters, backups, quotas, archives),
            backups,
            new BackupPolicies(backups),
            new CloudHsmTags(clusters, backups, pages));
    sweeper.scheduleWithFixedDelay(
        () -> {
          attempt("backups could not be kept", () -> keepBackups(clock.instant()));
          attempt("tokens that nothing names could not be removed", users::sweep);
        },
        1,
        1,
        TimeUnit.MINUTES);
  }

  private static void attempt(String failure, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, failure + "; tried again", e);
    }
  }

  /** Makes the backups that are due, and forgets those whose time is over. */
  public void keepBackups(Instant now) {
    schedule.makeDue(now.truncatedTo(ChronoUnit.MILLIS));
    schedule.sweep(now);
  }

  public Service service() {
    return service;
  }

  /** Who uses the keys inside clusters. */
  public ClusterUsers users() {
    return users;
  }

  /** Who manages those. */
  public UserAdministration administration() {
    return administration;
  }

  /** What certificates clusters show, and accept. */
  public ClusterTrust trust() {
    return trust;
  }

  /** Removes what is not in the store, after that was emptied: the tokens, and open ones. */
  public void forget() {
    users.forget();
  }

  @Override
  public void close() {
    sweeper.shutdown();
    try {
      if (!sweeper.awaitTermination(END.toSeconds(), TimeUnit.SECONDS)) {
        sweeper.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tokens.close();
  }
}

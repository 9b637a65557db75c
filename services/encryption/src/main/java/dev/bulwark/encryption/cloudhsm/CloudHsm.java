package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.service.Service;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * CloudHSM over one store and the tokens in its folder. The keys are in software, SoftHSM2's: there
 * is no hardware, and nothing here is certified.
 */
public final class CloudHsm implements AutoCloseable {
  private static final long SWEEP_MINUTES = 60;
  private static final System.Logger LOG = System.getLogger(CloudHsm.class.getName());

  private final Tokens tokens;
  private final Backups backups;
  private final ClusterUsers users;
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
      Clock clock) {
    var folder = store.directory().resolve("hsm");
    var tables = new CloudHsmTables(store);
    var pages = new CloudHsmPages(sealer);
    tokens = new Tokens(folder, environment);
    var archives = new BackupArchives(tokens, sealer, folder.resolve("backups"));
    backups = new Backups(tables, archives, pages);
    users = new ClusterUsers(tables, tokens, backups, archives);
    var clusters = new Clusters(tables, tokens, backups, quotas, pages);
    service =
        new CloudHsmService(
            clusters,
            new Hsms(tables, clusters, backups, quotas, archives),
            backups,
            new BackupPolicies(backups),
            new CloudHsmTags(clusters, backups, pages));
    sweeper.scheduleWithFixedDelay(
        () -> sweep(clock), SWEEP_MINUTES, SWEEP_MINUTES, TimeUnit.MINUTES);
  }

  private void sweep(Clock clock) {
    try {
      backups.sweep(clock.instant());
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "backups that are due could not be deleted; tried again later",
          e);
    }
  }

  public Service service() {
    return service;
  }

  /** Who uses the keys inside clusters. */
  public ClusterUsers users() {
    return users;
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    tokens.close();
  }
}

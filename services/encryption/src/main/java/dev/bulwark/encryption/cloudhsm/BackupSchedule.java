package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Makes a backup of each cluster once a day, and forgets those whose time is over. */
final class BackupSchedule {
  private static final System.Logger LOG = System.getLogger(BackupSchedule.class.getName());
  private static final Duration PERIOD = Duration.ofDays(1);

  /** After a failure, since an archive may be large. */
  private static final Duration PAUSE = Duration.ofHours(1);

  /** By cluster, when to try again. */
  private final Map<String, Instant> failed = new ConcurrentHashMap<>();

  private final CloudHsmTables tables;
  private final BackupArchives archives;
  private final Backups backups;

  BackupSchedule(CloudHsmTables tables, BackupArchives archives, Backups backups) {
    this.tables = tables;
    this.archives = archives;
    this.backups = backups;
  }

  /**
   * Makes a backup of each cluster that somebody has claimed, that has an HSM, and of which there
   * is none of the last day. One that fails does not hold up the others, and is tried again after
   * an hour.
   */
  void makeDue(Instant now) {
    var clusters = tables.allClusters();
    failed.keySet().retainAll(clusters.stream().map(ClusterRecord::id).collect(Collectors.toSet()));
    for (var cluster : clusters) {
      if (cluster.state() != State.UNINITIALIZED
          && !cluster.hsms().isEmpty()
          && !failed.getOrDefault(cluster.id(), Instant.MIN).isAfter(now)
          && !hasOneSince(cluster, now.minus(PERIOD))) {
        try {
          make(cluster, now);
          failed.remove(cluster.id());
        } catch (RuntimeException e) {
          failed.put(cluster.id(), now.plus(PAUSE));
          LOG.log(
              System.Logger.Level.WARNING,
              "the daily backup of " + cluster.id() + " failed; it is tried again in an hour",
              e);
        }
      }
    }
  }

  private boolean hasOneSince(ClusterRecord cluster, Instant time) {
    return tables.backups(cluster.accountId(), cluster.region()).stream()
        .filter(backup -> backup.clusterId().equals(cluster.id()) && backup.source() == null)
        .anyMatch(backup -> backup.created().isAfter(time));
  }

  private void make(ClusterRecord cluster, Instant now) {
    var archive = backups.archive(cluster);
    tables
        .store()
        .run(
            tx -> {
              var current = tables.clusters.get(tx, CloudHsmTables.key(cluster));
              if (current != null) {
                backups.add(tx, current, archive, now);
              }
            });
  }

  /** Forgets backups whose time is over, and their archives once nothing refers to them. */
  void sweep(Instant now) {
    for (var backup : tables.allBackups()) {
      if (backup.isGone(now) && !backups.isNewest(backup)) {
        tables
            .store()
            .run(
                tx -> {
                  tables.backups.delete(tx, CloudHsmTables.key(backup));
                  tables.contents.delete(tx, CloudHsmTables.key(backup));
                });
      }
    }
    archives.keepOnly(tables.archives());
  }
}

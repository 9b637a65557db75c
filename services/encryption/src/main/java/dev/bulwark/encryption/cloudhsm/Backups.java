package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.CopyBackupToRegionRequest;
import dev.bulwark.api.cloudhsmv2.CopyBackupToRegionResponse;
import dev.bulwark.api.cloudhsmv2.DeleteBackupRequest;
import dev.bulwark.api.cloudhsmv2.DeleteBackupResponse;
import dev.bulwark.api.cloudhsmv2.DescribeBackupsRequest;
import dev.bulwark.api.cloudhsmv2.DescribeBackupsResponse;
import dev.bulwark.api.cloudhsmv2.DestinationBackup;
import dev.bulwark.api.cloudhsmv2.ModifyBackupAttributesRequest;
import dev.bulwark.api.cloudhsmv2.ModifyBackupAttributesResponse;
import dev.bulwark.api.cloudhsmv2.RestoreBackupRequest;
import dev.bulwark.api.cloudhsmv2.RestoreBackupResponse;
import dev.bulwark.base.Region;
import dev.bulwark.encryption.cloudhsm.BackupRecord.Content;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Backups: made daily, and when a cluster is claimed, activated, or loses an HSM; kept as long as
 * asked.
 */
final class Backups {
  static final String TYPE = "AWS::CloudHSM::Backup";
  private static final int PAGE = 50;
  private static final Duration WAITING_PERIOD = Duration.ofDays(7);

  private final CloudHsmTables tables;
  private final BackupArchives archives;
  private final CloudHsmPages pages;

  Backups(CloudHsmTables tables, BackupArchives archives, CloudHsmPages pages) {
    this.tables = tables;
    this.archives = archives;
    this.pages = pages;
  }

  // Making, and bringing back

  /**
   * The tokens of a cluster in a file, and what belongs to them.
   *
   * @param file its name
   */
  record Archive(ClusterSecrets secrets, String file) {}

  /** Writes a cluster's tokens to an archive, before the transaction that adds its backup. */
  Archive archive(ClusterRecord cluster) {
    var secrets = tables.secretsOf(cluster);
    return new Archive(secrets, archives.write(secrets.tokens()));
  }

  /** Adds the backup of a cluster, where somebody has claimed that. */
  void add(WriteTx tx, ClusterRecord cluster, Archive archive, Call call) {
    if (cluster.state() != State.UNINITIALIZED) {
      var backup = add(tx, cluster, archive, Clusters.now(call));
      call.changed(tx, TYPE, backup.id(), backup.arn(), null, backup);
    }
  }

  BackupRecord add(WriteTx tx, ClusterRecord cluster, Archive archive, Instant now) {
    var backup =
        new BackupRecord(
            cluster.accountId(),
            cluster.region(),
            CloudHsmIds.make("backup"),
            cluster.id(),
            now,
            null,
            null,
            false,
            cluster.retentionDays(),
            null,
            cluster.hsmType(),
            cluster.mode(),
            cluster.tags(),
            null);
    tables.backups.insert(tx, CloudHsmTables.key(backup), backup);
    tables.contents.insert(
        tx,
        CloudHsmTables.key(backup),
        new Content(archive.secrets(), cluster.certificates(), archive.file()));
    return backup;
  }

  /** Has a cluster's retention policy hold for the backups that there are, too. */
  void retain(WriteTx tx, ClusterRecord cluster) {
    for (var backup : tables.backups(tx, cluster.accountId(), cluster.region())) {
      if (backup.clusterId().equals(cluster.id())
          && backup.retentionDays() != cluster.retentionDays()) {
        tables.backups.put(
            tx, CloudHsmTables.key(backup), backup.withRetention(cluster.retentionDays()));
      }
    }
  }

  Content content(BackupRecord backup) {
    var content = tables.contents.get(CloudHsmTables.key(backup));
    if (content == null) {
      throw CloudHsmErrors.noSuchBackup(backup.id());
    }
    return content;
  }

  /** The secrets of a new cluster, with the users and keys of the backup. */
  ClusterSecrets restore(BackupRecord backup, ClusterRecord cluster) {
    var content = content(backup);
    return archives.restore(content.secrets(), content.file(), backup.clusterId(), cluster.id());
  }

  /** What a claimed cluster with those users is. */
  State stateOf(ClusterSecrets secrets) {
    return secrets.users().stream().anyMatch(user -> user.role() == UserRole.ADMIN)
        ? State.ACTIVE
        : State.INITIALIZED;
  }

  // Finding

  /** Whether the retention policy spares it: the newest to stay of a cluster that is there. */
  boolean isNewest(BackupRecord backup) {
    return backup.deletion() == null
        && tables.clusters.get(Key.of(backup.accountId(), backup.region(), backup.clusterId()))
            != null
        && tables.backups(backup.accountId(), backup.region()).stream()
            .noneMatch(
                other ->
                    other.deletion() == null
                        && other.clusterId().equals(backup.clusterId())
                        && other.created().isAfter(backup.created()));
  }

  private boolean isThere(BackupRecord backup, Instant now) {
    return !backup.isGone(now) || isNewest(backup);
  }

  /** A backup of the call's account and Region, by its id or ARN. */
  BackupRecord find(String idOrArn, Call call) {
    var id = idOrArn.substring(idOrArn.lastIndexOf('/') + 1);
    var backup = tables.backups.get(Key.of(call.accountId(), call.region(), id));
    if (backup == null
        || !isThere(backup, call.time())
        || (!idOrArn.equals(id) && !idOrArn.equals(backup.arn()))) {
      throw CloudHsmErrors.noSuchBackup(id);
    }
    return backup;
  }

  /** The same, noted as what the call concerns. */
  BackupRecord noted(String idOrArn, Call call) {
    var backup = find(idOrArn, call);
    call.concerns(TYPE, backup.arn());
    return backup;
  }

  /** The backup that a new cluster is to come from: an ARN may name another account's. */
  BackupRecord source(String idOrArn, Call call) {
    return shared(idOrArn, call).orElseGet(() -> find(idOrArn, call));
  }

  private Optional<BackupRecord> shared(String arn, Call call) {
    return tables.allBackups().stream()
        .filter(backup -> backup.arn().equals(arn))
        .filter(backup -> !backup.accountId().equals(call.accountId()))
        .filter(backup -> backup.region().equals(call.region()) && isThere(backup, call.time()))
        .findFirst();
  }

  DescribeBackupsResponse describe(DescribeBackupsRequest in, Call call) {
    boolean shared = Boolean.TRUE.equals(in.shared());
    var filters =
        new CloudHsmFilters<BackupRecord>(in.filters())
            .by("backupIds", BackupRecord::id)
            .by(
                "sourceBackupIds",
                backup -> backup.source() == null ? "" : backup.source().backupId())
            .by("clusterIds", BackupRecord::clusterId)
            .by("states", BackupRecord::state)
            .by("neverExpires", backup -> Boolean.toString(backup.neverExpires()));
    Comparator<BackupRecord> oldestFirst = Comparator.comparing(Backups::place);
    boolean ascending = Boolean.TRUE.equals(in.sortAscending());
    var order = ascending ? oldestFirst : oldestFirst.reversed();
    var found =
        (shared ? sharedWith(call) : tables.backups(call.accountId(), call.region()))
            .stream()
                .filter(backup -> isThere(backup, call.time()))
                .filter(filters.test())
                .sorted(order)
                .toList();
    var page =
        pages.of(
            found,
            Backups::place,
            !ascending,
            in.maxResults(),
            PAGE,
            in.nextToken(),
            "backups|" + call.accountId() + "|" + call.region() + "|" + ascending);
    return DescribeBackupsResponse.builder()
        .backups(page.items().stream().map(CloudHsmViews::backup).toList())
        .nextToken(page.next())
        .build();
  }

  /** Where it is in the order of time. */
  private static String place(BackupRecord backup) {
    return "%015d|%s".formatted(backup.created().toEpochMilli(), backup.id());
  }

  private List<BackupRecord> sharedWith(Call call) {
    return tables.allBackups().stream()
        .filter(backup -> backup.policy() != null)
        .filter(backup -> backup.region().equals(call.region()))
        .filter(backup -> !backup.accountId().equals(call.accountId()))
        .filter(
            backup ->
                call.may(
                    Permission.of("cloudhsm:DescribeBackups", CloudHsmAccess.resource(backup))))
        .toList();
  }

  // Handlers

  private BackupRecord change(
      WriteTx tx, Call call, BackupRecord known, UnaryOperator<BackupRecord> change) {
    var before = tables.backups.get(tx, CloudHsmTables.key(known));
    if (before == null) {
      throw CloudHsmErrors.noSuchBackup(known.id());
    }
    var after = change.apply(before);
    tables.backups.put(tx, CloudHsmTables.key(after), after);
    call.changed(tx, TYPE, after.id(), after.arn(), before, after);
    return after;
  }

  /** Changes a backup that is to stay. */
  BackupRecord changeReady(
      WriteTx tx, Call call, BackupRecord known, UnaryOperator<BackupRecord> change) {
    return change(
        tx,
        call,
        known,
        before -> {
          if (before.deletion() != null) {
            throw CloudHsmErrors.backupState(before);
          }
          return change.apply(before);
        });
  }

  CopyBackupToRegionResponse copy(CopyBackupToRegionRequest in, Call call) {
    var source = noted(in.backupId(), call);
    if (!Region.isKnown(in.destinationRegion()) || in.destinationRegion().equals(call.region())) {
      throw CloudHsmErrors.invalid(
          "The destination Region " + in.destinationRegion() + " is not valid.");
    }
    var tags = in.tagList() == null ? source.tags() : CloudHsmTags.read(in.tagList());
    var copy =
        new BackupRecord(
            source.accountId(),
            in.destinationRegion(),
            CloudHsmIds.make("backup"),
            source.clusterId(),
            source.created(),
            Clusters.now(call),
            new BackupRecord.Source(source.region(), source.id(), source.clusterId()),
            source.neverExpires(),
            source.retentionDays(),
            null,
            source.hsmType(),
            source.mode(),
            tags,
            null);
    return call.write(
        tx -> {
          // Its archive stays as long as something refers to it.
          var now = tables.backups.get(tx, CloudHsmTables.key(source));
          var content = tables.contents.get(tx, CloudHsmTables.key(source));
          if (now == null || content == null) {
            throw CloudHsmErrors.noSuchBackup(source.id());
          }
          if (now.deletion() != null) {
            throw CloudHsmErrors.backupState(now);
          }
          tables.backups.insert(tx, CloudHsmTables.key(copy), copy);
          tables.contents.insert(tx, CloudHsmTables.key(copy), content);
          call.changed(tx, TYPE, copy.id(), copy.arn(), null, copy);
          return CopyBackupToRegionResponse.builder()
              .destinationBackup(
                  DestinationBackup.builder()
                      .createTimestamp(source.created())
                      .sourceRegion(source.region())
                      .sourceBackup(source.id())
                      .sourceCluster(source.clusterId())
                      .build())
              .build();
        });
  }

  DeleteBackupResponse delete(DeleteBackupRequest in, Call call) {
    var known = noted(in.backupId(), call);
    var when = Clusters.now(call).plus(WAITING_PERIOD);
    return call.write(
        tx ->
            DeleteBackupResponse.builder()
                .backup(
                    CloudHsmViews.backup(
                        changeReady(tx, call, known, before -> before.withDeletion(when))))
                .build());
  }

  RestoreBackupResponse restore(RestoreBackupRequest in, Call call) {
    var known = noted(in.backupId(), call);
    return call.write(
        tx ->
            RestoreBackupResponse.builder()
                .backup(
                    CloudHsmViews.backup(
                        change(
                            tx,
                            call,
                            known,
                            before -> {
                              if (before.deletion() == null) {
                                throw CloudHsmErrors.backupState(before);
                              }
                              return before.withDeletion(null);
                            })))
                .build());
  }

  ModifyBackupAttributesResponse modify(ModifyBackupAttributesRequest in, Call call) {
    var known = noted(in.backupId(), call);
    boolean neverExpires = Boolean.TRUE.equals(in.neverExpires());
    return call.write(
        tx ->
            ModifyBackupAttributesResponse.builder()
                .backup(
                    CloudHsmViews.backup(
                        changeReady(
                            tx, call, known, before -> before.withNeverExpires(neverExpires))))
                .build());
  }
}

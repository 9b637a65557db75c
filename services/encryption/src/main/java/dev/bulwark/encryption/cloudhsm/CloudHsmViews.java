package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.Backup;
import dev.bulwark.api.cloudhsmv2.BackupRetentionPolicy;
import dev.bulwark.api.cloudhsmv2.Certificates;
import dev.bulwark.api.cloudhsmv2.Cluster;
import dev.bulwark.api.cloudhsmv2.Hsm;
import dev.bulwark.api.cloudhsmv2.Tag;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.HsmRecord;
import java.util.List;
import java.util.Map;

/** Clusters, HSMs and backups as the API shows them. */
final class CloudHsmViews {
  private CloudHsmViews() {}

  static Cluster cluster(ClusterRecord cluster) {
    return cluster(cluster, cluster.state().name());
  }

  /** The cluster, in a state that it passes through. */
  static Cluster cluster(ClusterRecord cluster, String state) {
    return Cluster.builder()
        .backupPolicy("DEFAULT")
        .backupRetentionPolicy(retention(cluster.retentionDays()))
        .clusterId(cluster.id())
        .createTimestamp(cluster.created())
        .hsms(cluster.hsms().stream().map(hsm -> hsm(cluster, hsm, "ACTIVE")).toList())
        .hsmType(cluster.hsmType())
        .mode(cluster.mode())
        .securityGroup(cluster.securityGroup())
        .sourceBackupId(cluster.sourceBackupId())
        .state(state)
        .subnetMapping(cluster.subnets())
        .vpcId(cluster.vpcId())
        .certificates(certificates(cluster))
        .tagList(tags(cluster.tags()))
        .build();
  }

  private static BackupRetentionPolicy retention(int days) {
    return BackupRetentionPolicy.builder().type("DAYS").value(Integer.toString(days)).build();
  }

  private static Certificates certificates(ClusterRecord cluster) {
    var view = Certificates.builder();
    var held = cluster.certificates();
    if (held != null) {
      view.hsmCertificate(held.hsm())
          .awsHardwareCertificate(held.hardware())
          .manufacturerHardwareCertificate(held.manufacturer())
          .clusterCertificate(held.cluster());
      if (cluster.state() == ClusterRecord.State.UNINITIALIZED) {
        view.clusterCsr(held.csr());
      }
    }
    return view.build();
  }

  static Hsm hsm(ClusterRecord cluster, HsmRecord hsm, String state) {
    return Hsm.builder()
        .availabilityZone(hsm.zone())
        .clusterId(cluster.id())
        .subnetId(hsm.subnetId())
        .eniId(hsm.eniId())
        .eniIp(hsm.ip())
        .hsmId(hsm.id())
        .state(state)
        .build();
  }

  static Backup backup(BackupRecord backup) {
    var view =
        Backup.builder()
            .backupId(backup.id())
            .backupArn(backup.arn())
            .backupState(backup.state())
            .clusterId(backup.clusterId())
            .createTimestamp(backup.created())
            .copyTimestamp(backup.copied())
            .neverExpires(backup.neverExpires())
            .deleteTimestamp(backup.deletion())
            .hsmType(backup.hsmType())
            .mode(backup.mode())
            .tagList(tags(backup.tags()));
    var source = backup.source();
    if (source != null) {
      view.sourceRegion(source.region())
          .sourceBackup(source.backupId())
          .sourceCluster(source.clusterId());
    }
    return view.build();
  }

  static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }
}

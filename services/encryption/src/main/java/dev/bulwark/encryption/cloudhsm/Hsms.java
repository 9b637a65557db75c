package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.CreateHsmRequest;
import dev.bulwark.api.cloudhsmv2.CreateHsmResponse;
import dev.bulwark.api.cloudhsmv2.DeleteHsmRequest;
import dev.bulwark.api.cloudhsmv2.DeleteHsmResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.CertificateRecord;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.HsmRecord;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HSMs of a cluster. At AWS each is a machine with its own copy of the keys; here all serve the one
 * set of tokens, and what counts is whether there is one.
 */
final class Hsms {
  private final CloudHsmTables tables;
  private final Clusters clusters;
  private final Backups backups;
  private final CloudHsmQuotas quotas;
  private final BackupArchives archives;

  Hsms(
      CloudHsmTables tables,
      Clusters clusters,
      Backups backups,
      CloudHsmQuotas quotas,
      BackupArchives archives) {
    this.tables = tables;
    this.clusters = clusters;
    this.backups = backups;
    this.quotas = quotas;
    this.archives = archives;
  }

  CreateHsmResponse create(CreateHsmRequest in, Call call) {
    var cluster = clusters.noted(in.clusterId(), call);
    var subnet = cluster.subnets().get(in.availabilityZone());
    if (subnet == null) {
      throw CloudHsmErrors.invalid(
          "Cluster " + cluster.id() + " has no subnet in " + in.availabilityZone() + ".");
    }
    var id = CloudHsmIds.make("hsm");
    // The first HSM of a new cluster brings the key that its owner claims it by.
    var made = cluster.certificates() == null ? make(cluster, id, call) : null;
    return call.write(
        tx -> {
          requireRoom(tx, call);
          var after =
              clusters.change(
                  tx,
                  call,
                  cluster.id(),
                  now -> {
                    var ip =
                        in.ipAddress() == null
                            ? freeAddress(now, in.availabilityZone())
                            : in.ipAddress();
                    if (now.hsms().stream().anyMatch(hsm -> hsm.ip().equals(ip))) {
                      throw CloudHsmErrors.invalid("The IP address " + ip + " is in use.");
                    }
                    var hsms = new ArrayList<>(now.hsms());
                    hsms.add(
                        new HsmRecord(
                            id, in.availabilityZone(), subnet, "eni-" + Ids.hex(8) + "0", ip));
                    return now.certificates() == null
                        ? now.with(now.state(), hsms, keep(tx, now, made))
                        : now.with(stateWithHsm(now), hsms, now.certificates());
                  });
          return CreateHsmResponse.builder()
              .hsm(CloudHsmViews.hsm(after, after.hsms().getLast(), "CREATE_IN_PROGRESS"))
              .build();
        });
  }

  private record Made(CertificateRecord certificates, byte[] sealedKey) {}

  private Made make(ClusterRecord cluster, String hsmId, Call call) {
    var made = ClusterCertificates.make(cluster.id(), hsmId, call.time());
    return new Made(
        made.certificates(),
        BackupArchives.with(made.privateKey(), key -> archives.sealKey(key, cluster.id())));
  }

  /** Stores the key of a cluster that has none, whoever asked first. */
  private CertificateRecord keep(WriteTx tx, ClusterRecord cluster, @Nullable Made made) {
    if (made == null) {
      // It had one until another call deleted its last HSM.
      throw CloudHsmErrors.changedMeanwhile(cluster.id());
    }
    tables.secrets.update(
        tx, CloudHsmTables.key(cluster), secrets -> secrets.withPrivateKey(made.sealedKey()));
    return made.certificates();
  }

  /** A cluster from a backup has its owner and its users already. */
  private State stateWithHsm(ClusterRecord cluster) {
    return cluster.state() == State.UNINITIALIZED
            && Objects.requireNonNull(cluster.certificates()).cluster() != null
        ? backups.stateOf(tables.secretsOf(cluster))
        : cluster.state();
  }

  private void requireRoom(WriteTx tx, Call call) {
    int held =
        tables.clusters(tx, call.accountId(), call.region()).stream()
            .mapToInt(cluster -> cluster.hsms().size())
            .sum();
    if (held >= quotas.hsms()) {
      throw CloudHsmErrors.invalid(
          "The quota of %d HSMs in this Region has been reached.".formatted(quotas.hsms()));
    }
  }

  /** An address of the subnet that no HSM of the cluster has. */
  private static String freeAddress(ClusterRecord cluster, String zone) {
    int subnet = zone.charAt(zone.length() - 1) - 'a';
    for (int host = 10; ; host++) {
      var ip = "10.0." + subnet + "." + host;
      if (cluster.hsms().stream().noneMatch(hsm -> hsm.ip().equals(ip))) {
        return ip;
      }
    }
  }

  DeleteHsmResponse delete(DeleteHsmRequest in, Call call) {
    if (Stream.of(in.hsmId(), in.eniId(), in.eniIp()).filter(Objects::nonNull).count() != 1) {
      throw CloudHsmErrors.invalid("Name the HSM by exactly one of HsmId, EniId and EniIp.");
    }
    var cluster = clusters.noted(in.clusterId(), call);
    if (cluster.hsms().stream().noneMatch(hsm -> isNamed(hsm, in))) {
      throw CloudHsmErrors.noSuchHsm(cluster.id());
    }
    var archive = backups.archive(cluster);
    return call.write(
        tx -> {
          var gone = new ArrayList<HsmRecord>();
          var after =
              clusters.change(
                  tx,
                  call,
                  cluster.id(),
                  now -> {
                    now.hsms().stream().filter(hsm -> isNamed(hsm, in)).forEach(gone::add);
                    if (gone.isEmpty()) {
                      throw CloudHsmErrors.noSuchHsm(now.id());
                    }
                    var left = new ArrayList<>(now.hsms());
                    left.removeAll(gone);
                    // An unclaimed cluster's key goes with its last HSM.
                    boolean unclaimed =
                        left.isEmpty()
                            && now.certificates() != null
                            && now.certificates().cluster() == null;
                    return now.with(now.state(), left, unclaimed ? null : now.certificates());
                  });
          backups.add(tx, after, archive, call);
          return DeleteHsmResponse.builder().hsmId(gone.getFirst().id()).build();
        });
  }

  private static boolean isNamed(HsmRecord hsm, DeleteHsmRequest in) {
    return hsm.id().equals(in.hsmId())
        || hsm.eniId().equals(in.eniId())
        || hsm.ip().equals(in.eniIp());
  }
}

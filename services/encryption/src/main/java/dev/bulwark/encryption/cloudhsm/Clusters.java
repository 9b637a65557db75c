package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.BackupRetentionPolicy;
import dev.bulwark.api.cloudhsmv2.CreateClusterRequest;
import dev.bulwark.api.cloudhsmv2.CreateClusterResponse;
import dev.bulwark.api.cloudhsmv2.DeleteClusterRequest;
import dev.bulwark.api.cloudhsmv2.DeleteClusterResponse;
import dev.bulwark.api.cloudhsmv2.DescribeClustersRequest;
import dev.bulwark.api.cloudhsmv2.DescribeClustersResponse;
import dev.bulwark.api.cloudhsmv2.InitializeClusterRequest;
import dev.bulwark.api.cloudhsmv2.InitializeClusterResponse;
import dev.bulwark.api.cloudhsmv2.ModifyClusterRequest;
import dev.bulwark.api.cloudhsmv2.ModifyClusterResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Clusters: making, claiming, changing, ending. */
final class Clusters {
  static final String TYPE = "AWS::CloudHSM::Cluster";
  private static final String FIPS = "FIPS";
  private static final String FIPS_ALONE = "hsm1.medium";
  private static final int PAGE = 25;
  private static final int DEFAULT_RETENTION = 90;

  private final CloudHsmTables tables;
  private final Tokens tokens;
  private final ClusterUsers users;
  private final Backups backups;
  private final CloudHsmQuotas quotas;
  private final CloudHsmPages pages;

  Clusters(
      CloudHsmTables tables,
      Tokens tokens,
      ClusterUsers users,
      Backups backups,
      CloudHsmQuotas quotas,
      CloudHsmPages pages) {
    this.tables = tables;
    this.tokens = tokens;
    this.users = users;
    this.backups = backups;
    this.quotas = quotas;
    this.pages = pages;
  }

  /** Times of CloudHSM have milliseconds. */
  static Instant now(Call call) {
    return call.time().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * A cluster of the call's account and Region.
   *
   * @throws dev.bulwark.schema.ApiException CloudHsmResourceNotFoundException
   */
  ClusterRecord find(String id, Call call) {
    var cluster = tables.clusters.get(Key.of(call.accountId(), call.region(), id));
    if (cluster == null) {
      throw CloudHsmErrors.noSuchCluster(id);
    }
    return cluster;
  }

  /** The same, noted as what the call concerns. */
  ClusterRecord noted(String id, Call call) {
    var cluster = find(id, call);
    call.concerns(TYPE, cluster.arn());
    return cluster;
  }

  /** Replaces a cluster by what the change makes of it, as it is in the transaction. */
  ClusterRecord change(WriteTx tx, Call call, String id, UnaryOperator<ClusterRecord> change) {
    var key = Key.of(call.accountId(), call.region(), id);
    var before = tables.clusters.get(tx, key);
    if (before == null) {
      throw CloudHsmErrors.noSuchCluster(id);
    }
    var after = change.apply(before);
    tables.clusters.put(tx, key, after);
    call.changed(tx, TYPE, id, after.arn(), before, after);
    return after;
  }

  private static int retention(@Nullable BackupRetentionPolicy policy) {
    if (policy == null || policy.value() == null) {
      return DEFAULT_RETENTION;
    }
    int days = Integer.parseInt(policy.value());
    if (days < 7 || days > 379) {
      throw CloudHsmErrors.invalid("The backup retention period must be between 7 and 379 days.");
    }
    return days;
  }

  CreateClusterResponse create(CreateClusterRequest in, Call call) {
    // Without SoftHSM2 no cluster comes into being.
    tokens.using(hsm -> hsm);
    if (!in.hsmType().equals(FIPS_ALONE) && !in.hsmType().equals("hsm2m.medium")) {
      throw CloudHsmErrors.invalid("The HSM type " + in.hsmType() + " is not supported.");
    }
    var source = in.sourceBackupId() == null ? null : backups.source(in.sourceBackupId(), call);
    if (source != null && !source.state().equals("READY")) {
      throw CloudHsmErrors.backupState(source);
    }
    var mode = mode(in, source);
    if (in.hsmType().equals(FIPS_ALONE) && !mode.equals(FIPS)) {
      throw CloudHsmErrors.invalid(
          "The HSM type " + FIPS_ALONE + " does not support the mode " + mode + ".");
    }
    var cluster =
        new ClusterRecord(
            call.accountId(),
            call.region(),
            CloudHsmIds.make("cluster"),
            now(call),
            in.hsmType(),
            mode,
            retention(in.backupRetentionPolicy()),
            vpc(call),
            "sg-" + Ids.hex(8) + "0",
            subnets(in.subnetIds(), call),
            source == null ? null : source.id(),
            State.UNINITIALIZED,
            List.of(),
            source == null ? null : backups.content(source).certificates(),
            CloudHsmTags.read(in.tagList()));
    call.concerns(TYPE, cluster.arn());
    requireRoom(tables.store().read(tx -> tables.clusters(tx, call.accountId(), call.region())));
    var secrets = source == null ? ClusterSecrets.NONE : backups.restore(source, cluster);
    try {
      return call.write(
          tx -> {
            requireRoom(tables.clusters(tx, call.accountId(), call.region()));
            tables.clusters.insert(tx, CloudHsmTables.key(cluster), cluster);
            tables.secrets.insert(tx, CloudHsmTables.key(cluster), secrets);
            call.changed(tx, TYPE, cluster.id(), cluster.arn(), null, cluster);
            return CreateClusterResponse.builder()
                .cluster(CloudHsmViews.cluster(cluster, "CREATE_IN_PROGRESS"))
                .build();
          });
    } catch (RuntimeException e) {
      // Tokens of a cluster that came to nothing.
      users.remove(secrets.tokens());
      throw e;
    } finally {
      tokens.settle(secrets.tokens());
    }
  }

  private void requireRoom(List<ClusterRecord> held) {
    if (held.size() >= quotas.clusters()) {
      throw CloudHsmErrors.invalid(
          "The quota of %d clusters in this Region has been reached.".formatted(quotas.clusters()));
    }
  }

  /**
   * The mode is a label of the API. AWS does not say which one a cluster of hsm2m.medium has where
   * a request names none; this is the one that promises nothing.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/cloudhsm/latest/userguide/cluster-hsm-types.html">Cluster
   *     modes: hsm1.medium has FIPS alone</a>
   */
  private static String mode(CreateClusterRequest in, @Nullable BackupRecord source) {
    if (source != null) {
      if (in.mode() != null && !in.mode().equals(source.mode())) {
        throw CloudHsmErrors.invalid("The mode differs from that of the backup.");
      }
      return source.mode();
    }
    if (in.mode() != null) {
      return in.mode();
    }
    return in.hsmType().equals(FIPS_ALONE) ? FIPS : "NON_FIPS";
  }

  /** There are no networks here: an account has one VPC in a Region, of an id that stays. */
  private static String vpc(Call call) {
    var seed = (call.accountId() + call.region()).getBytes(StandardCharsets.US_ASCII);
    return "vpc-" + UUID.nameUUIDFromBytes(seed).toString().replace("-", "").substring(0, 17);
  }

  /** Nor are there subnets: they stand for the Availability Zones in their order. */
  private static TreeMap<String, String> subnets(List<String> ids, Call call) {
    if (ids.stream().distinct().count() != ids.size()) {
      throw CloudHsmErrors.invalid("Only one subnet can be named for each Availability Zone.");
    }
    var zones = new TreeMap<String, String>();
    for (var id : ids) {
      zones.put(call.region() + (char) ('a' + zones.size()), id);
    }
    return zones;
  }

  DescribeClustersResponse describe(DescribeClustersRequest in, Call call) {
    var filters =
        new CloudHsmFilters<ClusterRecord>(in.filters())
            .by("clusterIds", ClusterRecord::id)
            .by("vpcIds", ClusterRecord::vpcId)
            .by("states", cluster -> cluster.state().name());
    var found =
        tables.store().read(tx -> tables.clusters(tx, call.accountId(), call.region())).stream()
            .filter(filters.test())
            .toList();
    var page =
        pages.of(
            found,
            ClusterRecord::id,
            false,
            in.maxResults(),
            PAGE,
            in.nextToken(),
            "clusters|" + call.accountId() + "|" + call.region());
    return DescribeClustersResponse.builder()
        .clusters(page.items().stream().map(CloudHsmViews::cluster).toList())
        .nextToken(page.next())
        .build();
  }

  InitializeClusterResponse initialize(InitializeClusterRequest in, Call call) {
    var cluster = noted(in.clusterId(), call);
    claim(cluster, in, call);
    var archive = backups.archive(cluster);
    return call.write(
        tx -> {
          var after =
              change(
                  tx,
                  call,
                  cluster.id(),
                  now -> now.with(State.INITIALIZED, now.hsms(), claim(now, in, call)));
          backups.add(tx, after, archive, call);
          return InitializeClusterResponse.builder()
              .state("INITIALIZE_IN_PROGRESS")
              .stateMessage(
                  "Cluster is initializing. State will change to INITIALIZED upon completion.")
              .build();
        });
  }

  private static ClusterRecord.CertificateRecord claim(
      ClusterRecord cluster, InitializeClusterRequest in, Call call) {
    var certificates = cluster.certificates();
    if (cluster.state() != State.UNINITIALIZED
        || cluster.hsms().isEmpty()
        || certificates == null) {
      throw CloudHsmErrors.clusterState(cluster);
    }
    return ClusterCertificates.claim(certificates, in.signedCert(), in.trustAnchor(), call.time());
  }

  ModifyClusterResponse modify(ModifyClusterRequest in, Call call) {
    int days = retention(in.backupRetentionPolicy());
    var cluster = noted(in.clusterId(), call);
    return call.write(
        tx -> {
          var after = change(tx, call, cluster.id(), now -> now.withRetention(days));
          backups.retain(tx, after);
          return ModifyClusterResponse.builder().cluster(CloudHsmViews.cluster(after)).build();
        });
  }

  DeleteClusterResponse delete(DeleteClusterRequest in, Call call) {
    var cluster = noted(in.clusterId(), call);
    var tokensOfUsers = new ArrayList<String>();
    var answer =
        call.write(
            tx -> {
              var key = CloudHsmTables.key(cluster);
              var now = tables.clusters.get(tx, key);
              if (now == null) {
                throw CloudHsmErrors.noSuchCluster(cluster.id());
              }
              if (!now.hsms().isEmpty()) {
                throw CloudHsmErrors.invalid(
                    "Cluster " + now.id() + " has HSMs: delete them before the cluster.");
              }
              var secrets = tables.secrets.get(tx, key);
              if (secrets != null) {
                tokensOfUsers.addAll(secrets.tokens());
              }
              tables.clusters.delete(tx, key);
              tables.secrets.delete(tx, key);
              call.changed(tx, TYPE, now.id(), now.arn(), now, null);
              return DeleteClusterResponse.builder()
                  .cluster(CloudHsmViews.cluster(now, "DELETE_IN_PROGRESS"))
                  .build();
            });
    users.remove(tokensOfUsers);
    return answer;
  }
}

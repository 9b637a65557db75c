package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.ConnectCustomKeyStoreRequest;
import dev.bulwark.api.kms.ConnectCustomKeyStoreResponse;
import dev.bulwark.api.kms.CreateCustomKeyStoreRequest;
import dev.bulwark.api.kms.CreateCustomKeyStoreResponse;
import dev.bulwark.api.kms.CustomKeyStoresListEntry;
import dev.bulwark.api.kms.DeleteCustomKeyStoreRequest;
import dev.bulwark.api.kms.DeleteCustomKeyStoreResponse;
import dev.bulwark.api.kms.DisconnectCustomKeyStoreRequest;
import dev.bulwark.api.kms.DisconnectCustomKeyStoreResponse;
import dev.bulwark.api.kms.UpdateCustomKeyStoreRequest;
import dev.bulwark.api.kms.UpdateCustomKeyStoreResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.encryption.cloudhsm.ClusterUsers;
import dev.bulwark.encryption.kms.CustomKeyStoreRecord.State;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Sealer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Custom key stores on CloudHSM clusters.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/keystore-cloudhsm.html">AWS
 *     CloudHSM key stores</a>
 */
final class CustomKeyStores {
  private static final String PASSWORD = "kms/key-store-password";
  static final String CLUSTER_TYPE = "AWS_CLOUDHSM";

  private final KmsTables keys;
  private final KeyStoreTables tables;
  private final ClusterUsers clusters;
  private final ClusterLogins logins;
  private final Sealer sealer;

  CustomKeyStores(
      KmsTables keys,
      KeyStoreTables tables,
      ClusterUsers clusters,
      ClusterLogins logins,
      Sealer sealer) {
    this.keys = keys;
    this.tables = tables;
    this.clusters = clusters;
    this.logins = logins;
    this.sealer = sealer;
  }

  static String newId() {
    return "cks-" + Ids.hex(9).substring(1);
  }

  @Nullable CustomKeyStoreRecord find(String accountId, String region, String id) {
    return tables.clusters.get(Key.of(accountId, region, id));
  }

  String password(CustomKeyStoreRecord store) {
    return sealer.openText(PASSWORD, store.password(), store.id());
  }

  private static String key(CustomKeyStoreRecord store) {
    return Key.of(store.accountId(), store.region(), store.id());
  }

  // Handlers

  CreateCustomKeyStoreResponse create(CreateCustomKeyStoreRequest in, Call call) {
    if (in.xksProxyUriEndpoint() != null
        || in.xksProxyUriPath() != null
        || in.xksProxyConnectivity() != null
        || in.xksProxyAuthenticationCredential() != null) {
      throw KmsErrors.proxyOfCluster();
    }
    var clusterId = in.cloudHsmClusterId();
    var anchor = in.trustAnchorCertificate();
    var password = in.keyStorePassword();
    if (clusterId == null || anchor == null || password == null) {
      throw KmsErrors.validation(
          "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required for a custom"
              + " key store of type AWS_CLOUDHSM.");
    }
    var cluster = fit(clusterId, call);
    if (!anchor.strip().equals(String.valueOf(cluster.trustAnchor()).strip())) {
      throw KmsErrors.incorrectTrustAnchor();
    }
    var id = newId();
    var store =
        new CustomKeyStoreRecord(
            call.accountId(),
            call.region(),
            id,
            in.customKeyStoreName(),
            clusterId,
            anchor,
            cluster.certificate(),
            Keys.now(call),
            sealer.sealText(PASSWORD, password, id),
            State.DISCONNECTED,
            null);
    return call.write(
        tx -> {
          tables.requireRoom(tx, call);
          requireFree(tx, call, store);
          tables.clusters.insert(tx, key(store), store);
          return CreateCustomKeyStoreResponse.builder().customKeyStoreId(store.id()).build();
        });
  }

  /** A cluster that keys may be made in: two HSMs in two Availability Zones. */
  private ClusterUsers.View fit(String clusterId, Call call) {
    var cluster = active(clusterId, call);
    if (cluster.zones() < 2) {
      throw KmsErrors.clusterConfiguration(
          "The cluster "
              + clusterId
              + " must have at least two active HSMs, each in a different Availability Zone.");
    }
    return cluster;
  }

  private ClusterUsers.View active(String clusterId, Call call) {
    var cluster =
        clusters
            .view(call.accountId(), call.region(), clusterId)
            .orElseThrow(() -> KmsErrors.noSuchCluster(clusterId));
    if (!cluster.active()) {
      throw KmsErrors.clusterNotActive(clusterId);
    }
    return cluster;
  }

  private void requireFree(ReadTx tx, Call call, CustomKeyStoreRecord wanted) {
    tables.requireFreeName(tx, call, wanted.id(), wanted.name());
    for (var other : KeyStoreTables.all(tables.clusters, tx, call)) {
      if (!other.id().equals(wanted.id()) && other.clusterId().equals(wanted.clusterId())) {
        throw KmsErrors.clusterInUse(wanted.clusterId());
      }
    }
  }

  /** A store of the call's account and Region. */
  private CustomKeyStoreRecord named(String id, Call call) {
    var store = find(call.accountId(), call.region(), id);
    if (store == null) {
      throw KmsErrors.noSuchKeyStore(id);
    }
    return store;
  }

  private <O extends Structure> O change(
      String id,
      Call call,
      BiFunction<ReadTx, CustomKeyStoreRecord, CustomKeyStoreRecord> change,
      O answer) {
    var known = named(id, call);
    return call.write(
        tx -> {
          var before = tables.clusters.get(tx, key(known));
          if (before == null) {
            throw KmsErrors.noSuchKeyStore(id);
          }
          tables.clusters.put(tx, key(known), change.apply(tx, before));
          return answer;
        });
  }

  ConnectCustomKeyStoreResponse connect(ConnectCustomKeyStoreRequest in, Call call) {
    var store = named(in.customKeyStoreId(), call);
    if (store.state() == State.FAILED) {
      throw KmsErrors.keyStoreState(store.id(), store.state());
    }
    if (active(store.clusterId(), call).zones() < 1) {
      throw KmsErrors.clusterConfiguration(
          "The cluster " + store.clusterId() + " must have at least one active HSM.");
    }
    var error = trouble(store);
    return change(
        store.id(),
        call,
        (tx, before) -> {
          // What was tried counts for that cluster and password alone.
          if (before.state() == State.FAILED || !before.logsInAs(store)) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          return before.with(error == null ? State.CONNECTED : State.FAILED, error);
        },
        ConnectCustomKeyStoreResponse.builder().build());
  }

  /** Logs in, and looks into the token; the API's code where that fails. */
  private @Nullable String trouble(CustomKeyStoreRecord store) {
    try {
      logins.begin(store, password(store)).names();
      return null;
    } catch (ClusterLoginException e) {
      return e.connectionErrorCode();
    } catch (HsmException e) {
      System.getLogger(CustomKeyStores.class.getName())
          .log(System.Logger.Level.ERROR, "a token failed", e);
      return "INTERNAL_ERROR";
    }
  }

  /** A connected store has failed: its user or the password is not the cluster's any more. */
  void fail(CustomKeyStoreRecord store, String connectionErrorCode) {
    keys.store()
        .run(
            tx -> {
              var now = tables.clusters.get(tx, key(store));
              if (now != null && now.state() == State.CONNECTED && now.logsInAs(store)) {
                tables.clusters.put(tx, key(store), now.with(State.FAILED, connectionErrorCode));
              }
            });
  }

  DisconnectCustomKeyStoreResponse disconnect(DisconnectCustomKeyStoreRequest in, Call call) {
    return change(
        in.customKeyStoreId(),
        call,
        (tx, before) -> {
          if (before.state() == State.DISCONNECTED) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          logins.forget(before.id());
          return before.with(State.DISCONNECTED, null);
        },
        DisconnectCustomKeyStoreResponse.builder().build());
  }

  UpdateCustomKeyStoreResponse update(UpdateCustomKeyStoreRequest in, Call call) {
    if (in.xksProxyUriEndpoint() != null
        || in.xksProxyUriPath() != null
        || in.xksProxyConnectivity() != null
        || in.xksProxyAuthenticationCredential() != null) {
      throw KmsErrors.proxyOfCluster();
    }
    var known = named(in.customKeyStoreId(), call);
    var clusterId = in.cloudHsmClusterId() == null ? known.clusterId() : in.cloudHsmClusterId();
    if (!clusterId.equals(known.clusterId())) {
      requireRelated(known, clusterId, call);
    }
    var password =
        in.keyStorePassword() == null
            ? known.password()
            : sealer.sealText(PASSWORD, in.keyStorePassword(), known.id());
    var name = in.newCustomKeyStoreName() == null ? known.name() : in.newCustomKeyStoreName();
    return change(
        known.id(),
        call,
        (tx, before) -> {
          if (before.state() != State.DISCONNECTED) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          var after = before.with(name, clusterId, password);
          requireFree(tx, call, after);
          return after;
        },
        UpdateCustomKeyStoreResponse.builder().build());
  }

  /** Clusters that were made from backups of one cluster have its certificate. */
  private void requireRelated(CustomKeyStoreRecord store, String clusterId, Call call) {
    var wanted = fit(clusterId, call);
    var certificate = store.certificate();
    if (certificate == null) {
      // Of before that was stored.
      certificate =
          clusters
              .view(store.accountId(), store.region(), store.clusterId())
              .map(ClusterUsers.View::certificate)
              .orElse(null);
    }
    // Where that cluster is gone, what is left of it is who signed its certificate.
    boolean related =
        certificate == null
            ? store.trustAnchor().strip().equals(String.valueOf(wanted.trustAnchor()).strip())
            : certificate.equals(wanted.certificate());
    if (!related) {
      throw KmsErrors.clusterNotRelated(clusterId);
    }
  }

  DeleteCustomKeyStoreResponse delete(DeleteCustomKeyStoreRequest in, Call call) {
    var known = named(in.customKeyStoreId(), call);
    return call.write(
        tx -> {
          var before = tables.clusters.get(tx, key(known));
          if (before == null) {
            throw KmsErrors.noSuchKeyStore(known.id());
          }
          if (before.state() != State.DISCONNECTED) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          if (keys.hasKeysOfStore(tx, before.accountId(), before.region(), before.id())) {
            throw KmsErrors.keyStoreHasKeys(before.id());
          }
          tables.clusters.delete(tx, key(known));
          return DeleteCustomKeyStoreResponse.builder().build();
        });
  }

  static CustomKeyStoresListEntry view(CustomKeyStoreRecord store) {
    return CustomKeyStoresListEntry.builder()
        .customKeyStoreId(store.id())
        .customKeyStoreName(store.name())
        .cloudHsmClusterId(store.clusterId())
        .trustAnchorCertificate(store.trustAnchor())
        .connectionState(store.state().name())
        .connectionErrorCode(store.error())
        .creationDate(store.created())
        .customKeyStoreType(CLUSTER_TYPE)
        .build();
  }

  /** The store in which a key is to be made: connected, on a cluster that is fit for it. */
  CustomKeyStoreRecord forNewKey(String id, Call call) {
    var store = connected(id, call);
    fit(store.clusterId(), call);
    return store;
  }

  /** A store of the call's account and Region that is connected. */
  CustomKeyStoreRecord connected(String id, Call call) {
    var store = named(id, call);
    if (store.state() != State.CONNECTED) {
      throw KmsErrors.keyStoreState(store.id(), store.state());
    }
    return store;
  }
}

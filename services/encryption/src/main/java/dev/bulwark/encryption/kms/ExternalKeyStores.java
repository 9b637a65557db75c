package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.ConnectCustomKeyStoreRequest;
import dev.bulwark.api.kms.ConnectCustomKeyStoreResponse;
import dev.bulwark.api.kms.CreateCustomKeyStoreRequest;
import dev.bulwark.api.kms.CreateCustomKeyStoreResponse;
import dev.bulwark.api.kms.CreateKeyRequest;
import dev.bulwark.api.kms.CustomKeyStoresListEntry;
import dev.bulwark.api.kms.DeleteCustomKeyStoreRequest;
import dev.bulwark.api.kms.DeleteCustomKeyStoreResponse;
import dev.bulwark.api.kms.DisconnectCustomKeyStoreRequest;
import dev.bulwark.api.kms.DisconnectCustomKeyStoreResponse;
import dev.bulwark.api.kms.UpdateCustomKeyStoreRequest;
import dev.bulwark.api.kms.UpdateCustomKeyStoreResponse;
import dev.bulwark.api.kms.XksProxyConfigurationType;
import dev.bulwark.encryption.kms.CustomKeyStoreRecord.State;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Sealer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * External key stores: keys in a key manager outside, which a proxy stands before.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/keystore-external.html">AWS
 *     external key stores</a>
 */
final class ExternalKeyStores {
  static final String TYPE = "EXTERNAL_KEY_STORE";

  private static final String SECRET = "kms/xks-secret";
  private static final String PUBLIC = "PUBLIC_ENDPOINT";

  private final KmsTables keys;
  private final KeyStoreTables tables;
  private final Sealer sealer;
  private final XksProxy proxy;

  ExternalKeyStores(KmsTables keys, KeyStoreTables tables, Sealer sealer, XksProxy proxy) {
    this.keys = keys;
    this.tables = tables;
    this.sealer = sealer;
    this.proxy = proxy;
  }

  private static String key(ExternalStoreRecord store) {
    return Key.of(store.accountId(), store.region(), store.id());
  }

  @Nullable ExternalStoreRecord find(String accountId, String region, String id) {
    return tables.external.get(Key.of(accountId, region, id));
  }

  /** Whether that id is an external key store's of the call's account and Region. */
  boolean has(String id, Call call) {
    return find(call.accountId(), call.region(), id) != null;
  }

  private ExternalStoreRecord named(String id, Call call) {
    var store = find(call.accountId(), call.region(), id);
    if (store == null) {
      throw KmsErrors.noSuchKeyStore(id);
    }
    return store;
  }

  private XksProxy.Address address(ExternalStoreRecord store) {
    return new XksProxy.Address(
        store.endpoint().substring("https://".length()),
        store.path(),
        store.region(),
        store.accessKeyId(),
        sealer.openText(SECRET, store.secret(), store.id()));
  }

  /**
   * Asks a proxy whether it and its key managers are well.
   *
   * @throws XksException where not
   */
  private void requireHealthy(ExternalStoreRecord store, Call call) {
    var metadata = XksProxy.JSON.createObjectNode();
    metadata.put("kmsRequestId", call.requestId());
    metadata.put("kmsOperation", call.operation().name());
    var question = XksProxy.JSON.createObjectNode();
    question.set("requestMetadata", metadata);
    var managers = proxy.ask(address(store), "health", question).path("ekmFleetDetails");
    if (!managers.isArray() || managers.isEmpty()) {
      throw new XksException(XksProblem.UNINTERPRETABLE, "no key managers");
    }
    for (var manager : managers) {
      if (!manager.path("healthStatus").asString("").equals("UNAVAILABLE")) {
        return;
      }
    }
    throw new XksException(XksProblem.MANAGERS_UNAVAILABLE, "all are unavailable");
  }

  // Handlers

  CreateCustomKeyStoreResponse create(CreateCustomKeyStoreRequest in, Call call) {
    var endpoint = in.xksProxyUriEndpoint();
    var path = in.xksProxyUriPath();
    var credential = in.xksProxyAuthenticationCredential();
    if (endpoint == null
        || path == null
        || credential == null
        || in.xksProxyConnectivity() == null) {
      throw KmsErrors.validation(
          "XksProxyUriEndpoint, XksProxyUriPath, XksProxyAuthenticationCredential and"
              + " XksProxyConnectivity are required for a custom key store of type"
              + " EXTERNAL_KEY_STORE.");
    }
    if (in.cloudHsmClusterId() != null
        || in.trustAnchorCertificate() != null
        || in.keyStorePassword() != null) {
      throw KmsErrors.validation(
          "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are not valid for a"
              + " custom key store of type EXTERNAL_KEY_STORE.");
    }
    requirePublic(
        in.xksProxyConnectivity(),
        in.xksProxyVpcEndpointServiceName(),
        in.xksProxyVpcEndpointServiceOwner());
    var id = CustomKeyStores.newId();
    var store =
        new ExternalStoreRecord(
            call.accountId(),
            call.region(),
            id,
            in.customKeyStoreName(),
            endpoint,
            path,
            credential.accessKeyId(),
            sealer.sealText(SECRET, credential.rawSecretAccessKey(), id),
            Keys.now(call),
            State.DISCONNECTED,
            null);
    requireReachable(store, call);
    return call.write(
        tx -> {
          tables.requireRoom(tx, call);
          tables.requireFreeName(tx, call, id, store.name());
          requireFreeAddress(tx, call, store);
          tables.external.insert(tx, key(store), store);
          return CreateCustomKeyStoreResponse.builder().customKeyStoreId(id).build();
        });
  }

  /** There are no endpoint services of VPCs here that a proxy could stand behind. */
  private static void requirePublic(
      String connectivity, @Nullable String vpcEndpointService, @Nullable String owner) {
    if (!connectivity.equals(PUBLIC)) {
      if (vpcEndpointService == null) {
        throw KmsErrors.validation(
            "XksProxyVpcEndpointServiceName is required where XksProxyConnectivity is "
                + connectivity
                + ".");
      }
      throw KmsErrors.noSuchEndpointService(vpcEndpointService);
    }
    if (owner != null || (vpcEndpointService != null && !vpcEndpointService.isEmpty())) {
      throw KmsErrors.validation(
          (owner == null ? "XksProxyVpcEndpointServiceName" : "XksProxyVpcEndpointServiceOwner")
              + " is not valid where XksProxyConnectivity is "
              + PUBLIC
              + ".");
    }
  }

  private void requireReachable(ExternalStoreRecord store, Call call) {
    try {
      requireHealthy(store, call);
    } catch (XksException e) {
      throw e.problem().inKeyStore();
    }
  }

  private void requireFreeAddress(ReadTx tx, Call call, ExternalStoreRecord wanted) {
    for (var other : KeyStoreTables.all(tables.external, tx, call)) {
      if (!other.id().equals(wanted.id())
          && other.endpoint().equals(wanted.endpoint())
          && other.path().equals(wanted.path())) {
        throw KmsErrors.proxyInUse(wanted.endpoint() + wanted.path());
      }
    }
  }

  ConnectCustomKeyStoreResponse connect(ConnectCustomKeyStoreRequest in, Call call) {
    var known = named(in.customKeyStoreId(), call);
    if (known.state() == State.FAILED) {
      throw KmsErrors.keyStoreState(known.id(), known.state());
    }
    var problem = trouble(known, call);
    return call.write(
        tx -> {
          var before = require(tx, known);
          tables.external.put(
              tx,
              key(before),
              problem == null
                  ? before.with(State.CONNECTED, null)
                  : before.with(State.FAILED, problem.connectionErrorCode()));
          return ConnectCustomKeyStoreResponse.builder().build();
        });
  }

  private @Nullable XksProblem trouble(ExternalStoreRecord store, Call call) {
    try {
      requireHealthy(store, call);
      return null;
    } catch (XksException e) {
      return e.problem();
    }
  }

  private ExternalStoreRecord require(ReadTx tx, ExternalStoreRecord known) {
    var store = tables.external.get(tx, key(known));
    if (store == null) {
      throw KmsErrors.noSuchKeyStore(known.id());
    }
    return store;
  }

  DisconnectCustomKeyStoreResponse disconnect(DisconnectCustomKeyStoreRequest in, Call call) {
    var known = named(in.customKeyStoreId(), call);
    return call.write(
        tx -> {
          var before = require(tx, known);
          if (before.state() == State.DISCONNECTED) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          tables.external.put(tx, key(before), before.with(State.DISCONNECTED, null));
          return DisconnectCustomKeyStoreResponse.builder().build();
        });
  }

  /** Changes a store; where the way to its proxy changes, the new one has to lead there. */
  UpdateCustomKeyStoreResponse update(UpdateCustomKeyStoreRequest in, Call call) {
    if (in.cloudHsmClusterId() != null || in.keyStorePassword() != null) {
      throw KmsErrors.validation(
          "CloudHsmClusterId and KeyStorePassword are not valid for a custom key store of type"
              + " EXTERNAL_KEY_STORE.");
    }
    if (in.xksProxyConnectivity() != null
        || in.xksProxyVpcEndpointServiceName() != null
        || in.xksProxyVpcEndpointServiceOwner() != null) {
      requirePublic(
          Objects.requireNonNullElse(in.xksProxyConnectivity(), PUBLIC),
          in.xksProxyVpcEndpointServiceName(),
          in.xksProxyVpcEndpointServiceOwner());
    }
    var known = named(in.customKeyStoreId(), call);
    var wanted = changed(known, in);
    boolean elsewhere = !wanted.endpoint().equals(known.endpoint());
    if (elsewhere && known.state() != State.DISCONNECTED) {
      throw KmsErrors.keyStoreState(known.id(), known.state());
    }
    if (elsewhere
        || in.xksProxyUriPath() != null
        || in.xksProxyAuthenticationCredential() != null) {
      requireReachable(wanted, call);
    }
    return call.write(
        tx -> {
          var before = require(tx, known);
          if (elsewhere && before.state() != State.DISCONNECTED) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          var after = changed(before, in);
          tables.requireFreeName(tx, call, after.id(), after.name());
          requireFreeAddress(tx, call, after);
          tables.external.put(tx, key(after), after);
          return UpdateCustomKeyStoreResponse.builder().build();
        });
  }

  private ExternalStoreRecord changed(ExternalStoreRecord before, UpdateCustomKeyStoreRequest in) {
    var credential = in.xksProxyAuthenticationCredential();
    return before
        .withName(Objects.requireNonNullElse(in.newCustomKeyStoreName(), before.name()))
        .withProxy(
            Objects.requireNonNullElse(in.xksProxyUriEndpoint(), before.endpoint()),
            Objects.requireNonNullElse(in.xksProxyUriPath(), before.path()),
            credential == null ? before.accessKeyId() : credential.accessKeyId(),
            credential == null
                ? before.secret()
                : sealer.sealText(SECRET, credential.rawSecretAccessKey(), before.id()));
  }

  DeleteCustomKeyStoreResponse delete(DeleteCustomKeyStoreRequest in, Call call) {
    var known = named(in.customKeyStoreId(), call);
    return call.write(
        tx -> {
          var before = require(tx, known);
          if (before.state() != State.DISCONNECTED) {
            throw KmsErrors.keyStoreState(before.id(), before.state());
          }
          if (keys.hasKeysOfStore(tx, before.accountId(), before.region(), before.id())) {
            throw KmsErrors.keyStoreHasKeys(before.id());
          }
          tables.external.delete(tx, key(before));
          return DeleteCustomKeyStoreResponse.builder().build();
        });
  }

  static CustomKeyStoresListEntry view(ExternalStoreRecord store) {
    return CustomKeyStoresListEntry.builder()
        .customKeyStoreId(store.id())
        .customKeyStoreName(store.name())
        .connectionState(store.state().name())
        .connectionErrorCode(store.error())
        .creationDate(store.created())
        .customKeyStoreType(TYPE)
        .xksProxyConfiguration(
            XksProxyConfigurationType.builder()
                .connectivity(PUBLIC)
                .accessKeyId(store.accessKeyId())
                .uriEndpoint(store.endpoint())
                .uriPath(store.path())
                .build())
        .build();
  }

  // Keys

  /** The store in which a key is to be made: connected, with an external key that is fit for it. */
  ExternalStoreRecord forNewKey(String id, CreateKeyRequest in, Call call) {
    var store = named(id, call);
    if (store.state() != State.CONNECTED) {
      throw XksProblem.DISCONNECTED.inCreateKey();
    }
    var externalKey = in.xksKeyId();
    if (externalKey == null) {
      throw KmsErrors.validation("Origin EXTERNAL_KEY_STORE requires an XksKeyId.");
    }
    var question = XksProxy.JSON.createObjectNode();
    question.set("requestMetadata", ExternalKeys.metadata(call, "CreateKey", null));
    try {
      var found = proxy.ask(address(store), "keys/" + externalKey + "/metadata", question);
      if (!found.path("keyStatus").asString("").equals("ENABLED")) {
        throw XksProblem.KEY_DISABLED.inCreateKey();
      }
      if (!found.path("keySpec").asString("").equals("AES_256") || !encrypts(found)) {
        throw XksProblem.KEY_USAGE.inCreateKey();
      }
    } catch (XksException e) {
      throw e.problem().inCreateKey();
    }
    return store;
  }

  private static boolean encrypts(JsonNode metadata) {
    boolean encrypt = false;
    boolean decrypt = false;
    for (var usage : metadata.path("keyUsage")) {
      encrypt |= usage.asString("").equals("ENCRYPT");
      decrypt |= usage.asString("").equals("DECRYPT");
    }
    return encrypt && decrypt;
  }

  /** Whether keys of their store can be used now, as far as Bulwark knows. */
  boolean isConnected(KeyRecord key) {
    var store = store(key);
    return store != null && store.state() == State.CONNECTED;
  }

  private @Nullable ExternalStoreRecord store(KeyRecord key) {
    var id = key.identity().keyStoreId();
    return id == null ? null : find(key.accountId(), key.region(), id);
  }

  /**
   * Has the key manager do something with an external key.
   *
   * @param operation {@code encrypt} or {@code decrypt}
   * @throws XksException where it does not
   */
  JsonNode ask(KeyRecord key, String operation, ObjectNode question) {
    var store = store(key);
    if (store == null || store.state() != State.CONNECTED) {
      throw new XksException(XksProblem.DISCONNECTED, key.arn());
    }
    return proxy.ask(
        address(store), "keys/" + key.identity().externalKeyId() + "/" + operation, question);
  }
}

package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateCustomKeyStoreRequest;
import dev.bulwark.api.kms.CreateCustomKeyStoreResponse;
import dev.bulwark.api.kms.CustomKeyStoresListEntry;
import dev.bulwark.api.kms.DescribeCustomKeyStoresRequest;
import dev.bulwark.api.kms.DescribeCustomKeyStoresResponse;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The lines of the table about custom key stores, which are no resources to policies: what is asked
 * about either kind goes to those that know it.
 */
final class KeyStoreOperations {
  private final KmsTables keys;
  private final KeyStoreTables tables;
  private final CustomKeyStores clusters;
  private final ExternalKeyStores external;
  private final Pages pages;

  KeyStoreOperations(
      KmsTables keys,
      KeyStoreTables tables,
      CustomKeyStores clusters,
      ExternalKeyStores external,
      Pages pages) {
    this.keys = keys;
    this.tables = tables;
    this.clusters = clusters;
    this.external = external;
    this.pages = pages;
  }

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.CREATE_CUSTOM_KEY_STORE)
        .action("kms:CreateCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::conditions)
        .handle(this::create)
        .on(KmsApi.DESCRIBE_CUSTOM_KEY_STORES)
        .action("kms:DescribeCustomKeyStores")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::conditions)
        .handle(this::describe)
        .on(KmsApi.CONNECT_CUSTOM_KEY_STORE)
        .action("kms:ConnectCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::conditions)
        .handle(
            (in, call) ->
                external.has(in.customKeyStoreId(), call)
                    ? external.connect(in, call)
                    : clusters.connect(in, call))
        .on(KmsApi.DISCONNECT_CUSTOM_KEY_STORE)
        .action("kms:DisconnectCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::conditions)
        .handle(
            (in, call) ->
                external.has(in.customKeyStoreId(), call)
                    ? external.disconnect(in, call)
                    : clusters.disconnect(in, call))
        .on(KmsApi.UPDATE_CUSTOM_KEY_STORE)
        .action("kms:UpdateCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::conditions)
        .handle(
            (in, call) ->
                external.has(in.customKeyStoreId(), call)
                    ? external.update(in, call)
                    : clusters.update(in, call))
        .on(KmsApi.DELETE_CUSTOM_KEY_STORE)
        .action("kms:DeleteCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::conditions)
        .handle(
            (in, call) ->
                external.has(in.customKeyStoreId(), call)
                    ? external.delete(in, call)
                    : clusters.delete(in, call));
  }

  private CreateCustomKeyStoreResponse create(CreateCustomKeyStoreRequest in, Call call) {
    return ExternalKeyStores.TYPE.equals(in.customKeyStoreType())
        ? external.create(in, call)
        : clusters.create(in, call);
  }

  private DescribeCustomKeyStoresResponse describe(DescribeCustomKeyStoresRequest in, Call call) {
    var found =
        all(call).stream()
            .filter(
                store ->
                    in.customKeyStoreId() == null
                        || in.customKeyStoreId().equals(store.customKeyStoreId()))
            .filter(
                store ->
                    in.customKeyStoreName() == null
                        || in.customKeyStoreName().equals(store.customKeyStoreName()))
            .toList();
    var named = in.customKeyStoreId() == null ? in.customKeyStoreName() : in.customKeyStoreId();
    if (found.isEmpty() && named != null) {
      throw KmsErrors.noSuchKeyStore(named);
    }
    var page =
        pages.of(
            found,
            KeyStoreOperations::id,
            in.limit(),
            50,
            in.marker(),
            "stores|" + call.accountId() + "|" + call.region());
    return DescribeCustomKeyStoresResponse.builder()
        .customKeyStores(page.items())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }

  private List<CustomKeyStoresListEntry> all(Call call) {
    return keys.store()
        .read(
            tx -> {
              var views = new ArrayList<CustomKeyStoresListEntry>();
              KeyStoreTables.all(tables.clusters, tx, call)
                  .forEach(store -> views.add(CustomKeyStores.view(store)));
              KeyStoreTables.all(tables.external, tx, call)
                  .forEach(store -> views.add(ExternalKeyStores.view(store)));
              views.sort(Comparator.comparing(KeyStoreOperations::id));
              return views;
            });
  }

  private static String id(CustomKeyStoresListEntry store) {
    return String.valueOf(store.customKeyStoreId());
  }

  private static Context conditions(Structure in, Call call) {
    return KeyContext.of(call.principal().accountId()).toContext();
  }
}

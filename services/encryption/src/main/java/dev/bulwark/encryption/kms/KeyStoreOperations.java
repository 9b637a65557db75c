package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;

/** The lines of the table about custom key stores, which are no resources to policies. */
final class KeyStoreOperations {
  private final CustomKeyStores stores;

  KeyStoreOperations(CustomKeyStores stores) {
    this.stores = stores;
  }

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.CREATE_CUSTOM_KEY_STORE)
        .action("kms:CreateCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::keys)
        .handle(stores::create)
        .on(KmsApi.DESCRIBE_CUSTOM_KEY_STORES)
        .action("kms:DescribeCustomKeyStores")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::keys)
        .handle(stores::describe)
        .on(KmsApi.CONNECT_CUSTOM_KEY_STORE)
        .action("kms:ConnectCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::keys)
        .handle(stores::connect)
        .on(KmsApi.DISCONNECT_CUSTOM_KEY_STORE)
        .action("kms:DisconnectCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::keys)
        .handle(stores::disconnect)
        .on(KmsApi.UPDATE_CUSTOM_KEY_STORE)
        .action("kms:UpdateCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::keys)
        .handle(stores::update)
        .on(KmsApi.DELETE_CUSTOM_KEY_STORE)
        .action("kms:DeleteCustomKeyStore")
        .resource((in, call) -> Resource.ANY, KeyStoreOperations::keys)
        .handle(stores::delete);
  }

  private static Context keys(Structure in, Call call) {
    return KeyContext.of(call.principal().accountId()).toContext();
  }
}

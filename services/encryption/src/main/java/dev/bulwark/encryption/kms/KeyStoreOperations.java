package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.KmsApi;
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
        .anyResource()
        .handle(stores::create)
        .on(KmsApi.DESCRIBE_CUSTOM_KEY_STORES)
        .action("kms:DescribeCustomKeyStores")
        .anyResource()
        .handle(stores::describe)
        .on(KmsApi.CONNECT_CUSTOM_KEY_STORE)
        .action("kms:ConnectCustomKeyStore")
        .anyResource()
        .handle(stores::connect)
        .on(KmsApi.DISCONNECT_CUSTOM_KEY_STORE)
        .action("kms:DisconnectCustomKeyStore")
        .anyResource()
        .handle(stores::disconnect)
        .on(KmsApi.UPDATE_CUSTOM_KEY_STORE)
        .action("kms:UpdateCustomKeyStore")
        .anyResource()
        .handle(stores::update)
        .on(KmsApi.DELETE_CUSTOM_KEY_STORE)
        .action("kms:DeleteCustomKeyStore")
        .anyResource()
        .handle(stores::delete);
  }
}

package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;

/**
 * AWS KMS: which operation is authorized against what, and who handles it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html">Actions,
 *     resources, and condition keys for AWS KMS</a>
 */
final class KmsService implements Service {
  private final ServiceTable table;

  KmsService(KmsHandlers handlers, KeyStoreOperations keyStores) {
    var lines = ServiceTable.of(KmsApi.MODEL);
    new KeyOperations(handlers).addTo(lines);
    new UseOperations(handlers).addTo(lines);
    keyStores.addTo(lines);
    this.table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}

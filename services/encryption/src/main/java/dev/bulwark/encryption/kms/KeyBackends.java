package dev.bulwark.encryption.kms;

import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;

/** Where the material of symmetric keys does its work: here, in a cluster, or outside. */
record KeyBackends(Materials materials, ClusterBackend clusters, ExternalKeys external) {

  /** Whether the key is in a custom key store. */
  static boolean isCustom(KeyRecord key) {
    return key.identity().keyStoreId() != null;
  }

  /**
   * The backend of a key. Where that is in a custom key store, the call's event tells of the store.
   *
   * @param caller who uses it
   * @param operation the operation of the API in which it is used
   */
  KeyBackend of(KeyRecord key, Caller caller, String operation) {
    if (isCustom(key) && caller instanceof Call call) {
      EventDetails.tellStore(call, key);
    }
    return switch (key.origin()) {
      case AWS_KMS, EXTERNAL -> materials;
      case AWS_CLOUDHSM -> clusters;
      case EXTERNAL_KEY_STORE -> external.usedBy(caller, operation);
    };
  }
}

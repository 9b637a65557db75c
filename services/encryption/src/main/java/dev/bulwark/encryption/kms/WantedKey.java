package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateKeyRequest;
import dev.bulwark.cryptography.KeySpec;

/** What CreateKey asks for, with AWS's defaults. */
record WantedKey(KeySpec spec, KeyUsage usage, KeyOrigin origin) {

  static WantedKey of(CreateKeyRequest in) {
    if (in.keySpec() != null && in.customerMasterKeySpec() != null) {
      throw KmsErrors.validation(
          "You cannot specify KeySpec and CustomerMasterKeySpec in the same request."
              + " CustomerMasterKeySpec is deprecated.");
    }
    var spec = in.keySpec() == null ? in.customerMasterKeySpec() : in.keySpec();
    if ("SM2".equals(spec)) {
      throw KmsErrors.unsupported("The key spec SM2 is available in China Regions only.");
    }
    var kind = spec == null ? KeySpec.SYMMETRIC_DEFAULT : KeySpec.valueOf(spec);
    if (in.keyUsage() == null && kind != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsErrors.validation(
          "You must specify a KeyUsage value for all KMS keys except for symmetric encryption"
              + " keys.");
    }
    var usage = in.keyUsage() == null ? KeyUsage.ENCRYPT_DECRYPT : KeyUsage.valueOf(in.keyUsage());
    if (!KeyUsage.of(kind).contains(usage)) {
      throw KmsErrors.validation("KeyUsage " + usage + " is not compatible with KeySpec " + kind);
    }
    var origin = in.origin() == null ? KeyOrigin.AWS_KMS : KeyOrigin.valueOf(in.origin());
    if (origin == KeyOrigin.EXTERNAL && kind.family() == KeySpec.Family.ML_DSA) {
      throw KmsErrors.validation("KeySpec " + kind + " is not supported for Origin EXTERNAL");
    }
    requireInOwnPlace(in, kind, origin);
    return new WantedKey(kind, usage, origin);
  }

  /**
   * Custom key stores hold symmetric keys of one Region, and keys of custom key stores name one.
   */
  private static void requireInOwnPlace(CreateKeyRequest in, KeySpec spec, KeyOrigin origin) {
    boolean custom = origin == KeyOrigin.AWS_CLOUDHSM || origin == KeyOrigin.EXTERNAL_KEY_STORE;
    var store = in.customKeyStoreId();
    if (custom && store == null) {
      throw KmsErrors.validation("Origin " + origin + " requires a CustomKeyStoreId.");
    }
    if (!custom && store != null) {
      throw KmsErrors.validation(
          "Origin " + origin + " is not valid for the custom key store " + store + ".");
    }
    if (in.xksKeyId() != null && origin != KeyOrigin.EXTERNAL_KEY_STORE) {
      throw KmsErrors.validation("XksKeyId is not valid for Origin " + origin + ".");
    }
    if (custom && (spec != KeySpec.SYMMETRIC_DEFAULT || Boolean.TRUE.equals(in.multiRegion()))) {
      throw KmsErrors.unsupported(
          "Custom key stores support symmetric encryption keys of a single Region only.");
    }
  }
}

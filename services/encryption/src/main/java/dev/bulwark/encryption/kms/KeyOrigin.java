package dev.bulwark.encryption.kms;

/** Where a key's material comes from, by AWS's names. */
public enum KeyOrigin {
  /** Made here. */
  AWS_KMS,
  /** Imported. */
  EXTERNAL,
  /** In a CloudHSM cluster. */
  AWS_CLOUDHSM,
  /** Behind a proxy, outside. */
  EXTERNAL_KEY_STORE
}

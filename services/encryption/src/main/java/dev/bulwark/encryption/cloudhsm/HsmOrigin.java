package dev.bulwark.encryption.cloudhsm;

/**
 * Where something that is done inside a cluster comes from.
 *
 * @param address of the client
 * @param root whether the cluster's account's root user signed it; else nobody but the user inside
 *     the cluster is known
 */
public record HsmOrigin(String address, boolean root) {
  /** KMS, for a custom key store. */
  public static final HsmOrigin KMS = new HsmOrigin("kms.amazonaws.com", false);
}

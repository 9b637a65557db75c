package dev.bulwark.encryption.cloudhsm;

/**
 * How many there may be.
 *
 * @param clusters of an account in a Region
 * @param hsms of an account in a Region
 * @see <a href="https://docs.aws.amazon.com/cloudhsm/latest/userguide/limits.html">Quotas</a>
 */
public record CloudHsmQuotas(int clusters, int hsms) {
  /** AWS's own. */
  public static final CloudHsmQuotas AWS = new CloudHsmQuotas(4, 6);
}

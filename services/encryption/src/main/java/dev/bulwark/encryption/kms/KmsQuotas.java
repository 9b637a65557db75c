package dev.bulwark.encryption.kms;

/**
 * How many there may be.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html">Resource
 *     quotas</a>
 */
public record KmsQuotas(
    int keys, int aliasesOfKey, int grantsOnKey, int tagsOfKey, int rotationsOnDemand) {
  /** AWS's own. */
  public static final KmsQuotas AWS = new KmsQuotas(100_000, 50, 50_000, 50, 25);

  /** The most characters of a key policy. */
  static final int POLICY_LENGTH = 32 * 1024;
}

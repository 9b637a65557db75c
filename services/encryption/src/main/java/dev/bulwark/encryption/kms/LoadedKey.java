package dev.bulwark.encryption.kms;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;

/**
 * A key with what each use of it would have to work out.
 *
 * @param policy compiled
 * @param grants what the keys of the grants on it begin with in their table
 */
record LoadedKey(KeyRecord record, Policy policy, String grants) {

  static LoadedKey of(KeyRecord record) {
    try {
      return new LoadedKey(
          record,
          Policy.parse(record.policy(), PolicyKind.RESOURCE),
          KmsTables.grantsPrefix(record));
    } catch (PolicyException e) {
      throw new IllegalStateException("the stored policy of " + record.arn(), e);
    }
  }
}

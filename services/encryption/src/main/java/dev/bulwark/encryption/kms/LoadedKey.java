package dev.bulwark.encryption.kms;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;

/** A key with its policy compiled. */
record LoadedKey(KeyRecord record, Policy policy) {

  static LoadedKey of(KeyRecord record) {
    try {
      return new LoadedKey(record, Policy.parse(record.policy(), PolicyKind.RESOURCE));
    } catch (PolicyException e) {
      throw new IllegalStateException("the stored policy of " + record.arn(), e);
    }
  }
}

package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Resource;

/** Clusters and backups as what actions are authorized against. */
final class CloudHsmAccess {
  private CloudHsmAccess() {}

  static Resource resource(ClusterRecord cluster) {
    return Resource.of(cluster.arn()).withTags(cluster.tags());
  }

  static Resource resource(BackupRecord backup) {
    var resource = Resource.of(backup.arn()).ownedBy(backup.accountId()).withTags(backup.tags());
    return backup.policy() == null ? resource : resource.withPolicy(policy(backup.policy()));
  }

  /**
   * A backup's resource policy.
   *
   * @throws dev.bulwark.schema.ApiException CloudHsmInvalidRequestException
   */
  static Policy policy(String document) {
    try {
      return Policy.parse(document, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw CloudHsmErrors.invalid("The resource policy is not valid: " + e.getMessage());
    }
  }
}

package dev.bulwark.audit.cloudtrail;

import java.util.Optional;

/** What CloudTrail has to know of Organizations. */
public interface TrailOrganizations {
  /**
   * An organization.
   *
   * @param allFeatures whether all features are enabled in it
   * @param trusted whether CloudTrail may act in its accounts
   */
  record Organization(
      String id, String managementAccountId, boolean allFeatures, boolean trusted) {}

  /** The organization of an account; empty outside of one. Asked for each event, so from memory. */
  Optional<Organization> of(String accountId);

  /** For installations without organizations. */
  static TrailOrganizations none() {
    return accountId -> Optional.empty();
  }
}

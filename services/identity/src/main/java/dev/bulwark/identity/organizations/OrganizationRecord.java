package dev.bulwark.identity.organizations;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * An organization as stored, with its one root.
 *
 * @param featureSet {@code ALL} or {@code CONSOLIDATED_BILLING}
 * @param policyTypes the types of policies that are enabled in the root
 * @param rootTags the tags of the root
 * @param rootFeatures what IAM may do with the root users of members, see {@link RootFeatures}
 */
record OrganizationRecord(
    String id,
    String managementAccountId,
    String featureSet,
    String rootId,
    Instant created,
    Set<String> policyTypes,
    Map<String, String> rootTags,
    Set<String> rootFeatures) {

  static final String ALL = "ALL";

  OrganizationRecord {
    policyTypes = Set.copyOf(policyTypes);
    rootTags = Map.copyOf(rootTags);
    rootFeatures = Set.copyOf(rootFeatures);
  }

  boolean allFeatures() {
    return featureSet.equals(ALL);
  }

  OrganizationRecord withPolicyType(String type, boolean enabled) {
    return new OrganizationRecord(
        id,
        managementAccountId,
        featureSet,
        rootId,
        created,
        changed(policyTypes, type, enabled),
        rootTags,
        rootFeatures);
  }

  OrganizationRecord withRootFeature(String feature, boolean enabled) {
    return new OrganizationRecord(
        id,
        managementAccountId,
        featureSet,
        rootId,
        created,
        policyTypes,
        rootTags,
        changed(rootFeatures, feature, enabled));
  }

  private static Set<String> changed(Set<String> all, String one, boolean contained) {
    var changed = new HashSet<>(all);
    if (contained) {
      changed.add(one);
    } else {
      changed.remove(one);
    }
    return changed;
  }

  OrganizationRecord withAllFeatures() {
    return new OrganizationRecord(
        id, managementAccountId, ALL, rootId, created, policyTypes, rootTags, rootFeatures);
  }

  OrganizationRecord withRootTags(Map<String, String> tags) {
    return new OrganizationRecord(
        id, managementAccountId, featureSet, rootId, created, policyTypes, tags, rootFeatures);
  }
}

package dev.bulwark.identity.organizations;

import java.util.Map;

/** The policy by which an organization delegates the management of policies. */
record ResourcePolicyRecord(
    String organizationId, String id, String content, Map<String, String> tags) {

  ResourcePolicyRecord {
    tags = Map.copyOf(tags);
  }

  ResourcePolicyRecord withTags(Map<String, String> newTags) {
    return new ResourcePolicyRecord(organizationId, id, content, newTags);
  }
}

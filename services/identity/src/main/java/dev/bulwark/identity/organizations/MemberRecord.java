package dev.bulwark.identity.organizations;

import java.time.Instant;
import java.util.Map;

/**
 * That an account belongs to an organization.
 *
 * @param parentId the root or organizational unit that holds it
 * @param joinedMethod {@code INVITED} or {@code CREATED}
 */
record MemberRecord(
    String accountId,
    String organizationId,
    String parentId,
    String joinedMethod,
    Instant joined,
    Map<String, String> tags) {

  MemberRecord {
    tags = Map.copyOf(tags);
  }

  MemberRecord withParent(String newParent) {
    return new MemberRecord(accountId, organizationId, newParent, joinedMethod, joined, tags);
  }

  MemberRecord withTags(Map<String, String> newTags) {
    return new MemberRecord(accountId, organizationId, parentId, joinedMethod, joined, newTags);
  }
}

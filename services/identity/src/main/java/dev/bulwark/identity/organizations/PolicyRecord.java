package dev.bulwark.identity.organizations;

import java.time.Instant;
import java.util.Map;

/**
 * A policy of an organization as stored; {@link AwsPolicies} has those that come from AWS.
 *
 * @param updated when its content came to be
 */
record PolicyRecord(
    String organizationId,
    String id,
    String type,
    String name,
    String description,
    String content,
    Instant updated,
    Map<String, String> tags) {

  PolicyRecord {
    tags = Map.copyOf(tags);
  }

  PolicyRecord with(String newName, String newDescription, String newContent, Instant time) {
    return new PolicyRecord(
        organizationId,
        id,
        type,
        newName,
        newDescription,
        newContent,
        newContent.equals(content) ? updated : time,
        tags);
  }

  PolicyRecord withTags(Map<String, String> newTags) {
    return new PolicyRecord(organizationId, id, type, name, description, content, updated, newTags);
  }
}

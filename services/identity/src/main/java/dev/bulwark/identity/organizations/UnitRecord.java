package dev.bulwark.identity.organizations;

import java.util.Map;

/**
 * An organizational unit as stored.
 *
 * @param parentId the root or unit that holds it
 */
record UnitRecord(
    String organizationId, String id, String name, String parentId, Map<String, String> tags) {

  UnitRecord {
    tags = Map.copyOf(tags);
  }

  UnitRecord withName(String newName) {
    return new UnitRecord(organizationId, id, newName, parentId, tags);
  }

  UnitRecord withTags(Map<String, String> newTags) {
    return new UnitRecord(organizationId, id, name, parentId, newTags);
  }
}

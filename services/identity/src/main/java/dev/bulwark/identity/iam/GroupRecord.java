package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;

/** A user group as stored. Its members know it, not it them: see {@link UserRecord#groupIds}. */
public record GroupRecord(
    String accountId,
    String name,
    String path,
    String id,
    Instant created,
    List<InlinePolicy> inlinePolicies,
    List<String> attachedPolicies)
    implements Entity {

  public GroupRecord {
    inlinePolicies = List.copyOf(inlinePolicies);
    attachedPolicies = List.copyOf(attachedPolicies);
  }

  @Override
  public EntityKind kind() {
    return EntityKind.GROUP;
  }

  GroupRecord renamed(String newName, String newPath) {
    return new GroupRecord(
        accountId, newName, newPath, id, created, inlinePolicies, attachedPolicies);
  }

  GroupRecord withPolicies(List<InlinePolicy> inline, List<String> attached) {
    return new GroupRecord(accountId, name, path, id, created, inline, attached);
  }
}

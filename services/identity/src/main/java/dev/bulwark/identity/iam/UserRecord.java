package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user as stored.
 *
 * @param boundary the ARN of the managed policy that is its permissions boundary
 * @param groupIds the ids of its groups ({@code AGPA…}), in the order in which it joined them
 */
public record UserRecord(
    String accountId,
    String name,
    String path,
    String id,
    Instant created,
    @Nullable Instant passwordLastUsed,
    @Nullable String boundary,
    Map<String, String> tags,
    List<InlinePolicy> inlinePolicies,
    List<String> attachedPolicies,
    List<String> groupIds)
    implements Entity {

  public UserRecord {
    tags = Map.copyOf(tags);
    inlinePolicies = List.copyOf(inlinePolicies);
    attachedPolicies = List.copyOf(attachedPolicies);
    groupIds = List.copyOf(groupIds);
  }

  @Override
  public EntityKind kind() {
    return EntityKind.USER;
  }

  /** The user as one who calls, with a long-term access key. */
  public Principal.IamUser principal() {
    return Principal.IamUser.of(accountId, name, path, id);
  }

  /** The same user after a sign-in. */
  UserRecord signedIn(Instant time) {
    return new UserRecord(
        accountId,
        name,
        path,
        id,
        created,
        time,
        boundary,
        tags,
        inlinePolicies,
        attachedPolicies,
        groupIds);
  }

  UserRecord renamed(String newName, String newPath) {
    return new UserRecord(
        accountId,
        newName,
        newPath,
        id,
        created,
        passwordLastUsed,
        boundary,
        tags,
        inlinePolicies,
        attachedPolicies,
        groupIds);
  }

  UserRecord withBoundary(@Nullable String policyArn) {
    return new UserRecord(
        accountId,
        name,
        path,
        id,
        created,
        passwordLastUsed,
        policyArn,
        tags,
        inlinePolicies,
        attachedPolicies,
        groupIds);
  }

  UserRecord withTags(Map<String, String> newTags) {
    return new UserRecord(
        accountId,
        name,
        path,
        id,
        created,
        passwordLastUsed,
        boundary,
        newTags,
        inlinePolicies,
        attachedPolicies,
        groupIds);
  }

  UserRecord withPolicies(List<InlinePolicy> inline, List<String> attached) {
    return new UserRecord(
        accountId,
        name,
        path,
        id,
        created,
        passwordLastUsed,
        boundary,
        tags,
        inline,
        attached,
        groupIds);
  }

  UserRecord withGroups(List<String> ids) {
    return new UserRecord(
        accountId,
        name,
        path,
        id,
        created,
        passwordLastUsed,
        boundary,
        tags,
        inlinePolicies,
        attachedPolicies,
        ids);
  }
}

package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A role as stored.
 *
 * @param trustPolicy its trust policy; users and roles stand in it by their unique ids, see {@link
 *     TrustPolicies}
 * @param maxSessionDuration in seconds
 * @param boundary the ARN of the managed policy that is its permissions boundary
 */
public record RoleRecord(
    String accountId,
    String name,
    String path,
    String id,
    Instant created,
    String trustPolicy,
    @Nullable String description,
    int maxSessionDuration,
    @Nullable String boundary,
    Map<String, String> tags,
    List<InlinePolicy> inlinePolicies,
    List<String> attachedPolicies)
    implements Entity {

  /** Where the roles that belong to AWS services are, and no others. */
  static final String SERVICE_LINKED_PATH = "/aws-service-role/";

  /** The longest session of a role for which nothing else was asked, in seconds. */
  public static final int DEFAULT_SESSION_DURATION = 3600;

  public RoleRecord {
    tags = Map.copyOf(tags);
    inlinePolicies = List.copyOf(inlinePolicies);
    attachedPolicies = List.copyOf(attachedPolicies);
  }

  @Override
  public EntityKind kind() {
    return EntityKind.ROLE;
  }

  /** Whether it belongs to an AWS service, which alone may change it. */
  public boolean serviceLinked() {
    return path.startsWith(SERVICE_LINKED_PATH);
  }

  RoleRecord withTrustPolicy(String document) {
    return new RoleRecord(
        accountId,
        name,
        path,
        id,
        created,
        document,
        description,
        maxSessionDuration,
        boundary,
        tags,
        inlinePolicies,
        attachedPolicies);
  }

  RoleRecord withDetails(@Nullable String newDescription, int newMaxSessionDuration) {
    return new RoleRecord(
        accountId,
        name,
        path,
        id,
        created,
        trustPolicy,
        newDescription,
        newMaxSessionDuration,
        boundary,
        tags,
        inlinePolicies,
        attachedPolicies);
  }

  RoleRecord withBoundary(@Nullable String policyArn) {
    return new RoleRecord(
        accountId,
        name,
        path,
        id,
        created,
        trustPolicy,
        description,
        maxSessionDuration,
        policyArn,
        tags,
        inlinePolicies,
        attachedPolicies);
  }

  RoleRecord withTags(Map<String, String> newTags) {
    return new RoleRecord(
        accountId,
        name,
        path,
        id,
        created,
        trustPolicy,
        description,
        maxSessionDuration,
        boundary,
        newTags,
        inlinePolicies,
        attachedPolicies);
  }

  RoleRecord withPolicies(List<InlinePolicy> inline, List<String> attached) {
    return new RoleRecord(
        accountId,
        name,
        path,
        id,
        created,
        trustPolicy,
        description,
        maxSessionDuration,
        boundary,
        tags,
        inline,
        attached);
  }
}

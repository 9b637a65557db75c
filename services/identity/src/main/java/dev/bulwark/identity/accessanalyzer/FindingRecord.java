package dev.bulwark.identity.accessanalyzer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A finding as stored.
 *
 * @param type as in the API: {@code ExternalAccess}, for instance
 * @param subject what sets it apart from others of its resource
 * @param access of an external access; null for one of unused access
 * @param unused what is not used; empty for external access
 */
record FindingRecord(
    String id,
    String type,
    String resource,
    String resourceType,
    String owner,
    String subject,
    @Nullable Access access,
    List<Unused> unused,
    Status status,
    @Nullable String error,
    Instant created,
    Instant analyzed,
    Instant updated) {

  /** The states that a finding has. */
  enum Status {
    ACTIVE,
    ARCHIVED,
    RESOLVED
  }

  /** Who gets in, and what that gives. */
  record Access(
      Map<String, String> principal,
      List<String> actions,
      Map<String, String> condition,
      boolean isPublic,
      List<String> sources) {}

  /**
   * What is not used.
   *
   * @param name a key's id or a service's prefix; empty for roles and passwords
   * @param actions of a service, where some of it is used
   */
  record Unused(String name, @Nullable Instant lastAccessed, List<UnusedAction> actions) {}

  /** An action that is not used. */
  record UnusedAction(String action, @Nullable Instant lastAccessed) {}

  /** The id that the same finding always gets, so that access which comes back is no new one. */
  static String id(String analyzer, String type, String resource, String subject) {
    return UUID.nameUUIDFromBytes(
            String.join("\n", analyzer, type, resource, subject).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  FindingRecord withStatus(Status newStatus, Instant time) {
    return new FindingRecord(
        id,
        type,
        resource,
        resourceType,
        owner,
        subject,
        access,
        unused,
        newStatus,
        error,
        created,
        analyzed,
        time);
  }

  /** The same finding as it is found again. */
  FindingRecord again(FindingRecord found, Status newStatus) {
    boolean same =
        newStatus == status && Objects.equals(found.access, access) && found.unused.equals(unused);
    return new FindingRecord(
        id,
        type,
        resource,
        resourceType,
        owner,
        subject,
        found.access,
        found.unused,
        newStatus,
        found.error,
        created,
        found.analyzed,
        same ? updated : found.analyzed);
  }
}

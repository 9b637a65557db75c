package dev.bulwark.identity.organizations;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A handshake as stored.
 *
 * @param action {@code INVITE}, {@code ENABLE_ALL_FEATURES} or {@code APPROVE_ALL_FEATURES}
 * @param accountId the account that is asked; null where the organization asks itself
 * @param email by which it was invited; null where that was done by its number
 * @param state as of the last change; {@link #stateAt} knows what has expired since
 * @param changed when it came into that state
 * @param parentId the handshake that asks for this one
 * @param tags for the account, once it joins
 */
record HandshakeRecord(
    String id,
    String organizationId,
    String managementAccountId,
    String action,
    @Nullable String accountId,
    @Nullable String email,
    String state,
    Instant requested,
    Instant expires,
    Instant changed,
    @Nullable String notes,
    @Nullable String parentId,
    Map<String, String> tags) {

  HandshakeRecord {
    tags = Map.copyOf(tags);
  }

  /** Whether nobody has answered it yet. */
  boolean pendingAt(Instant now) {
    return switch (stateAt(now)) {
      case "OPEN", "REQUESTED" -> true;
      default -> false;
    };
  }

  String stateAt(Instant now) {
    return (state.equals("OPEN") || state.equals("REQUESTED")) && !now.isBefore(expires)
        ? "EXPIRED"
        : state;
  }

  /** When it came to its end; later than now where it has not. */
  Instant endedAt(Instant now) {
    return switch (stateAt(now)) {
      case "OPEN", "REQUESTED" -> Instant.MAX;
      case "EXPIRED" -> expires;
      default -> changed;
    };
  }

  HandshakeRecord withState(String newState, Instant time) {
    return new HandshakeRecord(
        id,
        organizationId,
        managementAccountId,
        action,
        accountId,
        email,
        newState,
        requested,
        expires,
        time,
        notes,
        parentId,
        tags);
  }
}

package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a verified token or assertion says, in the terms of STS.
 *
 * @param action what it takes to assume a role with it
 * @param keys condition keys that trust policies may ask for
 * @param sessionKeys of those, the ones that the session's own requests keep
 * @param until when the session has to end; null where the provider does not say
 */
record FederatedIdentity(
    Principal.FederatedIdentity principal,
    String action,
    String sessionName,
    Map<String, List<String>> keys,
    Map<String, List<String>> sessionKeys,
    SessionTags tags,
    @Nullable String sourceIdentity,
    @Nullable Instant until) {

  /** Characters of all session keys together: clients send them with every request. */
  private static final int LONGEST_SESSION_KEYS = 4096;

  FederatedIdentity {
    keys = Map.copyOf(keys);
    sessionKeys = Map.copyOf(sessionKeys);
    if (sourceIdentity != null
        && (!sourceIdentity.matches("[\\w+=,.@-]{2,64}") || sourceIdentity.startsWith("aws:"))) {
      throw StsErrors.sourceIdentity();
    }
    if (sessionKeys.values().stream().flatMap(List::stream).mapToInt(String::length).sum()
        > LONGEST_SESSION_KEYS) {
      throw StsErrors.unusableClaim("sub");
    }
  }
}

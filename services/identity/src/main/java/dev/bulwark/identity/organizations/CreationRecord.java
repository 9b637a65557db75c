package dev.bulwark.identity.organizations;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request to create an account, and what came of it.
 *
 * @param accountId the account; null where there is none
 * @param failure why there is none
 */
record CreationRecord(
    String organizationId,
    String id,
    String accountName,
    Instant requested,
    @Nullable String accountId,
    @Nullable String failure) {}

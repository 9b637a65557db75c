package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/**
 * One question to the engine.
 *
 * @param requester who asks
 * @param action {@code service:Operation}, as in {@code iam:CreateUser}
 * @param resourceArn the complete ARN, or {@code *} for an action without a resource
 * @param resourceAccount the account that owns the resource; null means the requester's own
 * @param context the condition keys
 */
public record AuthorizationRequest(
    Requester requester,
    String action,
    String resourceArn,
    @Nullable String resourceAccount,
    Context context) {}

package dev.bulwark.messaging.sqs;

import org.jspecify.annotations.Nullable;

/**
 * A message that somebody sends.
 *
 * @param delay in seconds; null for the queue's own
 */
public record Outgoing(
    MessageContent content,
    @Nullable Integer delay,
    @Nullable String groupId,
    @Nullable String deduplicationId) {}

package dev.bulwark.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of a resource.
 *
 * @param eventId of the API call that made it
 * @param type in CloudFormation's form, for instance {@code AWS::IAM::User}
 * @param before the service's record of the resource before, as JSON; null where it is new
 * @param after the service's record of the resource after, as JSON; null where it is gone
 */
public record ResourceChange(
    String eventId,
    Instant time,
    String accountId,
    String region,
    String type,
    String id,
    String arn,
    @Nullable String before,
    @Nullable String after) {}

package dev.bulwark.wire;

import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes.
 *
 * @param operation null where the service is known and the operation is not: then {@link Router} says which error to answer
 * @param protocol the protocol in which the client speaks, and wants to be answered
 * @param labels the path's labels by member wire name, percent-decoded; for S3 they hold {@code Bucket} and {@code Key}
 */
public record Route(
    ServiceInfo service,
    @Nullable Operation<?, ?> operation,
    Protocol protocol,
    Map<String, String> labels) {}

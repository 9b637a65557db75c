/**
 * Amazon CloudWatch Logs: groups, streams and events, filters and queries.
 *
 * <p>Start at {@link dev.bulwark.monitoring.logs.Logs}.
 */
@NullMarked
package dev.bulwark.monitoring.logs;

import org.jspecify.annotations.NullMarked;

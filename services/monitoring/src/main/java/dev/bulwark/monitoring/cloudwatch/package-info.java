/**
 * Amazon CloudWatch: metrics, alarms and dashboards.
 *
 * <p>Start at {@link dev.bulwark.monitoring.cloudwatch.CloudWatch}.
 */
@NullMarked
package dev.bulwark.monitoring.cloudwatch;

import org.jspecify.annotations.NullMarked;

/**
 * AWS CloudTrail: what has been done, by whom, from where. Reads the stream of API calls, and
 * writes nothing of its own.
 *
 * <p>Start at {@link dev.bulwark.audit.cloudtrail.CloudTrailService}, the table of operations.
 */
@NullMarked
package dev.bulwark.audit.cloudtrail;

import org.jspecify.annotations.NullMarked;

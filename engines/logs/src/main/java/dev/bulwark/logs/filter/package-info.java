/**
 * Filter patterns: start at {@link dev.bulwark.logs.filter.FilterPattern}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html">Filter
 *     pattern syntax</a>
 */
@NullMarked
package dev.bulwark.logs.filter;

import org.jspecify.annotations.NullMarked;

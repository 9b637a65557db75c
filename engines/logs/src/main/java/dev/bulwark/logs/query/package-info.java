/**
 * The query language of Logs Insights: start at {@link dev.bulwark.logs.query.InsightsQuery}.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html">Logs
 *     Insights QL</a>
 */
@NullMarked
package dev.bulwark.logs.query;

import org.jspecify.annotations.NullMarked;

/**
 * The language of event patterns, which EventBridge and SNS share: parsed, matched against JSON
 * documents, and indexed so that a document finds its patterns among many.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html">Comparison
 *     operators</a>
 */
@NullMarked
package dev.bulwark.patterns;

import org.jspecify.annotations.NullMarked;

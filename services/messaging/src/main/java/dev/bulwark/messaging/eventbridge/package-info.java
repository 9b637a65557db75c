/**
 * EventBridge: buses of events, and rules that tell targets of them.
 *
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/APIReference/">API</a>
 */
@NullMarked
package dev.bulwark.messaging.eventbridge;

import org.jspecify.annotations.NullMarked;

/** EventBridge as its clients and targets see it. */
@NullMarked
package dev.bulwark.messaging.eventbridge;

import org.jspecify.annotations.NullMarked;
